import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ServiceFault } from "./fault.ts";
import { NO_VERSION, ObjectIndex, type ObjectVersion, type Retention } from "./object-index.ts";

export type NewObject = Pick<ObjectVersion, "key" | "etag" | "headers" | "checksums" | "retention" | "legalHold"> & {
  readonly bytes: Uint8Array;
};

const DAY_MS = 86_400_000;

/**
 * Buckets, versions and their locks: an index in SQLite and one file a version. What Object Lock forbids is refused here, whoever asks.
 * A put is visible when its index row is: a crash before that leaves a file that nothing names.
 */
export class ObjectStore extends ObjectIndex {
  readonly #files: string;
  readonly #nowMs: () => number;
  readonly #folders = new Set<string>();

  constructor(folder: string, nowMs: () => number) {
    super(folder, nowMs);
    this.#files = join(folder, "objects");
    this.#nowMs = nowMs;
  }

  /** Writes a version. `allowed` sees the current version right before the write: nothing comes between. */
  async put(bucketName: string, object: NewObject, allowed: (current: ObjectVersion | undefined) => void): Promise<ObjectVersion> {
    const bucket = this.bucket(bucketName);
    allowed(this.current(bucketName, object.key));
    const file = randomBytes(16).toString("hex");
    this.#write(file, object.bytes);
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
    const replaced = this.insert(bucketName, version);
    if (replaced !== undefined) await rm(this.#path(replaced), { force: true });
    return version;
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
    const replaced = this.insert(bucketName, marker);
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
    this.drop(bucket, version);
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
    this.change(bucket, { ...version, retention });
  }

  hold(bucket: string, version: ObjectVersion, on: boolean): void {
    this.change(bucket, { ...version, legalHold: on });
  }

  /** Removes what was written more than `days` ago, as a bucket's lifecycle rule does. Not for locked buckets. */
  async expire(bucket: string, days: number): Promise<void> {
    const before = this.#nowMs() - days * DAY_MS;
    const old = [...this.versions(bucket, "")].map(({ version }) => version).filter(({ modifiedAtMs }) => modifiedAtMs < before);
    for (const { key, versionId } of old) await this.remove(bucket, key, versionId, false);
  }

  #path(file: string): string {
    return join(this.#files, file.slice(0, 2), file);
  }

  /** In one go: nothing comes between what was allowed and what is written, and for objects of some kilobytes a thread of its own costs more than the write. */
  #write(file: string, bytes: Uint8Array): void {
    const path = this.#path(file);
    const folder = dirname(path);
    if (!this.#folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
    writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
  }
}
