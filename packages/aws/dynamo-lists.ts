import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import type { Subject } from "@change-ledger/model";
import {
  type ListName,
  type ModelStore,
  type Place,
  placeKey,
  type Summary,
  scopeOf,
  sparsePlace,
  type Within,
} from "@change-ledger/query";
import { type Meter, meterCapacity } from "./meter.ts";

/** Where an item stands in the index: `list` is `<list>#<scope>`. */
export interface IndexKeys {
  readonly list: string;
  readonly key: string;
}

/** The sparse list that a summary stands in, as index keys. */
export function sparseKeys(state: Summary): IndexKeys | undefined {
  const place = sparsePlace(state);
  return place && { list: `${place.list}#${scopeOf(state.subject)}`, key: placeKey({ at: place.at, subject: state.subject }) };
}

/** @param list `<list>#<scope>` */
export function scopeItem(list: string): Record<string, AttributeValue> {
  const hash = list.indexOf("#");
  const keys = { gsi1pk: { S: `scopes#${list.slice(0, hash)}` }, gsi1sk: { S: list.slice(hash + 1) } };
  return { pk: { S: `scope#${list}` }, sk: { S: "scope" }, ...keys };
}

export function sparseItem(subject: Subject, { list, key }: IndexKeys, next: number): Record<string, AttributeValue> {
  return { pk: { S: subject }, sk: { S: "sparse" }, n: { N: String(next) }, gsi1pk: { S: list }, gsi1sk: { S: key } };
}

/** The models table's index, as lists. */
export interface DynamoLists extends Pick<ModelStore, "places" | "scopes"> {
  /** Makes the scopes of these lists known, each once a process. */
  knowScopes(lists: Iterable<string>): Promise<void>;
  /** Moves a subject to where its summary, `next` entries long, stands in a sparse list, unless a longer one has said so. */
  putSparse(subject: Subject, keys: IndexKeys, next: number): Promise<void>;
}

interface ListsFrom {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter: Meter;
}

/**
 * Lists of the models table. Scopes: `pk` `scope#<list>#<scope>`, `sk` `scope`, `gsi1pk` `scopes#<list>`, `gsi1sk` the scope. Sparse lists: `pk` the subject, `sk` `sparse`,
 * `n` how many entries of its chain said so, `gsi1pk` `<list>#<scope>` and `gsi1sk` its place.
 */
export function dynamoLists({ client, table, meter }: ListsFrom): DynamoLists {
  const known = new Set<string>();

  async function putUnless(
    Item: Record<string, AttributeValue>,
    condition: string,
    values?: Record<string, AttributeValue>,
  ): Promise<void> {
    try {
      const answer = await client.send(
        new PutItemCommand({
          TableName: table,
          Item,
          ConditionExpression: condition,
          ...(values && { ExpressionAttributeValues: values }),
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "PutItem", "write", answer.ConsumedCapacity);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async function query(list: string, limit: number, after?: string, within: Within = {}): Promise<Record<string, AttributeValue>[]> {
    const ascending = within.oldestFirst === true;
    const { low, high } = keyRange(after, within);
    if (low > high) return [];
    const items: Record<string, AttributeValue>[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "gsi1",
          KeyConditionExpression: "gsi1pk = :list AND gsi1sk BETWEEN :low AND :high",
          ExpressionAttributeValues: { ":list": { S: list }, ":low": { S: low }, ":high": { S: high } },
          ScanIndexForward: ascending,
          // A BETWEEN takes in its ends: one more for `after` itself.
          ...(Number.isFinite(limit) ? { Limit: limit - items.length + (after === undefined ? 0 : 1) } : {}),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      items.push(...(answer.Items ?? []).filter((item) => item["gsi1sk"]?.S !== after));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items.slice(0, limit);
  }

  return {
    async knowScopes(lists) {
      await Promise.all(
        [...new Set(lists)].map(async (list) => {
          if (known.has(list)) return;
          await putUnless(scopeItem(list), "attribute_not_exists(pk)");
          known.add(list);
        }),
      );
    },
    async putSparse(subject, keys, next) {
      await putUnless(sparseItem(subject, keys, next), "attribute_not_exists(pk) OR n <= :n", { ":n": { N: String(next) } });
    },
    async places(list: ListName, scope, limit, after, within) {
      const items = await query(`${list}#${scope}`, limit, after === undefined ? undefined : placeKey(after), within);
      return items.map((item): Place => ({ at: (item["gsi1sk"]?.S ?? "").slice(0, INSTANT_LENGTH), subject: item["pk"]?.S as Subject }));
    },
    async scopes(list) {
      const items = await query(`scopes#${list}`, Number.POSITIVE_INFINITY, undefined, { oldestFirst: true });
      return items.map((item) => item["gsi1sk"]?.S ?? "");
    },
  };
}

const INSTANT_LENGTH = "2026-11-21T22:14:45.000Z".length;
/** Below and above whatever a key can be: an instant begins with a digit, a scope with a letter. */
const LEAST = " ";
const MOST = "~";

/** Both ends included. A place's key is its instant, `#` and its subject: the instant alone lies right before all keys of that instant. */
function keyRange(after: string | undefined, { from, to, oldestFirst }: Within): { readonly low: string; readonly high: string } {
  const low = from ?? LEAST;
  const high = to ?? MOST;
  if (after === undefined) return { low, high };
  return oldestFirst === true ? { low: after > low ? after : low, high } : { low, high: after < high ? after : high };
}
