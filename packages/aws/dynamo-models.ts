import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Subject, subjectType } from "@change-ledger/model";
import {
  type ListName,
  listedAt,
  type ModelStore,
  type ModelWrite,
  placeKey,
  type Stored,
  type Summary,
  scopeOf,
} from "@change-ledger/query";
import { chunked } from "./chunked.ts";
import { batchGet } from "./dynamo-batch-get.ts";
import { dynamoLists, type IndexKeys, scopeItem, sparseItem, sparseKeys } from "./dynamo-lists.ts";
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
 * Scopes and sparse lists: see dynamo-lists.ts. Needs `BatchGetItem`, `PartiQLInsert`, `PartiQLUpdate`, `UpdateItem`, `PutItem` on the table and
 * `Query` on its index.
 */
export function dynamoModels({ client, table, meter = unmetered, pause = async () => {} }: DynamoModelsOptions): ModelStore {
  const insert = `INSERT INTO "${table}" VALUE {'pk':?,'sk':'${SORT_KEY}','m':?}`;
  const insertListed = `INSERT INTO "${table}" VALUE {'pk':?,'sk':'${SORT_KEY}','m':?,'gsi1pk':?,'gsi1sk':?}`;
  const update = `UPDATE "${table}" SET "m"=? WHERE "pk"=? AND "sk"='${SORT_KEY}' AND "m"."v"=?`;
  const lists = dynamoLists({ client, table, meter });

  /** Made known before any item that needs it: a crash leaves an empty scope, never an item that no list finds. */
  async function knowScopes(writes: readonly ModelWrite[]): Promise<void> {
    const entered = writes.flatMap(({ state, before }) =>
      before.version === 0 || indexOf(before.state) === undefined ? [indexOf(state)?.list ?? []].flat() : [],
    );
    if (entered.length > 0) await lists.knowScopes(entered);
  }

  /**
   * Moves those of the summaries that come into a sparse list, leave one or move within it, before they are written: a crash leaves a place whose summary says
   * nothing yet, never a summary that no list finds.
   */
  async function moveSparse(writes: readonly ModelWrite[]): Promise<void> {
    const moved = writes.flatMap(({ state, before }) => {
      const now = sparseKeys(state);
      const was = before.state && sparseKeys(before.state);
      return now === undefined || (now.list === was?.list && now.key === was.key) ? [] : [{ state, now }];
    });
    if (moved.length === 0) return;
    await lists.knowScopes(moved.map(({ now }) => now.list));
    await Promise.all(moved.map(({ state, now }) => lists.putSparse(state.subject, now, state.next)));
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

  return {
    async get(subjects, options = {}) {
      const keys = [...new Set(subjects)].map((subject) => ({ pk: { S: subject }, sk: { S: SORT_KEY } }));
      const items = await batchGet({ client, table, meter, pause }, keys, options.consistent === true);
      return new Map(items.map((item) => [item["pk"]?.S as Subject, storedOf(item)]));
    },
    async put(writes) {
      await Promise.all([knowScopes(writes), moveSparse(writes)]);
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
    places: lists.places,
    scopes: lists.scopes,
  };
}

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
function indexOf(state: Summary | undefined): IndexKeys | undefined {
  const at = state === undefined ? undefined : listedAt(state);
  if (state === undefined || at === undefined) return undefined;
  const list = subjectType(state.subject) as ListName;
  return { list: `${list}#${scopeOf(state.subject)}`, key: placeKey({ at, subject: state.subject }) };
}

/**
 * The items that a summary is stored as when it is new, with those of the lists that it stands in: for who loads a table in bulk.
 * @returns items of scopes too: the same ones for every summary of a scope
 */
export function modelItems(state: Summary): Record<string, AttributeValue>[] {
  const keys = indexOf(state);
  const sparse = sparseKeys(state);
  const index = keys && { gsi1pk: { S: keys.list }, gsi1sk: { S: keys.key } };
  return [
    { pk: { S: state.subject }, sk: { S: SORT_KEY }, m: modelOf(state, 1), ...index },
    ...(keys === undefined ? [] : [scopeItem(keys.list)]),
    ...(sparse === undefined ? [] : [sparseItem(state.subject, sparse, state.next), scopeItem(sparse.list)]),
  ];
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
