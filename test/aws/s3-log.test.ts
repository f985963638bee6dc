import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectRetentionCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Tile } from "@change-ledger/log";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { s3Client } from "../../packages/aws/clients.ts";
import { s3Log } from "../../packages/aws/s3-log.ts";
import { type Answer, type Listener, listen, send } from "../../packages/local/http.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";

const NOW = new Date();
const folder = mkdtempSync(join(tmpdir(), "s3-log-"));
const note = (text: string) => Buffer.from(`${text}\n`);
/** What is answered in the engine's place: before the request takes effect, or after. */
let before: (request: IncomingMessage) => Answer | undefined = () => undefined;
let after: (request: IncomingMessage) => Answer | undefined = () => undefined;
let listener: Listener;
let client: S3Client;
let made = 0;

beforeAll(async () => {
  const engine = new S3(new ObjectStore(folder, () => Date.now()));
  listener = await listen(0, async (request, response) => {
    send(response, before(request) ?? (await engine.answer(request).then((answer) => after(request) ?? answer)));
  });
  vi.stubEnv("AWS_ENDPOINT_URL_S3", listener.url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  client = s3Client();
});
afterAll(async () => {
  client.destroy();
  await listener.close();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});
beforeEach(() => {
  before = () => undefined;
  after = () => undefined;
});

/** A log of its own. */
async function log() {
  const [archive, bucket] = [`archive-${++made}`, `log-${made}`];
  await client.send(new CreateBucketCommand({ Bucket: archive, ObjectLockEnabledForBucket: true }));
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const retention = { mode: "GOVERNANCE", days: 1 } as const;
  return { archive, bucket, store: s3Log({ archive: { client, bucket: archive, retention, now: () => NOW }, bucket }) };
}

const once = (method: string, path: RegExp, answer: Answer) => {
  let left = 1;
  return (request: IncomingMessage) => (request.method === method && path.test(request.url ?? "") && left-- > 0 ? answer : undefined);
};
const fault = (status: number, code: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<Error><Code>${code}</Code></Error>`,
});
const SLOW_DOWN = fault(503, "SlowDown");
const full = (index: number): Tile => ({ level: 0, index, width: 256 });

describe("the log in S3", () => {
  it("keeps full tiles and hours under lock until their retention ends", async () => {
    const { archive, store } = await log();
    await store.write([{ tile: full(0), bytes: Buffer.alloc(8192, 1) }]);
    await store.sealHour("2026-11-21T22", note("sealed"));
    for (const Key of ["log/tile/0/000", "log/hours/2026/11/21/22"]) {
      const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket: archive, Key }));
      expect(Retention).toEqual({ Mode: "GOVERNANCE", RetainUntilDate: new Date(NOW.getTime() + 86_400_000) });
    }
  });

  it("has published what it published, also when the answer got lost", async () => {
    const { store } = await log();
    after = once("PUT", /checkpoint/, SLOW_DOWN);
    expect(await store.publish(undefined, note("one"))).toBe(true);
    const one = await store.published();
    after = once("PUT", /checkpoint/, SLOW_DOWN);
    expect(await store.publish(one, note("two"))).toBe(true);
    expect(Buffer.from((await store.published())?.note ?? []).toString()).toBe("two\n");
  });

  it("has not published where another did at the same time, or took the checkpoint away", async () => {
    const { bucket, store } = await log();
    before = once("PUT", /checkpoint/, fault(409, "ConditionalRequestConflict"));
    expect(await store.publish(undefined, note("one"))).toBe(false);
    expect(await store.published()).toBeUndefined();
    const gone = { note: note("gone"), version: '"0123"' };
    expect(await store.publish(gone, note("two"))).toBe(false);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "checkpoint", Body: "another's" }));
    expect(await store.publish(gone, note("two"))).toBe(false);
  });

  it("says what is not a loss: a refusal goes on", async () => {
    const { store } = await log();
    const denied = fault(403, "AccessDenied");
    before = ({ method }) => (method === "PUT" || method === "GET" ? denied : undefined);
    await expect(store.publish(undefined, note("one"))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(store.published()).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(store.read(full(0))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(store.write([{ tile: full(0), bytes: Buffer.alloc(8192) }])).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("has written a full tile, also when the answer got lost", async () => {
    const { store } = await log();
    const bytes = Buffer.alloc(8192, 3);
    after = once("PUT", /tile/, SLOW_DOWN);
    await store.write([{ tile: full(1), bytes }]);
    expect(Buffer.compare(await store.read(full(1)), bytes)).toBe(0);
  });

  it("is not fooled by a tile that somebody put in the place of one that was lost", async () => {
    const { archive, store } = await log();
    await client.send(new PutObjectCommand({ Bucket: archive, Key: "log/tile/0/000", Body: Buffer.alloc(8192, 9) }));
    await expect(store.write([{ tile: full(0), bytes: Buffer.alloc(8192, 1) }])).rejects.toMatchObject({ code: "storage-differs" });
  });

  it("passes over what is no hour", async () => {
    const { archive, store } = await log();
    await store.sealHour("2026-11-21T22", note("sealed"));
    for (const Key of [
      "log/hours/2026/11/21/22x",
      "log/hours/2026/11/22/readme",
      "log/hours/2026/12/33/25/26",
      "log/hours/x/",
      "log/hours/note",
      "log/hoursmore",
    ])
      await client.send(new PutObjectCommand({ Bucket: archive, Key, Body: "stray" }));
    expect(await store.hours(undefined, 100)).toEqual(["2026-11-21T22"]);
    expect((await store.latestHour())?.hour).toBe("2026-11-21T22");
    await expect(store.sealHour("../../checkpoint", note("no"))).rejects.toThrow(RangeError);
  });

  it("finds the latest hour over days", async () => {
    const { store } = await log();
    const hours = Array.from({ length: 60 }, (_, at) => new Date(Date.UTC(2026, 10, 20, at)).toISOString().slice(0, 13));
    await Promise.all(hours.map((hour) => store.sealHour(hour, note(hour))));
    expect(await store.hours(undefined, 1000)).toEqual(hours);
    expect((await store.latestHour())?.hour).toBe(hours.at(-1));
  });

  it("keeps the trust file that was put last", async () => {
    const { store } = await log();
    expect(await store.trust()).toBeUndefined();
    for (const text of ["one", "two"]) await store.putTrust(note(text));
    expect(Buffer.from((await store.trust()) ?? []).toString()).toBe("two\n");
  });

  it("says which partial tile it could not take away", async () => {
    const { store } = await log();
    const body = "<DeleteResult><Error><Key>tile/0/000.p/3</Key><Code>AccessDenied</Code></Error></DeleteResult>";
    before = ({ method }) => (method === "POST" ? { status: 200, headers: { "content-type": "application/xml" }, body } : undefined);
    await expect(store.discard([{ level: 0, index: 0, width: 3 }])).rejects.toMatchObject({ code: "log-write-refused" });
  });
});
