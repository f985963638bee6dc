import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Subject, subjectType } from "@change-ledger/model";
import {
  type ListName,
  listedAt,
  type ModelStore,
  type ModelWrite,
  type Place,
  placeKey,
  type Stored,
  type Summary,
  scopeOf,
} from "@change-ledger/query";
import { chunked } from "./chunked.ts";
import { batchGet } from "./dynamo-batch-get.ts";
import { DUPLICATE, STATEMENTS_MAX } from "./dynamo-statements.ts";
import { AwsError } from "./fault.ts";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

/** The form of a stored summary; one of another form is folded again from its chain. */
const FORM = 1;
/** Above this a summary is deflated: an item up to 1 KB costs one write unit, keys and names included. */
const PLAIN_MAX_BYTES = 700;
const SORT_KEY = "summary";

/** A write that lost to another: INSERT of a held key and a condition not met, as AWS, dynoxide and DynamoDB Local name them. */
const LOST = new Set([...DUPLICATE, "ConditionalCheckFailed", "ConditionalCheckFailedException"]);

export interface DynamoModelsOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
  /** Waits before the try numbered `tries` + 1 when DynamoDB left keys of a batch unread. */
  readonly pause?: (tries: number) => Promise<void>;
}

/**
 * Read models in the models table. Items: `pk` the subject, `sk` `summary`, `m` {`v` version, `f` form, `b` the summary as JSON, or `z` the same
 * deflated}; while listed `gsi1pk` `<list>#<scope>` and `gsi1sk` its place. One attribute holds what changes, so that a batched PartiQL UPDATE sets it
 * under the condition on its own version; index keys are written when an item is made and when its place moves, and cost nothing between.
 * Scopes: `pk` `scope#<list>#<scope>`, `sk` `scope`, `gsi1pk` `scopes#<list>`, `gsi1sk` the scope. Needs `BatchGetItem`, `PartiQLInsert`,
 * `PartiQLUpdate`, `UpdateItem`, `PutItem` on the table and `Query` on its index.
 */
export function dynamoModels({ client, table, meter = unmetered, pause = async () => {} }: DynamoModelsOptions): ModelStore {
  const insert = `INSERT INTO "${table}" VALUE {'pk':?,'sk':'${SORT_KEY}','m':?}`;
  const insertListed = `INSERT INTO "${table}" VALUE {'pk':?,'sk':'${SORT_KEY}','m':?,'gsi1pk':?,'gsi1sk':?}`;
  const update = `UPDATE "${table}" SET "m"=? WHERE "pk"=? AND "sk"='${SORT_KEY}' AND "m"."v"=?`;
  const scopesKnown = new Set<string>();

  /** Made known before any item that needs it: a crash leaves an empty scope, never an item that no list finds. */
  async function knowScopes(writes: readonly ModelWrite[]): Promise<void> {
    const scopes = new Set(
      writes.flatMap(({ state, before }) => (before.version === 0 || indexOf(before.state) === undefined ? [indexOf(state)?.list] : [])),
    );
    await Promise.all(
      [...scopes].map(async (list) => {
        if (list === undefined || scopesKnown.has(list)) return;
        const hash = list.indexOf("#");
        const keys = { gsi1pk: { S: `scopes#${list.slice(0, hash)}` }, gsi1sk: { S: list.slice(hash + 1) } };
        const Item = { pk: { S: `scope#${list}` }, sk: { S: "scope" }, ...keys };
        await unlessLost(async () => {
          const answer = await client.send(
            new PutItemCommand({
              TableName: table,
              Item,
              ConditionExpression: "attribute_not_exists(pk)",
              ReturnConsumedCapacity: "TOTAL",
            }),
          );
          meterCapacity(meter, "PutItem", "write", answer.ConsumedCapacity);
        });
        scopesKnown.add(list);
      }),
    );
  }

  function statementOf({ state, before }: ModelWrite): BatchStatementRequest | undefined {
    const m = modelOf(state, before.version + 1);
    const now = indexOf(state);
    if (before.version === 0) {
      const keys = now === undefined ? [] : [{ S: now.list }, { S: now.key }];
      return { Statement: now === undefined ? insert : insertListed, Parameters: [{ S: state.subject }, m, ...keys] };
    }
    const moves = before.state === undefined || now?.key !== indexOf(before.state)?.key;
    return moves ? undefined : { Statement: update, Parameters: [m, { S: state.subject }, { N: String(before.version) }] };
  }

  async function move({ state, before }: ModelWrite): Promise<"written" | "lost"> {
    const now = indexOf(state);
    const keys = now === undefined ? "REMOVE gsi1pk, gsi1sk" : ", gsi1pk = :list, gsi1sk = :key";
    return unlessLost(async () => {
      const answer = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: state.subject }, sk: { S: SORT_KEY } },
          UpdateExpression: `SET m = :m ${keys}`,
          ConditionExpression: "m.v = :v",
          ExpressionAttributeValues: {
            ":m": modelOf(state, before.version + 1),
            ":v": { N: String(before.version) },
            ...(now === undefined ? {} : { ":list": { S: now.list }, ":key": { S: now.key } }),
          },
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "UpdateItem", "write", answer.ConsumedCapacity);
    });
  }

  async function execute(statements: readonly BatchStatementRequest[]): Promise<("written" | "lost")[]> {
    const answer = await client.send(new BatchExecuteStatementCommand({ Statements: [...statements], ReturnConsumedCapacity: "TOTAL" }));
    meterCapacity(meter, "PartiQLUpdate", "write", answer.ConsumedCapacity);
    const responses = answer.Responses ?? [];
    if (responses.length !== statements.length)
      throw new AwsError("batch-incomplete", `expected ${statements.length} answers, got ${responses.length}`);
    return responses.map(({ Error: error }) => {
      if (error === undefined) return "written";
      if (error.Code !== undefined && LOST.has(error.Code)) return "lost";
      throw new AwsError("model-write-refused", `${error.Code ?? "unknown"}: ${error.Message ?? "no message"}`);
    });
  }

  async function query(list: string, limit: number, descending: boolean, after?: string): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "gsi1",
          KeyConditionExpression: after === undefined ? "gsi1pk = :list" : "gsi1pk = :list AND gsi1sk < :after",
          ExpressionAttributeValues: { ":list": { S: list }, ...(after === undefined ? {} : { ":after": { S: after } }) },
          ScanIndexForward: !descending,
          ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      items.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items;
  }

  return {
    async get(subjects, options = {}) {
      const keys = [...new Set(subjects)].map((subject) => ({ pk: { S: subject }, sk: { S: SORT_KEY } }));
      const items = await batchGet({ client, table, meter, pause }, keys, options.consistent === true);
      return new Map(items.map((item) => [item["pk"]?.S as Subject, storedOf(item)]));
    },
    async put(writes) {
      await knowScopes(writes);
      const planned = writes.map((write, at) => ({ write, at, statement: statementOf(write) }));
      const outcomes = new Array<"written" | "lost">(writes.length).fill("lost");
      const batched = chunked(
        planned.flatMap(({ at, statement }) => (statement === undefined ? [] : [{ at, statement }])),
        STATEMENTS_MAX,
      );
      await Promise.all([
        ...batched.map(async (chunk) => {
          const answers = await execute(chunk.map(({ statement }) => statement));
          for (const [index, { at }] of chunk.entries()) outcomes[at] = answers[index] ?? "lost";
        }),
        ...planned.map(async ({ write, at, statement }) => {
          if (statement === undefined) outcomes[at] = await move(write);
        }),
      ]);
      return outcomes;
    },
    async places(list, scope, limit, after) {
      const items = await query(`${list}#${scope}`, limit, true, after === undefined ? undefined : placeKey(after));
      return items.map((item): Place => ({ at: (item["gsi1sk"]?.S ?? "").slice(0, INSTANT_LENGTH), subject: item["pk"]?.S as Subject }));
    },
    async scopes(list) {
      const items = await query(`scopes#${list}`, Number.POSITIVE_INFINITY, false);
      return items.map((item) => item["gsi1sk"]?.S ?? "");
    },
  };
}

const INSTANT_LENGTH = "2026-11-21T22:14:45.000Z".length;

async function unlessLost(write: () => Promise<void>): Promise<"written" | "lost"> {
  try {
    await write();
    return "written";
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return "lost";
    throw error;
  }
}

/** The index keys of a summary; undefined when it is in no list. */
function indexOf(state: Summary | undefined): { readonly list: string; readonly key: string } | undefined {
  const at = state === undefined ? undefined : listedAt(state);
  if (state === undefined || at === undefined) return undefined;
  const list = subjectType(state.subject) as ListName;
  return { list: `${list}#${scopeOf(state.subject)}`, key: placeKey({ at, subject: state.subject }) };
}

function modelOf(state: Summary, version: number): AttributeValue.MMember {
  const { subject: _key, ...rest } = state;
  const bytes = Buffer.from(JSON.stringify(rest));
  const kept: Record<string, AttributeValue> = bytes.length <= PLAIN_MAX_BYTES ? { b: { B: bytes } } : { z: { B: deflateRawSync(bytes) } };
  return { M: { v: { N: String(version) }, f: { N: String(FORM) }, ...kept } };
}

function storedOf(item: Record<string, AttributeValue>): Stored {
  const m = item["m"]?.M;
  const version = Number(m?.["v"]?.N);
  if (m === undefined || !Number.isInteger(version)) throw new AwsError("corrupt-item", `expected a summary at ${item["pk"]?.S}`);
  if (m["f"]?.N !== String(FORM)) return { state: undefined, version };
  const bytes = m["b"]?.B ?? (m["z"]?.B === undefined ? undefined : inflateRawSync(m["z"].B));
  if (bytes === undefined) throw new AwsError("corrupt-item", `expected a summary at ${item["pk"]?.S}`);
  const rest = JSON.parse(Buffer.from(bytes).toString("utf8")) as Omit<Summary, "subject">;
  return { state: { ...rest, subject: item["pk"]?.S as Subject } as Summary, version };
}
