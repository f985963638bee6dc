import { dynamoContract } from "../contract/dynamo.contract.ts";
import { installedEngine } from "../contract/dynamodb-local.ts";

dynamoContract("dynoxide", installedEngine);
