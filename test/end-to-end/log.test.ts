import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, GetObjectCommand, GetObjectRetentionCommand } from "@aws-sdk/client-s3";
import { dynamoLogLock } from "@change-ledger/aws/dynamo-log-lock.ts";
import { dynamoLogPlaces } from "@change-ledger/aws/dynamo-log-places.ts";
import { s3Log } from "@change-ledger/aws/s3-log.ts";
import {
  type Checkpoint,
  EdgeMemory,
  openTrusted,
  parseTrust,
  readBundles,
  restoreChains,
  sealedHour,
  sequence,
  type TrustFile,
  verifyProofFile,
} from "@change-ledger/log";
import type { SealedEntry } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { bucketName, REGION, tableName } from "../../packages/local/index.ts";
import { addDeployments, putObjects } from "../../packages/local/kept-demonstration.ts";
import { bearer } from "../../packages/local/token.ts";
import { keptLogs } from "../contract/kept-log.ts";
import { trialSigner } from "../log/signer.ts";
import { send } from "./played.ts";
import { Printed } from "./printed.ts";
import { CREDENTIALS, type Running, run } from "./running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const told = demonstrationEvents("2026-03-02T08:00:00.000Z");
const now = () => new Date().toISOString();

describe("the log of a ledger that the demonstration was played into", () => {
  let running: Running;
  let dynamo: DynamoDBClient;
  let ledger: SealedEntry[];

  beforeAll(async () => {
    running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    dynamo = new DynamoDBClient({ endpoint: running.stack.endpoints.dynamodb, region: REGION, credentials: CREDENTIALS });
    addDeployments(running.stack, told);
    await putObjects(running.stack, told);
    await send(running, told.events);
    await running.stack.quiet();
    ledger = await running.ledger();
  });
  afterAll(async () => {
    dynamo?.destroy();
    await running?.close();
  });

  const store = () => {
    const retention = { mode: "GOVERNANCE", days: 1 } as const;
    return s3Log({
      archive: { client: running.s3, bucket: bucketName("archive"), retention, now: () => new Date() },
      bucket: bucketName("log"),
    });
  };
  const trust = async (): Promise<TrustFile> => parseTrust((await store().trust()) ?? new Uint8Array());
  const checkpoint = async (): Promise<Checkpoint> =>
    openTrusted((await store().published())?.note ?? new Uint8Array(), await trust(), now());

  it("holds every entry of the ledger once, under a checkpoint that the trust file's key vouches for", async () => {
    const head = await checkpoint();
    expect(head).toMatchObject({ origin: "change-ledger.local/log", size: ledger.length, extensions: [] });
    const leaves: string[] = [];
    for await (const { hashes } of readBundles(store(), head)) leaves.push(...hashes);
    expect(leaves.toSorted()).toEqual(ledger.map(({ hash }) => hash).toSorted());
    expect(new Set(leaves).size).toBe(leaves.length);
  });

  it("holds each chain in its order, and is enough to make the chains again", async () => {
    const next = new Map<string, number>();
    let restored = 0;
    for await (const { entry } of restoreChains(store(), await checkpoint())) {
      const { subject, seq } = entry.entry;
      expect(seq, subject).toBe(next.get(subject) ?? 0);
      next.set(subject, seq + 1);
      restored++;
    }
    expect(restored).toBe(ledger.length);
  });

  it("has its state under the lock row, and nothing left over of what it is past", async () => {
    const head = await checkpoint();
    const lock = dynamoLogLock({ client: dynamo, table: tableName("log") });
    const row = await lock.read();
    expect([row?.size, Buffer.from(row?.root ?? []).toString("hex")]).toEqual([head.size, Buffer.from(head.root).toString("hex")]);
    const places = dynamoLogPlaces({ client: dynamo, table: tableName("log"), pause: async () => {} });
    const chains = Map.groupBy(ledger, ({ entry }) => entry.subject);
    const next = await places.next([...chains.keys()]);
    for (const [subject, chain] of chains) expect(next.get(subject), subject).toBe(chain.length);
  });

  it("proves any entry to who has the trust file, over the API", async () => {
    const log = { origin: (await trust()).origin, keys: (await trust()).noteKeys.map(({ key }) => key) };
    for (const { entry, hash } of ledger.filter((_, at) => at % 97 === 0)) {
      const path = `/v1/log/proof?subject=${encodeURIComponent(entry.subject)}&seq=${entry.seq}`;
      const { status, body } = await running.http("GET", path, { authorization: `Bearer ${TOKEN}` });
      expect([path, status]).toEqual([path, 200]);
      expect(verifyProofFile(Buffer.from(body), Buffer.from(hash, "hex"), log).checkpoint.size).toBe(ledger.length);
    }
  });

  it("is sealed by the hour, under lock; an hour in which nothing happened as well", async () => {
    await running.stack.fire("hour");
    const [hour = ""] = await store().hours(undefined, 10);
    const sealed = openTrusted(await store().hour(hour), await trust(), now());
    expect(sealedHour(sealed)).toBe(hour);
    expect(sealed.size).toBe(ledger.length);
    expect(Date.parse(`${hour}:00:00Z`)).toBeLessThan(Date.now() - 3_600_000);
    const Key = `log/hours/${hour.replaceAll("-", "/").replace("T", "/")}`;
    const at = { Bucket: bucketName("archive"), Key };
    const { VersionId } = await running.s3.send(new GetObjectCommand(at));
    const { Retention } = await running.s3.send(new GetObjectRetentionCommand(at));
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
    await expect(running.s3.send(new DeleteObjectCommand({ ...at, VersionId }))).rejects.toMatchObject({ name: "AccessDenied" });
    await running.stack.fire("hour");
    expect(running.stack.stats().functions.sequence?.errors).toBe(0);
  });

  it("costs at most one write unit an entry at 100 entries a batch", async () => {
    let units = 0;
    const meter = (_table: string, _operation: string, _read: number, write: number) => {
      units += write;
    };
    const dynamoDb = { endpoint: running.stack.endpoints.dynamodb, close: async () => {} };
    const engine = keptLogs(dynamoDb, { url: running.stack.endpoints.aws, close: async () => {} }, {}, meter);
    const open = await engine.clients();
    const signer = trialSigner("ledger.example/measured", 5);
    const memory = new EdgeMemory();
    const chains = { read: async () => [] };
    const ports = { ...open(), chains, signers: [signer], log: { origin: signer.key.name, keys: [] }, memory, pause: async () => {} };
    // As the stream brings them: in the order in which they were written, on the whole.
    const order = ledger.toSorted((a, b) => compare(a.entry.recordedAt, b.entry.recordedAt) || a.entry.seq - b.entry.seq);
    for (let at = 0; at < order.length; at += 100) {
      const before = units;
      const batch = order.slice(at, at + 100);
      const { appended, held } = await sequence(ports, batch);
      expect([appended, held]).toEqual([batch.length, []]);
      expect(units).toBeGreaterThan(before);
    }
    await engine.close();
    expect(units / order.length).toBeLessThanOrEqual(1);
  });

  it("is found to be the ledger's by the reconciler, which tells what somebody altered since", async () => {
    const printed = new Printed();
    printed.begin();
    await running.stack.fire("day").finally(() => printed.end());
    expect(printed.text).not.toContain("differ");
    const [victim] = ledger;
    if (victim === undefined) throw new Error("expected entries");
    const key = { pk: { S: victim.entry.subject }, sk: { N: String(victim.entry.seq) } };
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: tableName("ledger"), Key: key }));
    const altered = Buffer.from(Buffer.from(victim.bytes).toString().replace('"recordedAt":"2', '"recordedAt":"1'));
    await dynamo.send(new PutItemCommand({ TableName: tableName("ledger"), Item: { ...Item, ...key, b: { B: altered } } }));
    printed.begin();
    await running.stack.fire("day").finally(() => printed.end());
    const told = printed.text.split("\n").filter((line) => line.includes("ledger and log differ"));
    expect(told.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ kind: "other-bytes", subject: victim.entry.subject, seq: victim.entry.seq, expected: victim.hash }),
    ]);
    expect(running.stack.stats().functions.reconcile).toEqual({ invocations: 2, errors: 0 });
    // What was compared is on record itself, and in the log with the rest.
    await running.stack.quiet();
    const all = await running.ledger();
    expect((await checkpoint()).size).toBe(all.length);
    const runs = all.flatMap(({ entry }) => (entry.kind === "verified" ? [entry.facts] : [])).sort((a, b) => compare(a.upTo, b.upTo));
    expect(runs.slice(0, 3).map(({ check, faulty, looked }) => [check, faulty, looked > 0])).toEqual(
      expect.arrayContaining(["chains", "log", "evidence"].map((check) => [check, 0, true])),
    );
    const ofLog = runs.slice(3).find(({ check }) => check === "log");
    expect(ofLog?.faults).toEqual([{ subject: victim.entry.subject, seq: victim.entry.seq, code: "other-bytes" }]);
    const faults = runs.slice(3).flatMap((run) => (run.check === "log" ? [] : run.faults));
    expect(faults.every(({ subject, code }) => subject === victim.entry.subject && code === "wrong-link")).toBe(true);
  });
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
