import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { BODY_MAX_BYTES, type RawMessage } from "@change-ledger/ledger";
import { type PayloadReference, sha256Hex } from "@change-ledger/model";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { s3Client } from "../../packages/aws/clients.ts";
import { s3Bundles } from "../../packages/aws/s3-bundles.ts";
import { s3Inbox } from "../../packages/aws/s3-inbox.ts";
import { putOnce } from "../../packages/aws/s3-once.ts";
import { rangesOf, s3Raw } from "../../packages/aws/s3-raw.ts";
import { s3Segments } from "../../packages/aws/s3-segments.ts";
import { readRecord, readSegment } from "../../packages/evidence/index.ts";
import { type Answer, type Listener, listen, send } from "../../packages/local/http.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";

const NOW = new Date();
const retention = { mode: "GOVERNANCE", days: 1 } as const;
const folder = mkdtempSync(join(tmpdir(), "s3-"));
/** What a test wants answered in the engine's place: undefined lets the request through. */
let instead: (request: IncomingMessage) => Answer | undefined = () => undefined;
/** How many answers get lost behind requests that took effect. */
let lost = 0;
let requests: string[] = [];
let listener: Listener;
let client: S3Client;

beforeAll(async () => {
  const engine = new S3(new ObjectStore(folder, () => Date.now()));
  listener = await listen(0, async (request, response) => {
    requests.push(`${request.method} ${request.headers.range ?? ""}`.trim());
    const answer = instead(request) ?? (await engine.answer(request));
    lost -= 1;
    send(response, lost >= 0 ? fault(503, "SlowDown") : answer);
  });
  vi.stubEnv("AWS_ENDPOINT_URL_S3", listener.url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  client = s3Client();
  await client.send(new CreateBucketCommand({ Bucket: "archive", ObjectLockEnabledForBucket: true }));
  await client.send(new CreateBucketCommand({ Bucket: "inbox" }));
});
afterAll(async () => {
  client.destroy();
  await listener.close();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});
beforeEach(() => {
  requests = [];
  lost = 0;
  instead = () => undefined;
});

const archive = () => ({ client, bucket: "archive", retention, now: () => NOW });
const fault = (status: number, code: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<Error><Code>${code}</Code></Error>`,
});
const message = (id: string, text = id): RawMessage => ({
  id,
  delivery: { system: "github", receivedAt: "2026-11-21T10:00:00.000Z", headers: { "x-github-delivery": id }, body: Buffer.from(text) },
});
const versions = async (prefix: string) =>
  (await client.send(new ListObjectVersionsCommand({ Bucket: "archive", Prefix: prefix }))).Versions ?? [];
/** As an operator with every permission could: another object in the place of the first. */
const overwrite = (key: string, body: Uint8Array) => client.send(new PutObjectCommand({ Bucket: "archive", Key: key, Body: body }));

describe("the archive of segments", () => {
  it("keeps a batch in one PUT, locked until its retention ends, and says where each message lies", async () => {
    const messages = [message("a1", "one"), message("a2", "two")];
    const references = await s3Segments(archive()).keep(messages);
    expect(requests).toEqual(["PUT"]);
    expect(references.map(({ sha256 }) => sha256)).toEqual([sha256Hex("one"), sha256Hex("two")]);
    const [key] = references.map((reference) => reference.archive);
    if (key === undefined) throw new Error("no key");
    const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: "archive", Key: key }));
    expect(ContentType).toBe("application/warc");
    const records = [...readSegment((await Body?.transformToByteArray()) ?? new Uint8Array())];
    expect(records.map(({ record, offset, length }) => [record.id, record.headers["x-github-delivery"], offset, length])).toEqual(
      references.map(({ offset, length }, index) => [`a${index + 1}`, `a${index + 1}`, offset, length]),
    );
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket: "archive", Key: key }));
    expect(Retention).toEqual({ Mode: "GOVERNANCE", RetainUntilDate: new Date(NOW.getTime() + 86_400_000) });
  });

  it("writes the same batch once, however often it comes", async () => {
    const keep = () => s3Segments(archive()).keep([message("twice")]);
    const [first, second] = [await keep(), await keep()];
    expect(second).toEqual(first);
    expect(await versions(first[0]?.archive ?? "none")).toHaveLength(1);
  });

  it("tries again when another writer is at the same key, and gives up in the end", async () => {
    let conflicts = 2;
    instead = ({ method }) => (method === "PUT" && conflicts-- > 0 ? fault(409, "ConditionalRequestConflict") : undefined);
    const [reference] = await s3Segments(archive()).keep([message("conflict")]);
    expect(await versions(reference?.archive ?? "none")).toHaveLength(1);
    instead = () => fault(409, "ConditionalRequestConflict");
    await expect(s3Segments(archive()).keep([message("conflict")])).rejects.toMatchObject({ name: "ConditionalRequestConflict" });
  });

  it("throws when it was refused: the batch comes again", async () => {
    instead = () => fault(403, "AccessDenied");
    await expect(s3Segments(archive()).keep([message("denied")])).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("is not fooled by a body that changed on its way", async () => {
    const wrong = Buffer.from(sha256Hex("other"), "hex").toString("base64");
    await expect(
      putOnce(archive(), { Key: "bad", Body: Buffer.from("body"), ContentType: "text/plain", ChecksumSHA256: wrong }),
    ).rejects.toThrow();
    expect(await versions("bad")).toHaveLength(0);
  });
});

describe("the store of bundles", () => {
  const bytes = Buffer.from("a bundle");
  const contentDigest = "c".repeat(64);
  const put = (key: string, content: Uint8Array = bytes, digest = contentDigest) =>
    s3Bundles(archive()).put(key, { bytes: content, sha256: sha256Hex(content), contentDigest: digest });

  it("answers the version it wrote, and the same one when it comes again", async () => {
    const key = "evidence/github/å%2F+ b/c.zip";
    const written = await put(key);
    expect(written).toEqual({ versionId: written.versionId, sha256: sha256Hex(bytes), bytes: bytes.length });
    expect(await put(key)).toEqual(written);
    expect((await versions("evidence/github/å")).map(({ VersionId, Key }) => [Key, VersionId])).toEqual([[key, written.versionId]]);
    const head = await client.send(
      new HeadObjectCommand({ Bucket: "archive", Key: key, VersionId: written.versionId, ChecksumMode: "ENABLED" }),
    );
    expect(head).toMatchObject({
      ContentType: "application/zip",
      ObjectLockMode: "GOVERNANCE",
      ChecksumSHA256: Buffer.from(sha256Hex(bytes), "hex").toString("base64"),
      Metadata: { "content-sha256": contentDigest },
    });
  });

  it("answers what it wrote first when the same content comes signed anew", async () => {
    const first = await put("evidence/again.zip");
    expect(await put("evidence/again.zip", Buffer.from("the same, signed later"))).toEqual(first);
    expect(await versions("evidence/again.zip")).toHaveLength(1);
  });

  it("answers the version it wrote when the first answer was lost", async () => {
    lost = 1;
    const { versionId } = await put("evidence/lost.zip");
    expect(requests).toEqual(["PUT", "PUT", "HEAD"]);
    expect((await versions("evidence/lost.zip")).map(({ VersionId }) => VersionId)).toEqual([versionId]);
  });

  it("refuses another content under the key, before and after it", async () => {
    await put("evidence/x.zip");
    await expect(put("evidence/x.zip", bytes, "d".repeat(64))).rejects.toMatchObject({ code: "bundle-differs" });
    await overwrite("evidence/x.zip", bytes); // the same bytes, but without the metadata and the checksum that S3 was made to check
    await expect(put("evidence/x.zip")).rejects.toMatchObject({ code: "bundle-differs" });
  });

  it("refuses a bucket without versions", async () => {
    instead = ({ method }) => (method === "PUT" ? { status: 200, headers: {}, body: "" } : undefined);
    await expect(put("evidence/unversioned.zip")).rejects.toMatchObject({ code: "not-versioned" });
  });
});

describe("the reader of raw records", () => {
  const raw = () => s3Raw({ client, bucket: "archive" });
  const bodies = (references: readonly PayloadReference[]) =>
    raw()
      .members(references)
      .then((members) => members.map((member) => Buffer.from(readRecord(member).body).toString()));

  it("gives members in the order asked for, from as few reads as it can", async () => {
    const near = await s3Segments(archive()).keep(["n1", "n2", "n3"].map((id) => message(id)));
    const other = await s3Segments(archive()).keep([message("o1")]);
    const [n1, n2, n3] = near;
    const [o1] = other;
    if (n1 === undefined || n2 === undefined || n3 === undefined || o1 === undefined) throw new Error("fixture");
    requests = [];
    expect(await bodies([n3, o1, n1, n3])).toEqual(["n3", "o1", "n1", "n3"]);
    expect(requests.toSorted()).toEqual(
      [`GET bytes=${n1.offset}-${n3.offset + n3.length - 1}`, `GET bytes=${o1.offset}-${o1.offset + o1.length - 1}`].sort(),
    );
    expect(await bodies([])).toEqual([]);
  });

  it("says what is missing", async () => {
    const [reference, next] = await s3Segments(archive()).keep([message("r1"), message("r2")]);
    if (reference === undefined || next === undefined) throw new Error("fixture");
    const code = (over: Partial<PayloadReference>) => expect(raw().members([{ ...reference, ...over }])).rejects;
    await code({ archive: "segments/20261121/none.warc.gz" }).toMatchObject({ code: "payload-missing" });
    await code({ offset: 10_000_000 }).toMatchObject({ code: "payload-missing" });
    await code({ length: 10_000_000 }).toMatchObject({ code: "payload-missing" });
  });

  it("takes in no more than it asked for", async () => {
    const [reference] = await s3Segments(archive()).keep([message("whole")]);
    if (reference === undefined) throw new Error("fixture");
    instead = ({ method }) => (method === "GET" ? { status: 200, headers: {}, body: Buffer.alloc(1_000_000) } : undefined);
    await expect(raw().members([reference])).rejects.toMatchObject({ code: "payload-missing" });
  });

  it("covers every reference by one range within the limits", () => {
    const reference = fc.record({
      archive: fc.constantFrom("a", "b"),
      offset: fc.nat(40_000_000),
      length: fc.integer({ min: 1, max: 9_000_000 }),
      sha256: fc.constant(""),
    });
    fc.assert(
      fc.property(fc.array(reference, { maxLength: 30 }), (references) => {
        const ranges = rangesOf(references);
        expect(ranges.flatMap(({ indexes }) => indexes).sort((a, b) => a - b)).toEqual(references.map((_, index) => index));
        for (const { archive, start, end, indexes } of ranges) {
          const inside = indexes.map((index) => references[index]);
          expect(
            inside.every((one) => one !== undefined && one.archive === archive && one.offset >= start && one.offset + one.length <= end),
          ).toBe(true);
          expect(end - start <= 8 * 1024 * 1024 || indexes.length === 1).toBe(true);
        }
      }),
    );
  });
});

describe("the inbox", () => {
  it("gives back what was put, byte for byte", async () => {
    const inbox = s3Inbox({ client, bucket: "inbox" });
    const body = Buffer.from([0, 255, 13, 10, 128]);
    await inbox.put("2026-11-21/x", body);
    expect(Buffer.from(await inbox.get("2026-11-21/x"))).toEqual(body);
    await expect(inbox.get("2026-11-21/none")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("takes in no body that could not have come through the door", async () => {
    const inbox = s3Inbox({ client, bucket: "inbox" });
    await inbox.put("big", Buffer.alloc(BODY_MAX_BYTES));
    expect(await inbox.get("big")).toHaveLength(BODY_MAX_BYTES);
    await inbox.put("big", Buffer.alloc(BODY_MAX_BYTES + 1));
    await expect(inbox.get("big")).rejects.toMatchObject({ code: "corrupt-item" });
  });
});

describe("the S3 client", () => {
  it("puts the bucket into the path at an endpoint of one's own, and into the host at AWS", async () => {
    expect(await s3Client({ AWS_ENDPOINT_URL_S3: "http://x" }).config.forcePathStyle).toBe(true);
    expect(await s3Client({ AWS_ENDPOINT_URL: "http://x" }).config.forcePathStyle).toBe(true);
    expect(await s3Client({}).config.forcePathStyle).toBe(false);
  });
});
