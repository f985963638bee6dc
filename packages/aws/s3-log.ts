import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { LogError, type LogStore, TILE_WIDTH, type Tile, tilePath, type WrittenTile } from "@change-ledger/log";
import { chunked } from "./chunked.ts";
import { AwsError } from "./fault.ts";
import { hourKey, hoursAfter, latestHour } from "./s3-log-hours.ts";
import { readWider } from "./s3-log-wider.ts";
import { type OnceOptions, putOnce } from "./s3-once.ts";

/** Where the log lies in the archive bucket; the log's own bucket holds nothing else. */
export const LOG_PREFIX = "log/";
const CHECKPOINT = "checkpoint";
const TRUST = "trust.json";
const TILE_TYPE = "application/octet-stream";
const NOTE_TYPE = "text/plain; charset=utf-8";
/** S3's limit of a DeleteObjects. */
const DELETES_MAX = 1000;
const PARALLEL = 16;

export interface S3LogOptions {
  /** Full tiles and hourly checkpoints, locked. */
  readonly archive: OnceOptions;
  /** Name of the bucket of partial tiles, stages, the current checkpoint and the trust file. */
  readonly bucket: string;
}

/** The log's files beside those that the sequencer writes. */
export interface TrustStore {
  /** Undefined before the first one. */
  trust(): Promise<Uint8Array | undefined>;
  putTrust(bytes: Uint8Array): Promise<void>;
}

/**
 * The log's files in S3: `log/tile/…` and `log/hours/2026/11/21/22` in the archive bucket; `tile/….p/N`, `checkpoint`, `stage/<digest>` and `trust.json`
 * in the log's. Missing objects are found missing only with `s3:ListBucket`; without it S3 says 403.
 */
export function s3Log({ archive, bucket }: S3LogOptions): LogStore & TrustStore {
  const { client } = archive;

  const get = (Bucket: string, Key: string) => client.send(new GetObjectCommand({ Bucket, Key }));
  async function read(Bucket: string, Key: string): Promise<Uint8Array> {
    const { Body } = await get(Bucket, Key);
    if (Body === undefined) throw new AwsError("corrupt-item", `expected bytes at ${Key}`);
    return await Body.transformToByteArray();
  }
  async function readOrNone(Bucket: string, Key: string): Promise<Uint8Array | undefined> {
    return await orNone(() => read(Bucket, Key));
  }
  async function put(Key: string, Body: Uint8Array, ContentType: string): Promise<void> {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType, ChecksumSHA256: sha256(Body) }));
  }

  async function writeTile({ tile, bytes }: WrittenTile): Promise<void> {
    if (tile.width < TILE_WIDTH) return await put(tilePath(tile), bytes, TILE_TYPE);
    const Key = LOG_PREFIX + tilePath(tile);
    if ((await putOnce(archive, { Key, Body: bytes, ContentType: TILE_TYPE, ChecksumSHA256: sha256(bytes) })) !== "taken") return;
    const there = sha256(await read(archive.bucket, Key));
    if (there !== sha256(bytes))
      throw new LogError("storage-differs", `${Key}: expected the tile with SHA-256 ${sha256(bytes)}, found one with ${there}`);
  }

  return {
    stage: (digest, bytes) => put(`stage/${digest}`, bytes, TILE_TYPE),
    staged: (digest) => read(bucket, `stage/${digest}`),
    async unstage(digest) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `stage/${digest}` }));
    },
    async write(tiles) {
      const waiting = tiles.values();
      const worker = async () => {
        for (const tile of waiting) await writeTile(tile);
      };
      await Promise.all(Array.from({ length: Math.min(PARALLEL, tiles.length) }, worker));
    },
    async read(tile) {
      const path = tilePath(tile);
      const own = tile.width === TILE_WIDTH ? await readOrNone(archive.bucket, LOG_PREFIX + path) : await readOrNone(bucket, path);
      const found =
        own ??
        (await readWider(tile, {
          full: (whole) => readOrNone(archive.bucket, LOG_PREFIX + tilePath(whole)),
          partial: (wider) => readOrNone(bucket, tilePath(wider)),
          client,
          bucket,
        }));
      if (found === undefined) throw new LogError("wrong-tile", `expected a tile at ${path}, found none, nor a wider one`);
      return found;
    },
    async discard(tiles) {
      const keys = tiles.map((tile: Tile) => {
        if (tile.width === TILE_WIDTH) throw new LogError("out-of-range", `${tilePath(tile)} is full: it stays`);
        return tilePath(tile);
      });
      for (const chunk of chunked(keys, DELETES_MAX)) {
        const Delete = { Objects: chunk.map((Key) => ({ Key })), Quiet: true };
        const { Errors: [failed] = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
        if (failed !== undefined) throw new AwsError("log-write-refused", `${failed.Key}: ${failed.Code ?? "unknown"}`);
      }
    },
    async published() {
      const answer = await orNone(() => get(bucket, CHECKPOINT));
      if (answer === undefined) return undefined;
      if (answer.Body === undefined || answer.ETag === undefined) throw new AwsError("corrupt-item", "expected a checkpoint and its tag");
      return { note: await answer.Body.transformToByteArray(), version: answer.ETag };
    },
    async publish(expected, note) {
      const condition = expected === undefined ? { IfNoneMatch: "*" } : { IfMatch: expected.version };
      const object = { Bucket: bucket, Key: CHECKPOINT, Body: note, ContentType: NOTE_TYPE, ChecksumSHA256: sha256(note) };
      try {
        await client.send(new PutObjectCommand({ ...object, ...condition }));
        return true;
      } catch (error) {
        if (!(error instanceof S3ServiceException) || !LOST.has(error.name)) throw error;
        // The answer to our own first try may have got lost, and the SDK's second one has met it.
        const there = await readOrNone(bucket, CHECKPOINT);
        return there !== undefined && Buffer.compare(there, note) === 0;
      }
    },
    async sealHour(hour, note) {
      await putOnce(archive, { Key: LOG_PREFIX + hourKey(hour), Body: note, ContentType: NOTE_TYPE, ChecksumSHA256: sha256(note) });
    },
    async latestHour() {
      const hour = await latestHour(client, archive.bucket, LOG_PREFIX);
      return hour === undefined ? undefined : { hour, note: await read(archive.bucket, LOG_PREFIX + hourKey(hour)) };
    },
    hours: (after, limit) => hoursAfter(client, archive.bucket, LOG_PREFIX, after, limit),
    hour: (hour) => read(archive.bucket, LOG_PREFIX + hourKey(hour)),
    trust: () => readOrNone(bucket, TRUST),
    putTrust: (bytes) => put(TRUST, bytes, "application/json"),
  };
}

/** A conditional PUT that another's write forestalled, whether it came before or at the same time, or removed what was to be replaced. */
const LOST = new Set(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"]);

async function orNone<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
