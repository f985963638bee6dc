import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ServiceFault } from "./fault.ts";
import { type Answer, readBody } from "./http.ts";
import { NO_VERSION, type ObjectStore, type ObjectVersion, type Retention } from "./object-store.ts";
import { bucketOperation } from "./s3-bucket.ts";
import { CHECKSUMS, type Checksum, checksum, decodeChunked } from "./s3-checksum.ts";
import { element, field, parent, XML } from "./s3-xml.ts";

/** Larger objects are refused: they are held in memory on their way. */
const OBJECT_MAX_BYTES = 512 * 1024 * 1024;

export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Empty for operations on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface S3Counts {
  puts: number;
  gets: number;
}

/** S3 for path-style requests, with versions and Object Lock. Any credentials are good. */
export class S3 {
  readonly #store: ObjectStore;
  /** Requests that AWS would bill as PUT and GET of objects, by bucket. */
  readonly counts = new Map<string, S3Counts>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async answer(request: IncomingMessage): Promise<Answer> {
    const id = { "x-amz-request-id": randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase() };
    let path = "/";
    try {
      const url = new URL(request.url ?? "/", "http://none");
      path = url.pathname;
      const body = await readBody(request, OBJECT_MAX_BYTES);
      if (body === "too-large") throw new ServiceFault("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size");
      const [bucket = "", key] = split(path);
      const s3 = { method: request.method ?? "GET", bucket, key, query: url.searchParams, headers: request.headers, body };
      const answer = await (key === "" ? bucketOperation(this.#store, s3) : this.#object(s3));
      const bodiless = s3.method === "HEAD" ? { body: "" } : {};
      return { ...answer, ...bodiless, headers: { ...answer.headers, ...id } };
    } catch (error) {
      const fault =
        error instanceof ServiceFault
          ? error
          : new ServiceFault("InternalError", 500, "We encountered an internal error. Please try again.");
      const xml = XML + parent("Error", element("Code", fault.code), element("Message", fault.message), element("Resource", path));
      const body = request.method === "HEAD" || fault.status === 304 ? "" : xml;
      return { status: fault.status, headers: { "content-type": "application/xml", ...id, ...fault.headers }, body };
    }
  }

  #object(request: S3Request): Promise<Answer> | Answer {
    const { method, query } = request;
    this.#store.bucket(request.bucket);
    if (query.has("retention")) return method === "PUT" ? this.#putRetention(request) : this.#getRetention(request);
    if (query.has("legal-hold")) return method === "PUT" ? this.#putLegalHold(request) : this.#getLegalHold(request);
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
    const { bucket, key, query, headers } = request;
    const versionId = query.get("versionId");
    const bypass = headers["x-amz-bypass-governance-retention"] === "true";
    const gone = versionId === null ? await this.#store.mark(bucket, key) : await this.#store.remove(bucket, key, versionId, bypass);
    const marker = gone?.deleteMarker === true ? { "x-amz-delete-marker": "true" } : {};
    return { status: 204, headers: { ...marker, ...(gone === undefined ? {} : versionHeader(gone)) }, body: "" };
  }

  #getRetention(request: S3Request): Answer {
    const { retention } = this.#lockable(request);
    if (retention === undefined)
      throw new ServiceFault("NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration");
    const { mode, untilMs } = retention;
    return xml(parent("Retention", element("Mode", mode), element("RetainUntilDate", new Date(untilMs).toISOString())));
  }

  #putRetention(request: S3Request): Answer {
    const version = this.#lockable(request);
    const body = request.body.toString("utf8");
    const retention = parseRetention(field(body, "Mode"), field(body, "RetainUntilDate"));
    this.#store.retain(request.bucket, version, retention, request.headers["x-amz-bypass-governance-retention"] === "true");
    return { status: 200, headers: {}, body: "" };
  }

  #getLegalHold(request: S3Request): Answer {
    return xml(parent("LegalHold", element("Status", this.#lockable(request).legalHold ? "ON" : "OFF")));
  }

  #putLegalHold(request: S3Request): Answer {
    const version = this.#lockable(request);
    const status = field(request.body.toString("utf8"), "Status");
    if (status !== "ON" && status !== "OFF") throw MALFORMED;
    this.#store.hold(request.bucket, version, status === "ON");
    return { status: 200, headers: {}, body: "" };
  }

  #lockable(request: S3Request): ObjectVersion {
    if (!this.#store.bucket(request.bucket).locked)
      throw new ServiceFault("InvalidRequest", 400, "Bucket is missing Object Lock Configuration");
    return this.#find(request);
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
export const MALFORMED = new ServiceFault(
  "MalformedXML",
  400,
  "The XML you provided was not well-formed or did not validate against our published schema",
);

export function xml(content: string): Answer {
  return { status: 200, headers: { "content-type": "application/xml" }, body: XML + content };
}

function split(path: string): [string, string] {
  const slash = path.indexOf("/", 1);
  try {
    return slash < 0
      ? [decodeURIComponent(path.slice(1)), ""]
      : [decodeURIComponent(path.slice(1, slash)), decodeURIComponent(path.slice(slash + 1))];
  } catch {
    throw new ServiceFault("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}

/** The object's bytes with every digest that the client sent checked, and the checksums to keep. */
function payload({ headers, body }: S3Request): { bytes: Buffer; checksums: Record<string, string>; given: boolean } {
  const header = (name: string) => headers[name] as string | undefined;
  const chunked =
    header("content-encoding")
      ?.split(",")
      .map((one) => one.trim())
      .includes("aws-chunked") === true || header("x-amz-content-sha256")?.startsWith("STREAMING-") === true;
  const { payload: bytes, trailers } = chunked ? decodeChunked(body) : { payload: body, trailers: new Map<string, string>() };
  const announced = header("x-amz-decoded-content-length");
  if (announced !== undefined && Number(announced) !== bytes.length)
    throw new ServiceFault("IncompleteBody", 400, "You did not provide the number of bytes specified by the Content-Length HTTP header");
  const sha256 = header("x-amz-content-sha256");
  if (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw new ServiceFault(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const md5 = header("content-md5");
  if (md5 !== undefined && createHash("md5").update(bytes).digest("base64") !== md5)
    throw new ServiceFault("BadDigest", 400, "The Content-MD5 you specified did not match what we received.");
  const checksums: Record<string, string> = {};
  for (const algorithm of CHECKSUMS) {
    const expected = header(`x-amz-checksum-${algorithm}`) ?? trailers.get(`x-amz-checksum-${algorithm}`);
    if (expected === undefined) continue;
    if (checksum(algorithm, bytes) !== expected)
      throw new ServiceFault("BadDigest", 400, `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
    checksums[algorithm] = expected;
  }
  const promised = header("x-amz-trailer");
  if (promised !== undefined && !trailers.has(promised.toLowerCase()))
    throw new ServiceFault(
      "MalformedTrailerError",
      400,
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    );
  const given = md5 !== undefined || Object.keys(checksums).length > 0;
  if (Object.keys(checksums).length === 0) checksums["crc64nvme"] = checksum("crc64nvme", bytes);
  return { bytes, checksums, given };
}

function lockHeaders(headers: S3Request["headers"]): Pick<ObjectVersion, "retention" | "legalHold"> {
  const mode = headers["x-amz-object-lock-mode"] as string | undefined;
  const until = headers["x-amz-object-lock-retain-until-date"] as string | undefined;
  if ((mode === undefined) !== (until === undefined)) {
    throw new ServiceFault("InvalidArgument", 400, "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
  }
  return { retention: parseRetention(mode, until), legalHold: headers["x-amz-object-lock-legal-hold"] === "ON" };
}

function parseRetention(mode: string | undefined, until: string | undefined): Retention | undefined {
  if (mode === undefined && until === undefined) return undefined;
  if (mode !== "COMPLIANCE" && mode !== "GOVERNANCE") throw new ServiceFault("InvalidArgument", 400, "Unknown wormMode directive.");
  const untilMs = Date.parse(until ?? "");
  if (Number.isNaN(untilMs)) throw new ServiceFault("InvalidArgument", 400, "The retain until date must be provided in ISO 8601 format");
  return { mode, untilMs };
}

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

const KEPT = /^(?:content-type|content-disposition|content-language|cache-control|expires|x-amz-meta-.+|x-amz-storage-class)$/;

function storedHeaders(headers: S3Request["headers"]): Record<string, string> {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const [name, value] of Object.entries(headers)) if (KEPT.test(name) && typeof value === "string") kept[name] = value;
  const encoding = headers["content-encoding"]
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked")
    .join(",");
  return encoding === undefined || encoding === "" ? kept : { ...kept, "content-encoding": encoding };
}

function checksumHeaders(version: ObjectVersion): Record<string, string> {
  return Object.fromEntries(
    Object.entries(version.checksums).map(([algorithm, value]) => [`x-amz-checksum-${algorithm as Checksum}`, value]),
  );
}

function versionHeader({ versionId }: ObjectVersion): Record<string, string> {
  return versionId === NO_VERSION ? {} : { "x-amz-version-id": versionId };
}

function lockAnswer({ retention, legalHold }: ObjectVersion): Record<string, string> {
  return {
    ...(retention === undefined
      ? {}
      : { "x-amz-object-lock-mode": retention.mode, "x-amz-object-lock-retain-until-date": new Date(retention.untilMs).toISOString() }),
    ...(legalHold ? { "x-amz-object-lock-legal-hold": "ON" } : {}),
  };
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
