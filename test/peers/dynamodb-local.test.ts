import { dynamoContract } from "../contract/dynamo.contract.ts";
import { startDynamoDbLocal } from "../contract/dynamodb-local.ts";

const NO_UNITS = "PartiQL reports no units";

dynamoContract("AWS's DynamoDB Local", startDynamoDbLocal, {
  "writes an entry of up to 1 KB for one unit, and a larger one for one a KB begun": NO_UNITS,
  "writes a marker for one unit": NO_UNITS,
  "reports the units of entries in one call as those of each": NO_UNITS,
  "reports at least what a call with taken places wrote, and at most what AWS would charge": NO_UNITS,
  "makes a listed item in a known scope for two units, and changes it for one, reviews and all": NO_UNITS,
});
