import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { ServiceFault } from "./fault.ts";

type LockMode = "COMPLIANCE" | "GOVERNANCE";

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
  /** Under what its bytes are kept; empty for a marker. */
  readonly file: string;
}

/** The version of objects in buckets without versioning. */
export const NO_VERSION = "null";

/** Buckets and versions in SQLite: what there is, not what may be done with it. */
export class ObjectIndex {
  protected readonly database: DatabaseSync;
  readonly #nowMs: () => number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(folder: string, nowMs: () => number) {
    mkdirSync(folder, { recursive: true });
    this.#nowMs = nowMs;
    this.database = new DatabaseSync(join(folder, "index.db"));
    this.database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
       CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
       CREATE TABLE IF NOT EXISTS version (position INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL,
         value TEXT NOT NULL, UNIQUE (bucket, key, version)) STRICT;
       CREATE INDEX IF NOT EXISTS version_order ON version (bucket, key, position);`,
    );
  }

  /** Prepared once. Not for what is iterated over: two readers of one statement would take each other's rows. */
  #statement(sql: string): StatementSync {
    const prepared = this.#statements.get(sql) ?? this.database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  createBucket(name: string, locked: boolean): void {
    const bucket: Bucket = { name, createdAtMs: this.#nowMs(), versioning: locked ? "Enabled" : undefined, locked, retention: undefined };
    const { changes } = this.#statement("INSERT OR IGNORE INTO bucket VALUES (?, ?)").run(name, JSON.stringify(bucket));
    if (changes === 0)
      throw new ServiceFault(
        "BucketAlreadyOwnedByYou",
        409,
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
  }

  buckets(): Bucket[] {
    return this.#statement("SELECT value FROM bucket ORDER BY name")
      .all()
      .map((row) => JSON.parse(String(row["value"])) as Bucket);
  }

  bucket(name: string): Bucket {
    const row = this.#statement("SELECT value FROM bucket WHERE name = ?").get(name);
    if (row === undefined) throw new ServiceFault("NoSuchBucket", 404, "The specified bucket does not exist");
    return JSON.parse(String(row["value"])) as Bucket;
  }

  changeBucket(name: string, change: Partial<Pick<Bucket, "versioning" | "locked" | "retention">>): void {
    const bucket = { ...this.bucket(name), ...change };
    this.#statement("UPDATE bucket SET value = ? WHERE name = ?").run(JSON.stringify(bucket), name);
  }

  deleteBucket(name: string): void {
    this.bucket(name);
    if (this.#statement("SELECT 1 FROM version WHERE bucket = ? LIMIT 1").get(name) !== undefined) {
      throw new ServiceFault("BucketNotEmpty", 409, "The bucket you tried to delete is not empty");
    }
    this.#statement("DELETE FROM bucket WHERE name = ?").run(name);
  }

  /** The latest version, which may be a delete marker. */
  current(bucket: string, key: string): ObjectVersion | undefined {
    const row = this.#statement("SELECT value FROM version WHERE bucket = ? AND key = ? ORDER BY position DESC LIMIT 1").get(
      bucket,
      Buffer.from(key),
    );
    return row === undefined ? undefined : (JSON.parse(String(row["value"])) as ObjectVersion);
  }

  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    const row = this.#statement("SELECT value FROM version WHERE bucket = ? AND key = ? AND version = ?").get(
      bucket,
      Buffer.from(key),
      versionId,
    );
    return row === undefined ? undefined : (JSON.parse(String(row["value"])) as ObjectVersion);
  }

  /** Versions of a bucket in order of key (as UTF-8 bytes), each key's newest first. */
  *versions(
    bucket: string,
    prefix: string,
    after?: { readonly key: string; readonly versionId?: string },
  ): Generator<{ readonly version: ObjectVersion; readonly latest: boolean }> {
    this.bucket(bucket);
    const start = Buffer.from(after !== undefined && Buffer.compare(Buffer.from(after.key), Buffer.from(prefix)) > 0 ? after.key : prefix);
    const rows = this.database
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

  protected change(bucket: string, version: ObjectVersion): void {
    this.#statement("UPDATE version SET value = ? WHERE bucket = ? AND key = ? AND version = ?").run(
      JSON.stringify(version),
      bucket,
      Buffer.from(version.key),
      version.versionId,
    );
  }

  /** Answers the file of the version that this one takes the place of (without versioning there is but one). */
  protected insert(bucket: string, version: ObjectVersion): string | undefined {
    const replaced = version.versionId === NO_VERSION ? this.version(bucket, version.key, NO_VERSION)?.file : undefined;
    this.#statement("INSERT OR REPLACE INTO version (bucket, key, version, value) VALUES (?, ?, ?, ?)").run(
      bucket,
      Buffer.from(version.key),
      version.versionId,
      JSON.stringify(version),
    );
    return replaced === "" ? undefined : replaced;
  }

  protected drop(bucket: string, { key, versionId }: ObjectVersion): void {
    this.#statement("DELETE FROM version WHERE bucket = ? AND key = ? AND version = ?").run(bucket, Buffer.from(key), versionId);
  }

  close(): void {
    this.database.close();
  }
}
