import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ServiceFault } from "./fault.ts";
import { type Answer, readBody } from "./http.ts";
import { NO_VERSION, type ObjectVersion } from "./object-index.ts";
import type { ObjectStore } from "./object-store.ts";
import { bucketOperation } from "./s3-bucket.ts";
import { preflight, type ReadersRule, readersHeaders } from "./s3-cors.ts";
import { deleteObject } from "./s3-delete.ts";
import { lockAnswer, lockHeaders, lockOperation } from "./s3-lock.ts";
import { checksumHeaders, payload, storedHeaders } from "./s3-payload.ts";
import { addressed, type S3Request } from "./s3-request.ts";
import { element, parent, XML } from "./s3-xml.ts";

/** Larger objects are refused: they are held in memory on their way. */
const OBJECT_MAX_BYTES = 512 * 1024 * 1024;

export interface S3Counts {
  puts: number;
  gets: number;
}

/** S3 for path-style requests, with versions and Object Lock. Any credentials are good. */
export class S3 {
  readonly #store: ObjectStore;
  /** Requests that AWS would bill as PUT and GET of objects, by bucket. */
  readonly counts = new Map<string, S3Counts>();
  /** Pages that may read; none unless it is set. */
  readers: ReadersRule = { buckets: new Set(), origins: new Set() };

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async answer(request: IncomingMessage): Promise<Answer> {
    const id = { "x-amz-request-id": randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase() };
    const path = request.url ?? "/";
    try {
      const body = await readBody(request, OBJECT_MAX_BYTES);
      if (body === "too-large") throw new ServiceFault("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size");
      const s3 = { ...addressed(path), method: request.method ?? "GET", headers: request.headers, body };
      if (s3.method === "OPTIONS") return preflight(this.readers, s3.bucket, s3.headers);
      const answer = await (s3.key === "" ? bucketOperation(this.#store, s3) : this.#object(s3));
      const bodiless = s3.method === "HEAD" ? { body: "" } : {};
      return {
        ...answer,
        ...bodiless,
        headers: { ...answer.headers, ...id, ...readersHeaders(this.readers, s3.bucket, s3.method, s3.headers) },
      };
    } catch (error) {
      const fault =
        error instanceof ServiceFault
          ? error
          : new ServiceFault("InternalError", 500, "We encountered an internal error. Please try again.");
      const xml =
        XML +
        parent("Error", element("Code", fault.code), element("Message", fault.message), element("Resource", path.split("?")[0] ?? ""));
      const body = request.method === "HEAD" || fault.status === 304 ? "" : xml;
      return { status: fault.status, headers: { "content-type": "application/xml", ...id, ...fault.headers }, body };
    }
  }

  #object(request: S3Request): Promise<Answer> | Answer {
    const { method, query } = request;
    this.#store.bucket(request.bucket);
    if (query.has("retention") || query.has("legal-hold")) return lockOperation(this.#store, request, this.#find(request));
    if (query.has("uploads") || query.has("uploadId"))
      throw new ServiceFault("NotImplemented", 501, "the local stack has no multipart uploads");
    switch (method) {
      case "PUT":
        this.#count(request.bucket).puts++;
        return this.#put(request);
      case "GET":
      case "HEAD":
        this.#count(request.bucket).gets++;
        return this.#get(request);
      case "DELETE":
        return this.#delete(request);
      default:
        throw new ServiceFault("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
    }
  }

  async #put(request: S3Request): Promise<Answer> {
    const { bucket, key, headers } = request;
    if (headers["x-amz-copy-source"] !== undefined) throw new ServiceFault("NotImplemented", 501, "the local stack has no copies");
    if (Buffer.byteLength(key) > 1024) throw new ServiceFault("KeyTooLongError", 400, "Your key is too long");
    const { bytes, checksums, given } = payload(request);
    const lock = lockHeaders(headers);
    if (lock.retention !== undefined || lock.legalHold) {
      if (!this.#store.bucket(bucket).locked) throw new ServiceFault("InvalidRequest", 400, "Bucket is missing Object Lock Configuration");
      if (lock.retention !== undefined && lock.retention.untilMs <= Date.now())
        throw new ServiceFault("InvalidArgument", 400, "The retain until date must be in the future!");
      if (!given)
        throw new ServiceFault(
          "InvalidRequest",
          400,
          "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
        );
    }
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    const version = await this.#store.put(bucket, { key, bytes, etag, headers: storedHeaders(headers), checksums, ...lock }, (current) =>
      precondition(headers, current?.deleteMarker === true ? undefined : current),
    );
    return { status: 200, headers: { etag, ...checksumHeaders(version), ...versionHeader(version) }, body: "" };
  }

  async #get(request: S3Request): Promise<Answer> {
    const { headers } = request;
    const version = this.#find(request);
    const common = {
      ...version.headers,
      etag: version.etag,
      "last-modified": new Date(version.modifiedAtMs).toUTCString(),
      "accept-ranges": "bytes",
      ...versionHeader(version),
      ...lockAnswer(version),
    };
    const match = headers["if-match"];
    if (match !== undefined && match !== "*" && match !== version.etag) throw new ServiceFault("PreconditionFailed", 412, PRECONDITION);
    const none = headers["if-none-match"];
    if (none === "*" || none === version.etag) throw new ServiceFault("NotModified", 304, "Not Modified", { etag: version.etag });
    const range = byteRange(headers.range, version.size);
    if (range !== undefined) {
      const { from, length } = range;
      const partial = { ...common, "content-range": `bytes ${from}-${from + length - 1}/${version.size}` };
      return request.method === "HEAD"
        ? { status: 206, headers: { ...partial, "content-length": String(length) }, body: "" }
        : { status: 206, headers: partial, body: await this.#store.read(version, from, length) };
    }
    const sums = headers["x-amz-checksum-mode"] === "ENABLED" ? { ...checksumHeaders(version), "x-amz-checksum-type": "FULL_OBJECT" } : {};
    if (request.method === "HEAD")
      return { status: 200, headers: { ...common, ...sums, "content-length": String(version.size) }, body: "" };
    return { status: 200, headers: { ...common, ...sums }, body: await this.#store.read(version) };
  }

  async #delete(request: S3Request): Promise<Answer> {
    const { key, query } = request;
    const gone = await deleteObject(this.#store, request, key, query.get("versionId") ?? undefined);
    const marker = gone?.deleteMarker === true ? { "x-amz-delete-marker": "true" } : {};
    return { status: 204, headers: { ...marker, ...(gone === undefined ? {} : versionHeader(gone)) }, body: "" };
  }

  #find({ bucket, key, query }: S3Request): ObjectVersion {
    const versionId = query.get("versionId");
    const version = versionId === null ? this.#store.current(bucket, key) : this.#store.version(bucket, key, versionId);
    if (version === undefined) {
      throw versionId === null
        ? new ServiceFault("NoSuchKey", 404, "The specified key does not exist.")
        : new ServiceFault("NoSuchVersion", 404, "The specified version does not exist.");
    }
    if (!version.deleteMarker) return version;
    const marker = { "x-amz-delete-marker": "true", ...versionHeader(version) };
    throw versionId === null
      ? new ServiceFault("NoSuchKey", 404, "The specified key does not exist.", marker)
      : new ServiceFault("MethodNotAllowed", 405, "The specified method is not allowed against this resource.", marker);
  }

  #count(bucket: string): S3Counts {
    const counts = this.counts.get(bucket) ?? { puts: 0, gets: 0 };
    this.counts.set(bucket, counts);
    return counts;
  }
}

const PRECONDITION = "At least one of the pre-conditions you specified did not hold";
function precondition(headers: S3Request["headers"], current: ObjectVersion | undefined): void {
  const none = headers["if-none-match"];
  if (none !== undefined && none !== "*")
    throw new ServiceFault("NotImplemented", 501, "A header you provided implies functionality that is not implemented");
  if (none === "*" && current !== undefined) throw new ServiceFault("PreconditionFailed", 412, PRECONDITION);
  const match = headers["if-match"];
  if (match === undefined) return;
  if (current === undefined) throw new ServiceFault("NoSuchKey", 404, "The specified key does not exist.");
  if (match !== "*" && match !== current.etag) throw new ServiceFault("PreconditionFailed", 412, PRECONDITION);
}

function versionHeader({ versionId }: ObjectVersion): Record<string, string> {
  return versionId === NO_VERSION ? {} : { "x-amz-version-id": versionId };
}

/** One range of bytes (RFC 9110); a header that says anything else is ignored, as S3 does. */
function byteRange(header: string | undefined, size: number): { from: number; length: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const [, first, last] = match;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < from) return undefined;
  if (from >= size || (first === "" && Number(last) === 0))
    throw new ServiceFault("InvalidRange", 416, "The requested range is not satisfiable", { "content-range": `bytes */${size}` });
  return { from, length: to - from + 1 };
}
