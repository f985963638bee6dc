import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { LinkItem, LinkPlan, LinkStore } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { chunked } from "./chunked.ts";
import { batchGet, gatheredGet } from "./dynamo-batch-get.ts";
import { DUPLICATE, STATEMENTS_MAX } from "./dynamo-statements.ts";
import { AwsError } from "./fault.ts";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

export interface DynamoLinksOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
  /** Waits before the try numbered `tries` + 1 when DynamoDB left keys of a batch unread. */
  readonly pause?: (tries: number) => Promise<void>;
}

/**
 * The linker's part of the models table. Sets: `pk` `link#<key>`, `sk` `set`, one string set an attribute. Notes: the same `pk`, `sk` `note#<at>#<value>`.
 * Plans: `pk` `plan#<deployment>`, `sk` `plan`, `v` the version, `p` the plan as JSON.
 */
export function dynamoLinks({ client, table, meter = unmetered, pause = async () => {} }: DynamoLinksOptions): LinkStore {
  const setKey = (key: string) => ({ pk: { S: `link#${key}` }, sk: { S: "set" } });
  const getTogether = gatheredGet({ client, table, meter, pause }, false);
  const planKey = (deployment: string) => ({ pk: { S: `plan#${deployment}` }, sk: { S: "plan" } });

  async function item(key: Record<string, AttributeValue>): Promise<Record<string, AttributeValue> | undefined> {
    const answer = await client.send(
      new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" }),
    );
    meterCapacity(meter, "GetItem", "read", answer.ConsumedCapacity);
    return answer.Item;
  }

  async function merge(key: string, add: Readonly<Record<string, readonly string[]>>): Promise<LinkItem> {
    const sets = setsToAdd(add);
    const expression = {
      UpdateExpression: `ADD ${sets.map((_, at) => `#n${at} :v${at}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(sets.map(([name], at) => [`#n${at}`, name])),
      ExpressionAttributeValues: Object.fromEntries(sets.map(([, set], at) => [`:v${at}`, set])),
    };
    const answer = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: setKey(key),
        ...(sets.length === 0 ? {} : expression),
        ReturnValues: "ALL_NEW",
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    meterCapacity(meter, "UpdateItem", "write", answer.ConsumedCapacity);
    return setsOf(answer.Attributes);
  }

  /** Keys of those that were new. */
  async function insertNew(
    merges: readonly { readonly key: string; readonly add: Readonly<Record<string, readonly string[]>> }[],
  ): Promise<Set<string>> {
    const chunks = chunked(merges, STATEMENTS_MAX);
    const inserted = await Promise.all(
      chunks.map(async (chunk) => {
        const Statements = chunk.map(({ key, add }) => {
          const sets = setsToAdd(add);
          const members = sets.map(([name]) => `,'${name}':?`).join("");
          const Parameters: AttributeValue[] = [{ S: setKey(key).pk.S }, ...sets.map(([, set]) => set)];
          return { Statement: `INSERT INTO "${table}" VALUE {'pk':?,'sk':'set'${members}}`, Parameters };
        });
        const answer = await client.send(new BatchExecuteStatementCommand({ Statements, ReturnConsumedCapacity: "TOTAL" }));
        meterCapacity(meter, "PartiQLInsert", "write", answer.ConsumedCapacity);
        return chunk.filter((_, at) => {
          const response = answer.Responses?.[at];
          if (response === undefined)
            throw new AwsError("batch-incomplete", `expected ${chunk.length} answers, got ${answer.Responses?.length ?? 0}`);
          const code = response.Error?.Code;
          if (code !== undefined && !DUPLICATE.has(code)) throw new AwsError("model-write-refused", code);
          return code === undefined;
        });
      }),
    );
    return new Set(inserted.flat().map(({ key }) => key));
  }

  return {
    merge,
    async mergeMany(merges) {
      // INSERT takes what is new, many in one call; where the key is held, somebody else's part is there too, and the merge answers it.
      const first = new Map<string, number>();
      for (const [at, { key }] of merges.entries()) if (!first.has(key)) first.set(key, at);
      const inserted = await insertNew([...first.values()].flatMap((at) => merges[at] ?? []));
      return await Promise.all(
        merges.map(async ({ key, add }, at) =>
          first.get(key) === at && inserted.has(key) ? { item: itemOf(add), fresh: true } : { item: await merge(key, add), fresh: false },
        ),
      );
    },
    async get(key) {
      return setsOf(await item(setKey(key)));
    },
    async getMany(keys) {
      const items = await getTogether(keys.map(setKey));
      return new Map(items.map((found) => [(found["pk"]?.S ?? "").slice("link#".length), setsOf(found)]));
    },
    async note(key, at, value) {
      const answer = await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { pk: { S: `link#${key}` }, sk: { S: `note#${at}#${value}` } },
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "PutItem", "write", answer.ConsumedCapacity);
    },
    async latestBefore(key, at) {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
          ExpressionAttributeValues: { ":pk": { S: `link#${key}` }, ":from": { S: "note#" }, ":to": { S: `note#${at}` } },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: 1,
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      return answer.Items?.[0]?.["sk"]?.S?.split("#").slice(2).join("#");
    },
    async earliestAfter(key, at) {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
          // `$` is what follows `#`: behind whatever was noted at that instant.
          ExpressionAttributeValues: { ":pk": { S: `link#${key}` }, ":from": { S: `note#${at}$` }, ":to": { S: "note$" } },
          ConsistentRead: true,
          Limit: 1,
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      return answer.Items?.[0]?.["sk"]?.S?.split("#").slice(2).join("#");
    },
    async getPlan(deployment) {
      const text = (await item(planKey(deployment)))?.["p"]?.S;
      return text === undefined ? undefined : (JSON.parse(text) as LinkPlan);
    },
    async getPlans(deployments) {
      const items = await batchGet({ client, table, meter, pause }, [...new Set(deployments)].map(planKey), false);
      return new Map(
        items.flatMap(({ pk, p }) =>
          p?.S === undefined ? [] : [[(pk?.S ?? "").slice("plan#".length) as Subject, JSON.parse(p.S) as LinkPlan]],
        ),
      );
    },
    async putPlan(deployment, expected, plan) {
      try {
        const answer = await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...planKey(deployment), v: { N: String(plan.version) }, p: { S: JSON.stringify(plan) } },
            ConditionExpression: expected === 0 ? "attribute_not_exists(pk)" : "v = :expected",
            ...(expected === 0 ? {} : { ExpressionAttributeValues: { ":expected": { N: String(expected) } } }),
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

function itemOf(add: Readonly<Record<string, readonly string[]>>): LinkItem {
  return Object.fromEntries(setsToAdd(add).map(([name, { SS }]) => [name, new Set(SS)]));
}

/** DynamoDB refuses sets that are empty or name a value twice. */
function setsToAdd(add: Readonly<Record<string, readonly string[]>>): [string, { SS: string[] }][] {
  return Object.entries(add).flatMap(([name, values]) => (values.length === 0 ? [] : [[name, { SS: [...new Set(values)] }]]));
}

function setsOf(attributes: Record<string, AttributeValue> | undefined): LinkItem {
  return Object.fromEntries(
    Object.entries(attributes ?? {}).flatMap(([name, value]) => (value.SS === undefined ? [] : [[name, new Set(value.SS)]])),
  );
}
