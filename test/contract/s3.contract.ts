import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { StartEngine } from "./engine.ts";
import { bytes, failure, s3Cases, sha256 } from "./s3-cases.ts";

/** S3 as this product uses it: versions, conditional puts, checksums, ranges and lists. */
export function s3Contract(name: string, start: StartEngine<S3Client>): void {
  describe(`S3: ${name}`, () => {
    const { locked, plain } = s3Cases(start);

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

    it("replaces and deletes for good where versions are not kept", async (context) => {
      const { s3, Bucket } = await plain(context);
      for (const Body of ["one", "two"]) await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body }));
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: "a" }))).Body?.transformToString()).toBe("two");
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key: "a" })))).toEqual({ code: "NoSuchKey", status: 404 });
      expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    });

    it("takes a put under If-Match where the tag that it names stands, and nowhere else", async (context) => {
      const { s3, Bucket } = await plain(context);
      const put = (Body: string, IfMatch?: string) => s3.send(new PutObjectCommand({ Bucket, Key: "head", Body, IfMatch }));
      const first = await put("one");
      const second = await put("two", first.ETag);
      expect(second.ETag).not.toBe(first.ETag);
      expect(await failure(put("three", first.ETag))).toEqual({ code: "PreconditionFailed", status: 412 });
      expect(await failure(s3.send(new PutObjectCommand({ Bucket, Key: "other", Body: "one", IfMatch: first.ETag })))).toEqual({
        code: "NoSuchKey",
        status: 404,
      });
      const answers = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => put(`writer ${i}`, second.ETag)));
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: "head" }))).Body?.transformToString()).toMatch(/^writer \d$/);
    });

    it("deletes many at once, also what is not there, and says what it could not", async (context) => {
      const { s3, Bucket } = await plain(context);
      const keys = ["a", "b/1", "c d+é&<'\"", "stays"];
      for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      const Objects = ["a", "c d+é&<'\"", "never there", "b/1"].map((Key) => ({ Key }));
      const loud = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(0, 3) } }));
      expect([loud.Deleted?.map(({ Key }) => Key).sort(), loud.Errors ?? []]).toEqual([
        Objects.slice(0, 3)
          .map(({ Key }) => Key)
          .sort(),
        [],
      ]);
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key)).toEqual(["stays"]);
    });

    it("says nothing of what it deleted at once, if told so", async (context) => {
      const { s3, Bucket } = await plain(context);
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a" }));
      const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }, { Key: "b" }], Quiet: true } }));
      expect([quiet.Deleted ?? [], quiet.Errors ?? []]).toEqual([[], []]);
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
