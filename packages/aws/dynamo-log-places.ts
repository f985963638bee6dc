import {
  type AttributeValue,
  BatchWriteItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { LogPlaces, Run } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import { chunked } from "./chunked.ts";
import { gatheredGet } from "./dynamo-batch-get.ts";
import type { DynamoLogOptions } from "./dynamo-log-lock.ts";
import { AwsError } from "./fault.ts";
import { meterCapacity, unmetered } from "./meter.ts";

/** DynamoDB's limit of a BatchWriteItem. */
const WRITES_MAX = 25;
/** Calls under way at once. */
const PARALLEL = 16;
const TRIES = 8;
const LAST = { ScanIndexForward: false, Limit: 1 };

export interface DynamoLogPlacesOptions extends DynamoLogOptions {
  /** Waits before the try numbered `tries` + 1 when DynamoDB left part of a batch undone. */
  readonly pause: (tries: number) => Promise<void>;
}

/**
 * Where each chain's entries lie in the log: `pk` subject, `sk` seq of a run's first entry, `n` how many, `i` leaf index of the first. An item costs
 * one write unit: below one an entry where chains come in runs. Needs `BatchGetItem`, `Query` and `BatchWriteItem`.
 */
export function dynamoLogPlaces({ client, table, meter = unmetered, pause }: DynamoLogPlacesOptions): LogPlaces {
  /** Runs of a chain by the `seq` that they begin with. */
  async function query(
    subject: Subject,
    condition: string,
    values: Record<string, number>,
    more: Partial<QueryCommandInput> = {},
  ): Promise<Run[]> {
    const runs: Run[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: `pk = :pk${condition}`,
          ExpressionAttributeValues: {
            ":pk": { S: subject },
            ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { N: String(value) }])),
          },
          ConsistentRead: true,
          ReturnConsumedCapacity: "TOTAL",
          ...more,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      runs.push(...(answer.Items ?? []).map(runOf));
      start = runs.length >= (more.Limit ?? Number.POSITIVE_INFINITY) ? undefined : answer.LastEvaluatedKey;
    } while (start !== undefined);
    return runs;
  }

  const exactly = gatheredGet({ client, table, meter, pause }, true);
  const eventually = gatheredGet({ client, table, meter, pause }, false);
  const firstOf = (subject: Subject) => ({ pk: { S: subject }, sk: { N: "0" } });

  /** The run that holds `seq`, or the last one before it. A chain enters at its seq 0, so that a run lies there: many chains are asked for it in one call. */
  async function runUpTo(subject: Subject, seq: number, eventual: boolean): Promise<Run[]> {
    if (seq > 0) return await query(subject, " AND sk <= :from", { ":from": seq }, { ...LAST, ConsistentRead: !eventual });
    return (await (eventual ? eventually : exactly)([firstOf(subject)])).map(runOf);
  }

  async function write(chunk: readonly Run[]): Promise<void> {
    let requests: WriteRequest[] = chunk.map((run) => ({ PutRequest: { Item: itemOf(run) } }));
    for (let tries = 0; requests.length > 0; tries++) {
      if (tries === TRIES) throw new AwsError("batch-incomplete", `expected all places to be written, ${requests.length} were left`);
      if (tries > 0) await pause(tries);
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests }, ReturnConsumedCapacity: "TOTAL" }));
      meterCapacity(meter, "BatchWriteItem", "write", answer.ConsumedCapacity);
      requests = answer.UnprocessedItems?.[table] ?? [];
    }
  }

  return {
    async next(subjects) {
      const wanted = [...new Set(subjects)];
      const next = new Map(wanted.map((subject) => [subject, 0]));
      // A chain enters at its seq 0: where nothing lies there, nothing of it does. Many are asked at once, and new chains are most of them.
      const first = await exactly(wanted.map(firstOf));
      await spread(first.map(subjectOf), async (subject) => {
        const [last] = await query(subject, "", {}, LAST);
        if (last !== undefined) next.set(subject, last.seq + last.count);
      });
      return next;
    },
    async runs(subject, from, to, { eventual = false } = {}) {
      if (from >= to) return [];
      const [before, within] = await Promise.all([
        runUpTo(subject, from, eventual),
        to - from > 1
          ? query(subject, " AND sk BETWEEN :next AND :last", { ":next": from + 1, ":last": to - 1 }, { ConsistentRead: !eventual })
          : [],
      ]);
      return [...before.filter(({ seq, count }) => seq + count > from), ...within];
    },
    async write(runs) {
      await spread(chunked(runs, WRITES_MAX), write);
    },
  };
}

async function spread<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
}

function itemOf({ subject, seq, count, index }: Run): Record<string, AttributeValue> {
  return { pk: { S: subject }, sk: { N: String(seq) }, n: { N: String(count) }, i: { N: String(index) } };
}

function subjectOf(item: Record<string, AttributeValue>): Subject {
  return item["pk"]?.S as Subject;
}

function runOf(item: Record<string, AttributeValue>): Run {
  const [seq, count, index] = [item["sk"], item["n"], item["i"]].map((value) => Number(value?.N));
  if (seq === undefined || count === undefined || index === undefined || ![seq, count, index].every(Number.isSafeInteger))
    throw new AwsError("corrupt-item", `expected a place in the log at ${item["pk"]?.S} seq ${item["sk"]?.N}`);
  return { subject: subjectOf(item), seq, count, index };
}
