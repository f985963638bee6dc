import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { dynamoChains, dynamoExport } from "@change-ledger/aws";
import { append, type ChainStore, type Pending } from "@change-ledger/ledger";
import { EdgeMemory, formatTrust, openCheckpoint, sequence } from "@change-ledger/log";
import { type SealedEntry, type SourceFact, type Subject, sha256Hex } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { changeLedger } from "../../packages/cli/commands/change-ledger.ts";
import { rebuild } from "../../packages/cli/commands/rebuild.ts";
import { createTables, type DynamoDb, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { tableName } from "../../packages/local/names.ts";
import { clientOptions } from "../contract/engine.ts";
import { mirrorOf } from "../drill/mirror.ts";
import { IDENTITY, ORIGIN, SIGNER } from "../log/grown-log.ts";
import { MemoryLock, MemoryPlaces, MemoryStore } from "../log/memory-log.ts";
import { put } from "./kept.ts";

const TABLE = tableName("ledger");
const folders: string[] = [];
const engines: DynamoDb[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A table of its own. */
async function freshTable(): Promise<{ readonly client: DynamoDBClient; readonly store: ChainStore; readonly endpoint: string }> {
  const folder = mkdtempSync(join(tmpdir(), "rebuild-"));
  folders.push(folder);
  const engine = await startDynamoDb(folder, undefined);
  engines.push(engine);
  await createTables(engine.endpoint);
  const client = new DynamoDBClient(clientOptions(engine.endpoint));
  return { client, store: dynamoChains({ client, table: TABLE }), endpoint: engine.endpoint };
}

/** All items of the table, as text. */
async function itemsOf(client: DynamoDBClient): Promise<string[]> {
  const items: string[] = [];
  let start: Record<string, never> | undefined;
  do {
    const answer = await client.send(
      new ScanCommand({ TableName: TABLE, ConsistentRead: true, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    for (const { pk, sk, b, v } of answer.Items ?? [])
      items.push([pk?.S, sk?.N, b?.B === undefined ? v?.S : Buffer.from(b.B).toString("utf8")].join(" "));
    start = answer.LastEvaluatedKey as Record<string, never> | undefined;
  } while (start !== undefined);
  return items.sort();
}

const LONG: Subject = "ref:github/acme/cargo/refs/heads/main";
const event = (subject: Subject, id: string, body = id): Pending => {
  const fact: SourceFact = {
    subject,
    occurredAt: "2026-01-01T00:00:00.000Z",
    source: { system: "jira", event: "created", id, auth: "hmac-sha256", norm: 1 },
    kind: "ticket",
    facts: { action: "created" },
  };
  return { fact, payload: { sha256: sha256Hex(body), archive: "segments/x", offset: 0, length: 1 } };
};
/** One long chain, in which one body came twice, and many short ones. */
const EVENTS = [
  ...Array.from({ length: 40 }, (_, at) => event(LONG, `push-${at}`, at === 30 ? "push-3" : `push-${at}`)),
  ...Array.from({ length: 300 }, (_, at) => event(`ticket:jira/PAY-${at % 120}`, `ticket-${at}`)),
];

let original: Awaited<ReturnType<typeof freshTable>>;
const log = new MemoryStore();
let entries: SealedEntry[] = [];
const appendPorts = (store: ChainStore) => ({ store, now: () => "2026-01-01T00:00:01.000Z", pause: async () => {} });
const rebuildPorts = (table: { readonly client: DynamoDBClient; readonly store: ChainStore }) => ({
  files: log,
  head: openCheckpoint(log.current?.note ?? new Uint8Array(), IDENTITY),
  store: table.store,
  held: dynamoExport({ client: table.client, table: TABLE }),
  progress: () => {},
});

beforeAll(async () => {
  original = await freshTable();
  for (const one of EVENTS) await append(appendPorts(original.store), [one]);
  const page = await dynamoExport({ client: original.client, table: TABLE }).page(100_000);
  entries = [...(page?.entries ?? [])];
  const chains = { read: original.store.read };
  await sequence(
    {
      lock: new MemoryLock(),
      places: new MemoryPlaces(),
      store: log,
      chains,
      signers: [SIGNER],
      log: IDENTITY,
      memory: new EdgeMemory(),
      pause: async () => {},
    },
    entries,
  );
});

describe("rebuild", () => {
  it("restores the table byte for byte, markers too", async () => {
    expect(entries).toHaveLength(EVENTS.length);
    const table = await freshTable();
    const done = await rebuild(rebuildPorts(table));
    expect(done).toMatchObject({ held: 0, written: EVENTS.length });
    const [before, after] = [await itemsOf(original.client), await itemsOf(table.client)];
    expect(after.filter((item) => !item.startsWith("seen:"))).toEqual(before.filter((item) => !item.startsWith("seen:")));
    expect(after.filter((item) => item.startsWith("seen:"))).toHaveLength(done.markers);
    // What is there by rule is restored; that a marker stands among the last eight is chance.
    expect(before).toEqual(expect.arrayContaining(after));
    expect(done.markers).toBe(40 - 8);
  });

  it("leaves a ledger that knows what it has seen", async () => {
    const table = await freshTable();
    await rebuild(rebuildPorts(table));
    const outcomes = await Promise.all(EVENTS.map(async (one) => (await append(appendPorts(table.store), [one]))[0]?.outcome));
    expect(new Set(outcomes)).toEqual(new Set(["duplicate"]));
    expect((await append(appendPorts(table.store), [event(LONG, "push-40")])).map(({ outcome }) => outcome)).toEqual(["appended"]);
  });

  it("goes on where it was stopped", async () => {
    const table = await freshTable();
    let left = 3;
    const insert: ChainStore["insert"] = async (batch) => {
      if (left-- <= 0) throw new Error("the network went away");
      return await table.store.insert(batch);
    };
    await expect(rebuild({ ...rebuildPorts(table), store: { ...table.store, insert } })).rejects.toThrow("went away");
    const held = (await itemsOf(table.client)).filter((item) => !item.startsWith("seen:")).length;
    expect(held).toBeGreaterThan(0);
    expect(await rebuild(rebuildPorts(table))).toMatchObject({ held, written: EVENTS.length - held });
    expect(await rebuild(rebuildPorts(table))).toMatchObject({ held: EVENTS.length, written: 0 });
    expect(await itemsOf(original.client)).toEqual(expect.arrayContaining(await itemsOf(table.client)));
  });

  it("does so as a command, and what it restored is exported and verified against the log", async () => {
    const table = await freshTable();
    const folder = mkdtempSync(join(tmpdir(), "rebuild-"));
    folders.push(folder);
    const trust = formatTrust({ origin: ORIGIN, noteKeys: [{ key: SIGNER.key, from: "2026-01-01T00:00:00Z" }], envelopeKeys: [] });
    for (const [path, bytes] of [...mirrorOf(log), ["trust.json", trust] as const]) put(join(folder, "log", path), bytes);
    const out: string[] = [];
    const terminal = { out: (text: string) => out.push(text), err: process.stderr, now: () => "2026-11-22T00:00:00Z" };
    const environment = {
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    try {
      expect(await changeLedger(["rebuild", "--log", join(folder, "log"), "--table", TABLE], terminal)).toBe(0);
      expect(await changeLedger(["export", "--table", TABLE, join(folder, "ledger.jsonl")], terminal)).toBe(0);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await changeLedger(["verify", "--log", join(folder, "log"), "--ledger", folder], terminal)).toBe(0);
    expect(out.join("")).toContain(
      `${EVENTS.length} entries written to ${TABLE}, with 32 markers; 0 were there\n${EVENTS.length} entries in `,
    );
  });

  it("refuses a table that holds anything else, before it writes", async () => {
    for (const other of [event("ticket:jira/PAY-0", "another"), event("ticket:jira/NEW-1", "new")]) {
      const table = await freshTable();
      await append(appendPorts(table.store), [other]);
      await expect(rebuild(rebuildPorts(table))).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining(other.fact.subject),
      });
      expect(await itemsOf(table.client)).toHaveLength(1);
    }
    const table = await freshTable();
    await rebuild(rebuildPorts(table));
    await append(appendPorts(table.store), [event("ticket:jira/PAY-0", "one more")]);
    await expect(rebuild(rebuildPorts(table))).rejects.toMatchObject({ code: "refused" });
  });
});
