import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { LockRow, LogLock } from "@change-ledger/log";
import { AwsError } from "./fault.ts";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

/** No subject: those have a colon. */
const KEY = { pk: { S: "lock" }, sk: { N: "0" } };

export interface DynamoLogOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}

/** The log's lock row: `pk` `lock`, `sk` 0, `size`, `root` (32 bytes), `stage` (absent for the empty log), `before` (a list of sizes). Needs `GetItem` and `PutItem`. */
export function dynamoLogLock({ client, table, meter = unmetered }: DynamoLogOptions): LogLock {
  return {
    async read() {
      const answer = await client.send(
        new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" }),
      );
      meterCapacity(meter, "GetItem", "read", answer.ConsumedCapacity);
      return answer.Item === undefined ? undefined : rowOf(answer.Item);
    },
    // Where the answer to a PUT got lost, the SDK's next try fails its condition and says false: what then stands is read like any other's.
    async swap(expected, next) {
      try {
        const answer = await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...KEY, ...itemOf(next) },
            ...standing(expected),
            ReturnConsumedCapacity: "TOTAL",
          }),
        );
        meterCapacity(meter, "PutItem", "write", answer.ConsumedCapacity);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

function standing(expected: LockRow | undefined) {
  if (expected === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  const { size, root, stage } = expected;
  return {
    ConditionExpression: `#size = :size AND #root = :root AND ${stage === undefined ? "attribute_not_exists(#stage)" : "#stage = :stage"}`,
    ExpressionAttributeNames: { "#size": "size", "#root": "root", "#stage": "stage" },
    ExpressionAttributeValues: {
      ":size": { N: String(size) },
      ":root": { B: root },
      ...(stage === undefined ? {} : { ":stage": { S: stage } }),
    },
  };
}

function itemOf({ size, root, stage, before }: LockRow): Record<string, AttributeValue> {
  return {
    size: { N: String(size) },
    root: { B: root },
    before: { L: before.map((one) => ({ N: String(one) })) },
    ...(stage === undefined ? {} : { stage: { S: stage } }),
  };
}

function rowOf(item: Record<string, AttributeValue>): LockRow {
  const size = Number(item["size"]?.N);
  const root = item["root"]?.B;
  const before = (item["before"]?.L ?? []).map(({ N }) => Number(N));
  if (![size, ...before].every((one) => Number.isSafeInteger(one) && one >= 0) || root?.length !== 32)
    throw new AwsError("corrupt-item", "expected the log's lock row to hold sizes and a root hash of 32 bytes");
  return { size, root, stage: item["stage"]?.S, before };
}
