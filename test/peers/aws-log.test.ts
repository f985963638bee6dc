import { installedEngine, startDynamoDbLocal } from "../contract/dynamodb-local.ts";
import { keptLogs } from "../contract/kept-log.ts";
import { logContract } from "../contract/log.contract.ts";
import { startS3 } from "../local/s3-server.ts";
import { startVersitygw } from "./versitygw.ts";

logContract("AWS's DynamoDB Local and the local S3", async () => {
  const dynamoDb = await startDynamoDbLocal();
  return typeof dynamoDb === "string" ? dynamoDb : keptLogs(dynamoDb, await startS3());
});

const DIFFERS = {
  "once full are the first one's of those who race, and nobody else is told that his were written":
    "of those who race under If-None-Match several may pass, and who reads meanwhile gets the checksum of another one's bytes",
  "bears sequencers that race: one log, every entry once, each chain in order":
    "an object that is replaced while it is read comes with the checksum of the other one",
};

logContract("dynoxide and versitygw", async () => {
  const s3 = await startVersitygw();
  if (typeof s3 === "string") return s3;
  const dynamoDb = await installedEngine();
  if (typeof dynamoDb !== "string") return keptLogs(dynamoDb, s3, DIFFERS);
  await s3.close();
  return dynamoDb;
});
