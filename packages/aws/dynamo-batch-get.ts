import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunked } from "./chunked.ts";
import { AwsError } from "./fault.ts";
import { type Meter, meterCapacity } from "./meter.ts";

/** DynamoDB's limit of a BatchGetItem. */
const GETS_MAX = 100;
const TRIES = 8;

export interface BatchGetFrom {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter: Meter;
  /** Waits before the try numbered `tries` + 1 when DynamoDB left keys of a batch unread. */
  readonly pause: (tries: number) => Promise<void>;
}

/**
 * Reads any number of items; keys that hold none are absent from the answer.
 * @throws AwsError `batch-incomplete` when DynamoDB leaves keys unread again and again
 */
export async function batchGet(
  from: BatchGetFrom,
  keys: readonly Record<string, AttributeValue>[],
  consistent: boolean,
): Promise<Record<string, AttributeValue>[]> {
  const chunks = chunked(keys, GETS_MAX);
  return (await Promise.all(chunks.map((chunk) => getChunk(from, chunk, consistent)))).flat();
}

async function getChunk(
  { client, table, meter, pause }: BatchGetFrom,
  chunk: readonly Record<string, AttributeValue>[],
  consistent: boolean,
): Promise<Record<string, AttributeValue>[]> {
  const found: Record<string, AttributeValue>[] = [];
  let keys = [...chunk];
  for (let tries = 0; keys.length > 0; tries++) {
    if (tries === TRIES) throw new AwsError("batch-incomplete", `expected all items, ${keys.length} were left unread`);
    if (tries > 0) await pause(tries);
    const request = { [table]: { Keys: keys, ConsistentRead: consistent } };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: request, ReturnConsumedCapacity: "TOTAL" }));
    meterCapacity(meter, "BatchGetItem", "read", answer.ConsumedCapacity);
    found.push(...(answer.Responses?.[table] ?? []));
    keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}
