import { installedEngine } from "../contract/dynamodb-local.ts";
import { keptLogs } from "../contract/kept-log.ts";
import { logContract } from "../contract/log.contract.ts";
import { startS3 } from "../local/s3-server.ts";

logContract("dynoxide and the local S3", async () => {
  const dynamoDb = await installedEngine();
  return typeof dynamoDb === "string" ? dynamoDb : keptLogs(dynamoDb, await startS3());
});
