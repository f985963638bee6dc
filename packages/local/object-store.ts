import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ServiceFault } from "./fault.ts";
import { ObjectBodies } from "./object-bodies.ts";
import { NO_VERSION, ObjectIndex, type ObjectVersion, type Retention } from "./object-index.ts";

export type NewObject = Pick<ObjectVersion, "key" | "etag" | "headers" | "checksums" | "retention" | "legalHold"> & {
  readonly bytes: Uint8Array;
};

const DAY_MS = 86_400_000;

/**
 * Buckets, versions and their locks: an index in SQLite, and the bytes of each version beside it. What Object Lock forbids is refused here, whoever asks.
 * A put is visible when its index row is: a crash before that leaves bytes that nothing names.
 */
export class ObjectStore extends ObjectIndex {
  readonly #bodies: ObjectBodies;
  readonly #nowMs: () => number;

  constructor(folder: string, nowMs: () => number) {
    super(folder, nowMs);
    this.#bodies = new ObjectBodies(this.database, join(folder, "objects"));
    this.#nowMs = nowMs;
  }

  /** Writes a version. `allowed` sees the current version right before the write: nothing comes between. */
  async put(bucketName: string, object: NewObject, allowed: (current: ObjectVersion | undefined) => void): Promise<ObjectVersion> {
    const bucket = this.bucket(bucketName);
    allowed(this.current(bucketName, object.key));
    const file = randomBytes(16).toString("hex");
    this.#bodies.keep(file, object.bytes);
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
    if (replaced !== undefined) await this.#bodies.drop(replaced);
    return version;
  }

  read(version: ObjectVersion, from = 0, length = version.size): Promise<Buffer> {
    return this.#bodies.read(version.file, version.size, from, length);
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
    if (replaced !== undefined) await this.#bodies.drop(replaced);
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
    if (version.file !== "") await this.#bodies.drop(version.file);
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
}
