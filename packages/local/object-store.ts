import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ServiceFault } from "./fault.ts";

export type LockMode = "COMPLIANCE" | "GOVERNANCE";

export interface Retention {
  readonly mode: LockMode;
  readonly untilMs: number;
}

export interface Bucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly versioning: "Enabled" | "Suspended" | undefined;
  readonly locked: boolean;
  /** What objects without a retention of their own get. */
  readonly retention: { readonly mode: LockMode; readonly days: number } | undefined;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly deleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAtMs: number;
  /** Headers to give back: content type, encoding and the like, `x-amz-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-checksum-…` by algorithm. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
  /** Name of the file with its bytes; empty for a marker. */
  readonly file: string;
}

export type NewObject = Pick<ObjectVersion, "key" | "etag" | "headers" | "checksums" | "retention" | "legalHold"> & {
  readonly bytes: Uint8Array;
};

/** The version of objects in buckets without versioning. */
export const NO_VERSION = "null";
const DAY_MS = 86_400_000;

/**
 * Buckets, versions and their locks: an index in SQLite and one file a version. What Object Lock forbids is refused here, whoever asks.
 * A put is visible when its index row is: a crash before that leaves a file that nothing names.
 */
export class ObjectStore {
  readonly #database: DatabaseSync;
  readonly #files: string;
  readonly #nowMs: () => number;

  constructor(folder: string, nowMs: () => number) {
    this.#files = join(folder, "objects");
    this.#nowMs = nowMs;
    mkdirSync(this.#files, { recursive: true });
    this.#database = new DatabaseSync(join(folder, "index.db"));
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
       CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
       CREATE TABLE IF NOT EXISTS version (position INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL,
         value TEXT NOT NULL, UNIQUE (bucket, key, version)) STRICT;
       CREATE INDEX IF NOT EXISTS version_order ON version (bucket, key, position);`,
    );
  }

  createBucket(name: string, locked: boolean): void {
    const bucket: Bucket = { name, createdAtMs: this.#nowMs(), versioning: locked ? "Enabled" : undefined, locked, retention: undefined };
    const { changes } = this.#database.prepare("INSERT OR IGNORE INTO bucket VALUES (?, ?)").run(name, JSON.stringify(bucket));
    if (changes === 0)
      throw new ServiceFault(
        "BucketAlreadyOwnedByYou",
        409,
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
  }

  buckets(): Bucket[] {
    return this.#database
      .prepare("SELECT value FROM bucket ORDER BY name")
      .all()
      .map((row) => JSON.parse(String(row["value"])) as Bucket);
  }

  bucket(name: string): Bucket {
    const row = this.#database.prepare("SELECT value FROM bucket WHERE name = ?").get(name);
    if (row === undefined) throw new ServiceFault("NoSuchBucket", 404, "The specified bucket does not exist");
    return JSON.parse(String(row["value"])) as Bucket;
  }

  changeBucket(name: string, change: Partial<Pick<Bucket, "versioning" | "locked" | "retention">>): void {
    const bucket = { ...this.bucket(name), ...change };
    this.#database.prepare("UPDATE bucket SET value = ? WHERE name = ?").run(JSON.stringify(bucket), name);
  }

  deleteBucket(name: string): void {
    this.bucket(name);
    if (this.#database.prepare("SELECT 1 FROM version WHERE bucket = ? LIMIT 1").get(name) !== undefined) {
      throw new ServiceFault("BucketNotEmpty", 409, "The bucket you tried to delete is not empty");
    }
    this.#database.prepare("DELETE FROM bucket WHERE name = ?").run(name);
  }

  /** Writes a version. `allowed` sees the current version right before the write: nothing comes between. */
  async put(bucketName: string, object: NewObject, allowed: (current: ObjectVersion | undefined) => void): Promise<ObjectVersion> {
    const bucket = this.bucket(bucketName);
    allowed(this.current(bucketName, object.key));
    const file = randomBytes(16).toString("hex");
    await this.#write(file, object.bytes);
    try {
      allowed(this.current(bucketName, object.key));
    } catch (error) {
      await rm(this.#path(file), { force: true });
      throw error;
    }
    const now = this.#nowMs();
    const { bytes, ...rest } = object;
    const version: ObjectVersion = {
      ...rest,
      versionId: bucket.versioning === "Enabled" ? randomBytes(16).toString("base64url") : NO_VERSION,
      deleteMarker: false,
      file,
      size: bytes.length,
      modifiedAtMs: now,
      retention: object.retention ?? (bucket.retention && { mode: bucket.retention.mode, untilMs: now + bucket.retention.days * DAY_MS }),
    };
    const replaced = this.#insert(bucketName, version);
    if (replaced !== undefined) await rm(this.#path(replaced), { force: true });
    return version;
  }

  /** The latest version, which may be a delete marker. */
  current(bucket: string, key: string): ObjectVersion | undefined {
    const row = this.#database
      .prepare("SELECT value FROM version WHERE bucket = ? AND key = ? ORDER BY position DESC LIMIT 1")
      .get(bucket, Buffer.from(key));
    return row === undefined ? undefined : (JSON.parse(String(row["value"])) as ObjectVersion);
  }

  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    const row = this.#database
      .prepare("SELECT value FROM version WHERE bucket = ? AND key = ? AND version = ?")
      .get(bucket, Buffer.from(key), versionId);
    return row === undefined ? undefined : (JSON.parse(String(row["value"])) as ObjectVersion);
  }

  async read(version: ObjectVersion, from = 0, length = version.size): Promise<Buffer> {
    const path = this.#path(version.file);
    if (from === 0 && length === version.size) return readFile(path);
    const file = await open(path);
    try {
      const bytes = Buffer.alloc(length);
      await file.read(bytes, 0, length, from);
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** Versions of a bucket in order of key (as UTF-8 bytes), each key's newest first. */
  *versions(
    bucket: string,
    prefix: string,
    after?: { readonly key: string; readonly versionId?: string },
  ): Generator<{ readonly version: ObjectVersion; readonly latest: boolean }> {
    this.bucket(bucket);
    const start = Buffer.from(after !== undefined && Buffer.compare(Buffer.from(after.key), Buffer.from(prefix)) > 0 ? after.key : prefix);
    const rows = this.#database
      .prepare("SELECT key, value FROM version WHERE bucket = ? AND key >= ? ORDER BY key, position DESC")
      .iterate(bucket, start);
    let key: string | undefined;
    let skipping = after !== undefined;
    for (const row of rows) {
      const version = JSON.parse(String(row["value"])) as ObjectVersion;
      if (!version.key.startsWith(prefix)) return;
      const latest = version.key !== key;
      key = version.key;
      if (skipping && after?.key === key) {
        // Up to and with the marker; without a version all of the key.
        if (after.versionId === version.versionId) skipping = false;
        continue;
      }
      yield { version, latest };
    }
  }

  /** A delete marker where versions are kept; else the object itself goes. Answers the marker, if one was made. */
  async mark(bucketName: string, key: string): Promise<ObjectVersion | undefined> {
    const bucket = this.bucket(bucketName);
    if (bucket.versioning === undefined) {
      await this.remove(bucketName, key, NO_VERSION, false);
      return undefined;
    }
    const marker: ObjectVersion = {
      key,
      versionId: bucket.versioning === "Enabled" ? randomBytes(16).toString("base64url") : NO_VERSION,
      deleteMarker: true,
      size: 0,
      etag: "",
      modifiedAtMs: this.#nowMs(),
      headers: {},
      checksums: {},
      retention: undefined,
      legalHold: false,
      file: "",
    };
    const replaced = this.#insert(bucketName, marker);
    if (replaced !== undefined) await rm(this.#path(replaced), { force: true });
    return marker;
  }

  /**
   * Deletes one version for good. A version that is not there is success.
   * @throws ServiceFault `AccessDenied` while a retention or legal hold protects it; `bypass` passes GOVERNANCE alone
   */
  async remove(bucket: string, key: string, versionId: string, bypass: boolean): Promise<ObjectVersion | undefined> {
    const version = this.version(bucket, key, versionId);
    if (version === undefined) return undefined;
    const { retention } = version;
    const retained = retention !== undefined && retention.untilMs > this.#nowMs() && !(retention.mode === "GOVERNANCE" && bypass);
    if (version.legalHold || retained)
      throw new ServiceFault("AccessDenied", 403, "Access Denied because object protected by object lock.");
    this.#database.prepare("DELETE FROM version WHERE bucket = ? AND key = ? AND version = ?").run(bucket, Buffer.from(key), versionId);
    if (version.file !== "") await rm(this.#path(version.file), { force: true });
    return version;
  }

  /** @throws ServiceFault `AccessDenied` where it would loosen a retention in force; `bypass` passes GOVERNANCE alone */
  retain(bucket: string, version: ObjectVersion, retention: Retention | undefined, bypass: boolean): void {
    const now = this.#nowMs();
    if (retention !== undefined && retention.untilMs <= now)
      throw new ServiceFault("InvalidArgument", 400, "The retain until date must be in the future!");
    const held = version.retention;
    if (held !== undefined && held.untilMs > now) {
      const looser =
        retention === undefined || retention.untilMs < held.untilMs || (held.mode === "COMPLIANCE" && retention.mode !== "COMPLIANCE");
      const loosening = looser || (held.mode === "GOVERNANCE" && retention.mode !== "GOVERNANCE");
      if (loosening && !(held.mode === "GOVERNANCE" && bypass))
        throw new ServiceFault("AccessDenied", 403, "Access Denied because object protected by object lock.");
    }
    this.#change(bucket, { ...version, retention });
  }

  hold(bucket: string, version: ObjectVersion, on: boolean): void {
    this.#change(bucket, { ...version, legalHold: on });
  }

  /** Removes what was written more than `days` ago, as a bucket's lifecycle rule does. Not for locked buckets. */
  async expire(bucket: string, days: number): Promise<void> {
    const before = this.#nowMs() - days * DAY_MS;
    const old = [...this.versions(bucket, "")].map(({ version }) => version).filter(({ modifiedAtMs }) => modifiedAtMs < before);
    for (const { key, versionId } of old) await this.remove(bucket, key, versionId, false);
  }

  close(): void {
    this.#database.close();
  }

  #change(bucket: string, version: ObjectVersion): void {
    this.#database
      .prepare("UPDATE version SET value = ? WHERE bucket = ? AND key = ? AND version = ?")
      .run(JSON.stringify(version), bucket, Buffer.from(version.key), version.versionId);
  }

  /** Answers the file of the version that this one takes the place of (without versioning there is but one). */
  #insert(bucket: string, version: ObjectVersion): string | undefined {
    const replaced = version.versionId === NO_VERSION ? this.version(bucket, version.key, NO_VERSION)?.file : undefined;
    this.#database
      .prepare("INSERT OR REPLACE INTO version (bucket, key, version, value) VALUES (?, ?, ?, ?)")
      .run(bucket, Buffer.from(version.key), version.versionId, JSON.stringify(version));
    return replaced === "" ? undefined : replaced;
  }

  #path(file: string): string {
    return join(this.#files, file.slice(0, 2), file);
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(file);
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
  }
}
