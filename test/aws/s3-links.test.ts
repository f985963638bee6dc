import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { s3Client } from "../../packages/aws/clients.ts";
import { s3Links } from "../../packages/aws/s3-links.ts";
import { type Listener, listen, send } from "../../packages/local/http.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";

const KEY = "evidence/servicenow/CHG%25201 ü/a b+c.zip";

describe("pre-signed reads", () => {
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  let listener: Listener;
  let client: S3Client;

  beforeAll(async () => {
    const engine = new S3(new ObjectStore(folder, () => Date.now()));
    listener = await listen(0, async (request, response) => send(response, await engine.answer(request)));
    vi.stubEnv("AWS_ENDPOINT_URL_S3", listener.url);
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    client = s3Client();
    await client.send(new CreateBucketCommand({ Bucket: "archive", ObjectLockEnabledForBucket: true }));
    await client.send(new CreateBucketCommand({ Bucket: "log" }));
  });
  afterAll(async () => {
    client.destroy();
    await listener.close();
    rmSync(folder, { recursive: true });
    vi.unstubAllEnvs();
  });

  const put = async (Bucket: string, Key: string, Body: string) =>
    (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? "";
  const links = () => s3Links({ client, archive: "archive", log: "log" });

  it("of a bundle give the version on record, whatever was put in its place since", async () => {
    const versionId = await put("archive", KEY, "sealed");
    await put("archive", KEY, "replaced");
    const url = await links().bundle(KEY, versionId);
    expect(await (await fetch(url)).text()).toBe("sealed");
    const { searchParams } = new URL(url);
    expect([searchParams.get("versionId"), searchParams.get("X-Amz-Expires")]).toEqual([versionId, "300"]);
  });

  it("of a tile lead to where it lies: the full ones under lock, the partial ones beside", async () => {
    await put("archive", "log/tile/entries/x001/000", "full");
    await put("log", "tile/entries/x001/001.p/7", "partial");
    const tile = { level: "entries", index: 1000, width: 256 } as const;
    expect(await (await fetch(await links().tile(tile))).text()).toBe("full");
    expect(await (await fetch(await links().tile({ ...tile, index: 1001, width: 7 }))).text()).toBe("partial");
  });

  it("are signed for one object: the signature covers its key and version", async () => {
    const signature = async (key: string, version: string) =>
      new URL(await links().bundle(key, version)).searchParams.get("X-Amz-Signature");
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
    try {
      const all = [await signature("a", "1"), await signature("b", "1"), await signature("a", "2")];
      expect(new Set(all).size).toBe(3);
      expect(await signature("a", "1")).toBe(all[0]);
    } finally {
      vi.useRealTimers();
    }
  });
});
