import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTables, type DynamoDb, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { Functions } from "../../packages/local/lambda.ts";
import { tableName } from "../../packages/local/names.ts";
import { StreamSource } from "../../packages/local/stream-source.ts";
import { ENTRY_STREAM_FILTER } from "../../stacks/definitions.ts";
import { clientOptions } from "../contract/engine.ts";
import { trivialFunctions } from "./trivial-functions.ts";

const TRIES = 3;
let folder: string;
let engine: DynamoDb;
let client: DynamoDBClient;
let database: DatabaseSync;
let sources: StreamSource[] = [];
let written = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "change-ledger-stream-"));
  engine = await startDynamoDb(folder);
  await createTables(engine.endpoint);
  client = new DynamoDBClient(clientOptions(engine.endpoint));
  database = new DatabaseSync(":memory:");
});
afterAll(async () => {
  client.destroy();
  await engine.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  // Each case begins where the last one ended: at the stream's end.
  const { source } = read(() => undefined);
  await untilDrained(source);
  await source.close();
});
afterEach(async () => {
  for (const source of sources) await source.close();
  sources = [];
});

type Project = (numbers: readonly number[], records: readonly DynamoDBRecord[]) => unknown;

function read(project: Project, batch = 4) {
  const failures: string[] = [];
  const handler = async (event: unknown) => {
    const { Records } = event as DynamoDBStreamEvent;
    return project(
      Records.map(({ dynamodb }) => Number(dynamodb?.Keys?.["sk"]?.N)),
      Records,
    );
  };
  const functions = new Functions({ ...trivialFunctions().handlers, project: async () => handler }, () => {});
  const settings = { function: "project" as const, endpoint: engine.endpoint, table: tableName("ledger"), batch, windowSeconds: 0 };
  const source = new StreamSource(
    { ...settings, filter: ENTRY_STREAM_FILTER, tries: TRIES, onFailure: (body) => failures.push(body) },
    database,
    functions,
  );
  sources.push(source);
  return { source, failures };
}

async function untilDrained(source: StreamSource): Promise<void> {
  while (!(await source.drained()));
}

/** Writes entries, each with a marker that the filter keeps from the function; answers their numbers. */
async function write(count: number): Promise<number[]> {
  const numbers = Array.from({ length: count }, () => written++);
  for (const n of numbers) {
    const key = { pk: { S: "change:a" }, sk: { N: String(n) } };
    await client.send(new PutItemCommand({ TableName: tableName("ledger"), Item: { ...key, pk: { S: "seen:a" } } }));
    await client.send(new PutItemCommand({ TableName: tableName("ledger"), Item: { ...key, b: { B: Buffer.of(n & 255, 255, 0) } } }));
  }
  return numbers;
}

describe("the table stream", () => {
  it("hands on each entry once, in order, in batches, and no marker", async () => {
    const numbers = await write(10);
    const batches: (readonly number[])[] = [];
    const { source } = read((batch) => void batches.push(batch));
    await untilDrained(source);
    expect(batches.flat()).toEqual(numbers);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(4);
  });

  it("writes records as Lambda does", async () => {
    const [n = 0] = await write(1);
    let seen: DynamoDBRecord | undefined;
    const { source } = read((_, [record]) => {
      seen = record;
    });
    await untilDrained(source);
    expect(seen).toMatchObject({ eventName: "INSERT", eventSource: "aws:dynamodb", awsRegion: "us-east-1", eventVersion: "1.1" });
    expect(seen?.eventSourceARN).toMatch(/^arn:aws:dynamodb:.*stream/);
    expect(seen?.dynamodb?.NewImage?.["b"]?.B).toBe(Buffer.of(n & 255, 255, 0).toString("base64"));
    expect(typeof seen?.dynamodb?.ApproximateCreationDateTime).toBe("number");
  });

  it("says nothing of what is not inserted", async () => {
    const [n = 0] = await write(1);
    const { source: first } = read(() => undefined);
    await untilDrained(first);
    const seen: number[] = [];
    const { source } = read((numbers) => void seen.push(...numbers));
    await first.close();
    await client.send(new DeleteItemCommand({ TableName: tableName("ledger"), Key: { pk: { S: "change:a" }, sk: { N: String(n) } } }));
    await untilDrained(source);
    expect(seen).toEqual([]);
  });

  it("halves a batch that fails and hands on the rest in order", async () => {
    const numbers = await write(9);
    const bad = numbers[5];
    let left = TRIES - 1;
    const done: number[] = [];
    const { source, failures } = read((batch) => {
      if (batch.includes(bad ?? -1) && (batch.length > 1 || left-- > 0)) throw new Error("no");
      done.push(...batch);
    }, 8);
    await untilDrained(source);
    expect(done).toEqual(numbers);
    expect(failures).toEqual([]);
  });

  it("goes on behind what a partial answer names", async () => {
    const numbers = await write(6);
    let failed = 0;
    const done: number[] = [];
    const { source } = read((batch, records) => {
      const at = batch.indexOf(numbers[3] ?? -1);
      if (at >= 0 && failed++ === 0) {
        done.push(...batch.slice(0, at));
        return { batchItemFailures: [{ itemIdentifier: records[at]?.dynamodb?.SequenceNumber }] };
      }
      done.push(...batch);
      return { batchItemFailures: [] };
    }, 6);
    await untilDrained(source);
    expect(done).toEqual(numbers);
    expect(failed).toBeGreaterThan(1);
  });

  it("gives up what fails too often, says where it lies, and goes on", async () => {
    const numbers = await write(4);
    const tried = new Map<number, number>();
    const done: number[] = [];
    const { source, failures } = read((batch) => {
      if (batch.length === 1) tried.set(batch[0] ?? -1, (tried.get(batch[0] ?? -1) ?? 0) + 1);
      if (batch.includes(numbers[2] ?? -1)) throw new Error("poison");
      done.push(...batch);
    });
    await untilDrained(source);
    expect(done).toEqual(numbers.filter((_, i) => i !== 2));
    expect(tried.get(numbers[2] ?? -1)).toBeLessThanOrEqual(TRIES);
    expect(failures).toHaveLength(1);
    expect(JSON.parse(failures[0] ?? "")).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted" },
      DDBStreamBatchInfo: { startSequenceNumber: expect.any(String), streamArn: expect.stringContaining("stream"), batchSize: 1 },
    });
  });

  it("begins again behind the last batch that was done", async () => {
    const numbers = await write(12);
    const first: number[] = [];
    const { source } = read((batch) => {
      if (first.length >= 4) return new Promise(() => {});
      first.push(...batch);
    });
    while (first.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    // The function hangs with the second batch, as in a process that is killed: another source takes over from the checkpoint.
    sources = sources.filter((one) => one !== source);
    const second: number[] = [];
    const { source: next } = read((batch) => void second.push(...batch));
    await untilDrained(next);
    expect([...first, ...second]).toEqual(numbers);
  });
});
