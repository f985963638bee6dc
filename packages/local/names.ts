import type { BucketName, QueueName, TableName } from "../../stacks/definitions.ts";

/** The account and region that the local stack says it is. */
export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";
const PREFIX = "change-ledger";

export const OWN_BUS = PREFIX;
export const tableName = (table: TableName): string => `${PREFIX}-${table}`;
export const bucketName = (bucket: BucketName): string => `${PREFIX}-${bucket}`;
export const queueName = (queue: QueueName): string => `${PREFIX}-${queue}`;
/** Where a queue's messages go that were received too often. */
export const deadLetterName = (of: string): string => `${of}-dlq`;
export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${PREFIX}-${name}`;
export const functionName = (name: string): string => `${PREFIX}-${name}`;
