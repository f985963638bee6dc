import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  type DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { ChainStore } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, storedEntry } from "@change-ledger/model";
import { chunked } from "./chunked.ts";
import { DUPLICATE, STATEMENTS_MAX } from "./dynamo-statements.ts";
import { AwsError } from "./fault.ts";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

export interface DynamoChainsOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}

/**
 * The ledger table as its writer may use it: `dynamodb:PartiQLInsert`, `Query` and `GetItem`. PutItem overwrites and IAM cannot demand a condition;
 * PartiQL's INSERT refuses a key that is held. Entries: `pk` subject, `sk` seq, `b` the canonical bytes. Markers: `pk` `seen:…`, `sk` 0, `v`.
 */
export function dynamoChains({ client, table, meter = unmetered }: DynamoChainsOptions): ChainStore {
  const insertEntry = `INSERT INTO "${table}" VALUE {'pk':?,'sk':?,'b':?}`;
  const insertMarker = `INSERT INTO "${table}" VALUE {'pk':?,'sk':0,'v':?}`;

  async function insertAll(statements: readonly BatchStatementRequest[]): Promise<("inserted" | "taken")[]> {
    const chunks = chunked(statements, STATEMENTS_MAX);
    const results = await Promise.all(
      chunks.map((chunk) => (chunk.length === 1 && chunk[0] !== undefined ? insertOne(chunk[0]) : insertChunk(chunk))),
    );
    return results.flat();
  }

  async function insertOne({ Statement, Parameters }: BatchStatementRequest): Promise<("inserted" | "taken")[]> {
    try {
      const answer = await client.send(new ExecuteStatementCommand({ Statement, Parameters, ReturnConsumedCapacity: "TOTAL" }));
      meterCapacity(meter, "PartiQLInsert", "write", answer.ConsumedCapacity);
      return ["inserted"];
    } catch (error) {
      if (error instanceof Error && DUPLICATE.has(error.name)) return ["taken"];
      throw error;
    }
  }

  async function insertChunk(chunk: readonly BatchStatementRequest[]): Promise<("inserted" | "taken")[]> {
    const answer = await client.send(new BatchExecuteStatementCommand({ Statements: [...chunk], ReturnConsumedCapacity: "TOTAL" }));
    meterCapacity(meter, "PartiQLInsert", "write", answer.ConsumedCapacity);
    const responses = answer.Responses ?? [];
    if (responses.length !== chunk.length)
      throw new AwsError("batch-incomplete", `expected ${chunk.length} answers, got ${responses.length}`);
    return responses.map(({ Error: error }) => {
      if (error === undefined) return "inserted";
      if (error.Code !== undefined && DUPLICATE.has(error.Code)) return "taken";
      throw new AwsError("ledger-write-refused", `${error.Code ?? "unknown"}: ${error.Message ?? "no message"}`);
    });
  }

  async function query(
    subject: Subject,
    condition: { readonly from?: number; readonly forward: boolean; readonly limit: number; readonly eventual?: boolean },
  ): Promise<SealedEntry[]> {
    const entries: SealedEntry[] = [];
    let start: Record<string, AttributeValue> | undefined;
    const page = (): Promise<QueryCommandOutput> =>
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: condition.from === undefined ? "pk = :pk" : "pk = :pk AND sk >= :from",
          ExpressionAttributeValues: {
            ":pk": { S: subject },
            ...(condition.from === undefined ? {} : { ":from": { N: String(condition.from) } }),
          },
          ScanIndexForward: condition.forward,
          ConsistentRead: condition.eventual !== true,
          Limit: condition.limit - entries.length,
          ReturnConsumedCapacity: "TOTAL",
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
    do {
      const answer = await page();
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      for (const item of answer.Items ?? []) {
        if (item["b"]?.B === undefined) throw new AwsError("corrupt-item", `expected bytes in ${subject} seq ${item["sk"]?.N}`);
        entries.push(storedEntry(item["b"].B));
      }
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && entries.length < condition.limit);
    return entries;
  }

  return {
    tail: (subject, limit) => query(subject, { forward: false, limit }),
    read: (subject, from, limit, { eventual = false } = {}) => query(subject, { from, forward: true, limit, eventual }),
    insert: (entries) =>
      insertAll(
        entries.map(({ entry, bytes }) => ({
          Statement: insertEntry,
          Parameters: [{ S: entry.subject }, { N: String(entry.seq) }, { B: bytes }],
        })),
      ),
    async markers(keys) {
      const found = await Promise.all(
        keys.map(async (key) => {
          const answer = await client.send(
            new GetItemCommand({
              TableName: table,
              Key: { pk: { S: `seen:${key}` }, sk: { N: "0" } },
              ConsistentRead: true,
              ReturnConsumedCapacity: "TOTAL",
            }),
          );
          meterCapacity(meter, "GetItem", "read", answer.ConsumedCapacity);
          return [key, answer.Item?.["v"]?.S] as const;
        }),
      );
      return new Map(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
    },
    async mark(markers) {
      await insertAll([...markers].map(([key, value]) => ({ Statement: insertMarker, Parameters: [{ S: `seen:${key}` }, { S: value }] })));
    },
  };
}
