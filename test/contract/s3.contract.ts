import { createHash, randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectLockMode,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";

const HOUR_MS = 3_600_000;
const bytes = (text: string) => Buffer.from(text);
const sha256 = (body: Uint8Array) => createHash("sha256").update(body).digest("base64");

/** S3 as this product uses it: versions, Object Lock, conditional puts, checksums, ranges and lists. */
export function s3Contract(name: string, start: StartEngine<S3Client>): void {
  describe(`S3: ${name}`, () => {
    let engine: Engine<S3Client> | string | undefined;
    let made: Promise<string> | undefined;
    beforeAll(async () => {
      engine = await start();
    }, 960_000);
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    /** The client, a bucket with Object Lock, and a key of the case's own. */
    async function locked(context: TestContext) {
      const s3 = clientsFor(engine, context);
      made ??= (async () => {
        const Bucket = `locked-${randomUUID().slice(0, 8)}`;
        await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
        return Bucket;
      })();
      const Bucket = await made;
      const Key = `case/${randomUUID()}`;
      const put = (body: string, more: Partial<PutObjectCommandInput> = {}) =>
        s3.send(
          new PutObjectCommand({
            Bucket,
            Key,
            Body: bytes(body),
            ChecksumAlgorithm: "SHA256",
            ChecksumSHA256: sha256(bytes(body)),
            ...more,
          }),
        );
      const retained = (ObjectLockMode: ObjectLockMode, hours = 1) =>
        put("kept", { ObjectLockMode, ObjectLockRetainUntilDate: new Date(Date.now() + hours * HOUR_MS) });
      return { s3, Bucket, Key, put, retained };
    }

    async function plain(context: TestContext) {
      const s3 = clientsFor(engine, context);
      const Bucket = `plain-${randomUUID().slice(0, 8)}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      return { s3, Bucket };
    }

    it("gives back the bytes, their type, metadata, tag and version", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const written = await put("hello", { ContentType: "text/plain", Metadata: { change: "pull-1" } });
      expect(written.VersionId).toBeTruthy();
      const read = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await read.Body?.transformToString()).toBe("hello");
      expect(read).toMatchObject({
        ContentType: "text/plain",
        Metadata: { change: "pull-1" },
        VersionId: written.VersionId,
        ETag: written.ETag,
      });
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head).toMatchObject({ ContentLength: 5, Metadata: { change: "pull-1" }, VersionId: written.VersionId });
    });

    it("keeps every version and gives the one that is asked for", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const first = await put("one");
      const second = await put("two");
      expect(first.VersionId).not.toBe(second.VersionId);
      const of = async (VersionId?: string) => (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
      expect([await of(first.VersionId), await of(second.VersionId), await of()]).toEqual(["one", "two", "two"]);
    });

    it("takes a put under If-None-Match: * once", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      await put("first", { IfNoneMatch: "*" });
      expect(await failure(put("second", { IfNoneMatch: "*" }))).toEqual({ code: "PreconditionFailed", status: 412 });
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe("first");
    });

    it("takes one of many concurrent puts under If-None-Match: *", async (context) => {
      const { put } = await locked(context);
      const answers = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => put(`writer ${i}`, { IfNoneMatch: "*" })));
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("takes a put under If-None-Match: * where a delete marker stands", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      await put("first");
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      expect((await put("second", { IfNoneMatch: "*" })).VersionId).toBeTruthy();
    });

    it("refuses bytes that do not have the SHA-256 announced", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const error = await failure(put("right", { ChecksumSHA256: sha256(bytes("wrong")) }));
      expect(error).toEqual({ code: "BadDigest", status: 400 });
      expect(await failure(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
    });

    it.for(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
      "takes and tells the %s that the client computes",
      async (ChecksumAlgorithm, context) => {
        const { s3, Bucket, Key } = await locked(context);
        const written = await s3.send(new PutObjectCommand({ Bucket, Key, Body: bytes("sum"), ChecksumAlgorithm }));
        const field = `Checksum${ChecksumAlgorithm}` as const;
        expect(written[field]).toBeTruthy();
        const read = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
        expect(read[field]).toBe(written[field]);
        expect(await read.Body?.transformToString()).toBe("sum");
      },
    );

    it("reads ranges of bytes", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      await put("0123456789");
      const range = async (Range: string) => {
        const { Body, ContentRange, ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key, Range }));
        return [await Body?.transformToString(), ContentRange, ContentLength];
      };
      expect(await range("bytes=2-4")).toEqual(["234", "bytes 2-4/10", 3]);
      expect(await range("bytes=7-")).toEqual(["789", "bytes 7-9/10", 3]);
      expect(await range("bytes=-2")).toEqual(["89", "bytes 8-9/10", 2]);
      expect(await range("bytes=8-99")).toEqual(["89", "bytes 8-9/10", 2]);
      expect(await failure(range("bytes=10-12"))).toEqual({ code: "InvalidRange", status: 416 });
    });

    it("answers NoSuchKey and NotFound for what is not there", async (context) => {
      const { s3, Bucket, Key } = await locked(context);
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key })))).toEqual({ code: "NoSuchKey", status: 404 });
      expect(await failure(s3.send(new HeadObjectCommand({ Bucket, Key })))).toEqual({ code: "NotFound", status: 404 });
      expect(await failure(s3.send(new HeadBucketCommand({ Bucket: "nobody-has-this-bucket" })))).toMatchObject({ status: 404 });
    });

    it("hides a deleted object behind a marker and keeps its version", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const { VersionId } = await put("still here");
      const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      expect(marker).toMatchObject({ DeleteMarker: true });
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key })))).toEqual({ code: "NoSuchKey", status: 404 });
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()).toBe("still here");
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key, VersionId: marker.VersionId })))).toMatchObject({ status: 405 });
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe("still here");
    });

    it("tells the retention that an object was put with", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      await retained("COMPLIANCE");
      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key }));
      expect(Retention?.Mode).toBe("COMPLIANCE");
      expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head.ObjectLockMode).toBe("COMPLIANCE");
      const second = (date: Date | undefined) => Math.floor((date?.getTime() ?? 0) / 1000);
      expect(second(head.ObjectLockRetainUntilDate)).toBe(second(Retention?.RetainUntilDate));
    });

    it("refuses to delete a version in COMPLIANCE, also with the bypass", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("COMPLIANCE");
      for (const BypassGovernanceRetention of [undefined, true]) {
        const error = await failure(s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention })));
        expect(error).toEqual({ code: "AccessDenied", status: 403 });
      }
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()).toBe("kept");
    });

    it("deletes a version in GOVERNANCE with the bypass alone", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("GOVERNANCE");
      expect(await failure(s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })))).toEqual({ code: "AccessDenied", status: 403 });
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key, VersionId })))).toMatchObject({ status: 404 });
    });

    it("lets a COMPLIANCE retention grow and never shrink", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("COMPLIANCE", 2);
      const retain = (hours: number, Mode: ObjectLockMode = "COMPLIANCE") => {
        const Retention = { Mode, RetainUntilDate: new Date(Date.now() + hours * HOUR_MS) };
        return s3.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention, BypassGovernanceRetention: true }));
      };
      expect(await failure(retain(1))).toMatchObject({ status: 403 });
      expect(await failure(retain(3, "GOVERNANCE"))).toMatchObject({ status: 403 });
      await retain(3);
      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));
      expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 2.5 * HOUR_MS);
    });

    it("shortens a GOVERNANCE retention with the bypass alone", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      await retained("GOVERNANCE", 2);
      const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: new Date(Date.now() + HOUR_MS) };
      expect(await failure(s3.send(new PutObjectRetentionCommand({ Bucket, Key, Retention })))).toMatchObject({ status: 403 });
      await s3.send(new PutObjectRetentionCommand({ Bucket, Key, Retention, BypassGovernanceRetention: true }));
    });

    it("refuses to delete a version under legal hold until it is lifted", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const { VersionId } = await put("evidence");
      await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status: "ON" } }));
      expect((await s3.send(new GetObjectLegalHoldCommand({ Bucket, Key }))).LegalHold?.Status).toBe("ON");
      const remove = () => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
      expect(await failure(remove())).toEqual({ code: "AccessDenied", status: 403 });
      await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status: "OFF" } }));
      await remove();
    });

    it("refuses a retention that is over", async (context) => {
      const { put } = await locked(context);
      const past = put("late", { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: new Date(Date.now() - HOUR_MS) });
      expect(await failure(past)).toMatchObject({ status: 400 });
    });

    it("refuses a retention in a bucket without Object Lock", async (context) => {
      const { s3, Bucket } = await plain(context);
      const ObjectLockRetainUntilDate = new Date(Date.now() + HOUR_MS);
      const put = new PutObjectCommand({ Bucket, Key: "a", Body: "x", ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate });
      expect(await failure(s3.send(put))).toMatchObject({ status: 400 });
      expect(await failure(s3.send(new GetObjectLockConfigurationCommand({ Bucket })))).toEqual({
        code: "ObjectLockConfigurationNotFoundError",
        status: 404,
      });
    });

    it("keeps versions in a bucket with Object Lock and cannot be told to stop", async (context) => {
      const { s3, Bucket } = await locked(context);
      expect((await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration?.ObjectLockEnabled).toBe("Enabled");
      const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
      expect(await failure(s3.send(suspend))).toMatchObject({ code: "InvalidBucketState" });
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    });

    /** A version in a bucket whose default retention is GOVERNANCE, put without a retention of its own. */
    async function byDefault(context: TestContext) {
      const s3 = clientsFor(engine, context);
      const Bucket = `default-${randomUUID().slice(0, 8)}`;
      await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
      const Rule = { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 1 } };
      await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule } }));
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
      return { s3, object: { Bucket, Key: "a", VersionId } };
    }

    it("protects objects by the bucket's default retention", async (context) => {
      const { s3, object } = await byDefault(context);
      expect(await failure(s3.send(new DeleteObjectCommand(object)))).toEqual({ code: "AccessDenied", status: 403 });
      await s3.send(new DeleteObjectCommand({ ...object, BypassGovernanceRetention: true }));
    });

    it("tells the retention that an object has by default", async (context) => {
      const { s3, object } = await byDefault(context);
      expect((await s3.send(new HeadObjectCommand(object))).ObjectLockMode).toBe("GOVERNANCE");
    });

    it("replaces and deletes for good where versions are not kept", async (context) => {
      const { s3, Bucket } = await plain(context);
      for (const Body of ["one", "two"]) await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body }));
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: "a" }))).Body?.transformToString()).toBe("two");
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key: "a" })))).toEqual({ code: "NoSuchKey", status: 404 });
      expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    });

    it("lists objects in order of their keys, by prefix, delimiter and page", async (context) => {
      const { s3, Bucket } = await plain(context);
      const keys = ["a", "b/1", "b/2", "b/3/x", "c d+é&<", "ca"];
      for (const Key of [...keys].reverse()) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      const list = async (more: object) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));
      const all = await list({});
      expect(all.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual(keys.map((key) => [key, Buffer.byteLength(key)]));
      expect((await list({ Prefix: "b/" })).Contents?.map(({ Key }) => Key)).toEqual(["b/1", "b/2", "b/3/x"]);
      const folded = await list({ Delimiter: "/" });
      expect([folded.Contents?.map(({ Key }) => Key), folded.CommonPrefixes]).toEqual([["a", "c d+é&<", "ca"], [{ Prefix: "b/" }]]);
      expect((await list({ StartAfter: "b/2" })).Contents?.map(({ Key }) => Key)).toEqual(["b/3/x", "c d+é&<", "ca"]);
      const paged: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await list({ MaxKeys: 2, ContinuationToken });
        paged.push(...(page.Contents ?? []).map(({ Key }) => Key));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(paged).toEqual(keys);
    });

    it("lists versions and delete markers, the newest of a key first", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const first = await put("one");
      const second = await put("two");
      const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
      expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
        [second.VersionId, false],
        [first.VersionId, false],
      ]);
      expect(DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([[marker.VersionId, true]]);
    });
  });
}

/** Code and status of the failure; the success is what fails the test. */
async function failure(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { code: error.name, status: error.$metadata.httpStatusCode };
  }
  throw new Error("expected the call to fail; it succeeded");
}
