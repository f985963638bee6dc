import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunked } from "./chunked.ts";
import { AwsError } from "./fault.ts";
import { type Meter, meterCapacity } from "./meter.ts";

/** DynamoDB's limit of a BatchGetItem. */
const GETS_MAX = 100;
const TRIES = 8;

type Item = Record<string, AttributeValue>;

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
export async function batchGet(from: BatchGetFrom, keys: readonly Item[], consistent: boolean): Promise<Item[]> {
  const chunks = chunked(keys, GETS_MAX);
  return (await Promise.all(chunks.map((chunk) => getChunk(from, chunk, consistent)))).flat();
}

async function getChunk({ client, table, meter, pause }: BatchGetFrom, chunk: readonly Item[], consistent: boolean): Promise<Item[]> {
  const found: Item[] = [];
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

/**
 * `batchGet` for callers that each want a few items at about the same time: what is asked within one turn of the event loop goes out together, each key once. Costs
 * the same units and far fewer calls. A call that fails, fails for all who asked.
 */
export function gatheredGet(from: BatchGetFrom, consistent: boolean): (keys: readonly Item[]) => Promise<Item[]> {
  let open: { readonly wanted: Map<string, Item>; readonly found: Promise<ReadonlyMap<string, Item>> } | undefined;
  const begin = () => {
    const wanted = new Map<string, Item>();
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      open = undefined;
      const items = await batchGet(from, [...wanted.values()], consistent);
      return new Map(items.map((item) => [placeOf(item), item]));
    });
    return { wanted, found };
  };
  return async (keys) => {
    if (keys.length === 0) return [];
    open ??= begin();
    const { wanted, found } = open;
    for (const key of keys) wanted.set(placeOf(key), key);
    const items = await found;
    return keys.map((key) => items.get(placeOf(key))).filter((item) => item !== undefined);
  };
}

/** No subject and no key of ours holds a line break. */
function placeOf({ pk, sk }: Item): string {
  return `${pk?.S}\n${sk?.S ?? sk?.N}`;
}
