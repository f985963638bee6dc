import { ServiceFault } from "./fault.ts";
import type { Answer } from "./http.ts";
import type { ObjectVersion } from "./object-index.ts";
import type { ObjectStore } from "./object-store.ts";
import { deleteObjects } from "./s3-delete.ts";
import { MALFORMED, type S3Request, xml } from "./s3-request.ts";
import { element, field, parent } from "./s3-xml.ts";

/** Operations on buckets: creation, versioning, lock configuration, lists. */
export function bucketOperation(store: ObjectStore, request: S3Request): Answer | Promise<Answer> {
  const { method, bucket, query, headers } = request;
  if (bucket === "") return xml(parent("ListAllMyBucketsResult", parent("Buckets", ...store.buckets().map(listedBucket))));
  if (method === "PUT" && query.size === 0) {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
      throw new ServiceFault("InvalidBucketName", 400, "The specified bucket is not valid.");
    store.createBucket(bucket, headers["x-amz-bucket-object-lock-enabled"] === "true");
    return { status: 200, headers: { location: `/${bucket}` }, body: "" };
  }
  store.bucket(bucket);
  if (query.has("versioning")) return method === "PUT" ? putVersioning(store, request) : versioning(store, bucket);
  if (query.has("object-lock")) return method === "PUT" ? putLock(store, request) : lock(store, bucket);
  if (query.has("versions")) return listVersions(store, request);
  if (method === "POST" && query.has("delete")) return deleteObjects(store, request);
  if (query.has("location")) return xml("<LocationConstraint/>");
  switch (method) {
    case "HEAD":
      return { status: 200, headers: {}, body: "" };
    case "GET":
      return listObjects(store, request);
    case "DELETE":
      store.deleteBucket(bucket);
      return { status: 204, headers: {}, body: "" };
    default:
      throw new ServiceFault("NotImplemented", 501, "the local stack does not have this operation");
  }
}

function listedBucket({ name, createdAtMs }: { readonly name: string; readonly createdAtMs: number }): string {
  return parent("Bucket", element("Name", name), element("CreationDate", new Date(createdAtMs).toISOString()));
}

function versioning(store: ObjectStore, bucket: string): Answer {
  const status = store.bucket(bucket).versioning;
  return xml(`<VersioningConfiguration>${status === undefined ? "" : element("Status", status)}</VersioningConfiguration>`);
}

function putVersioning(store: ObjectStore, { bucket, body }: S3Request): Answer {
  const status = field(body.toString("utf8"), "Status");
  if (status !== "Enabled" && status !== "Suspended") throw MALFORMED;
  if (status === "Suspended" && store.bucket(bucket).locked) {
    throw new ServiceFault(
      "InvalidBucketState",
      409,
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    );
  }
  store.changeBucket(bucket, { versioning: status });
  return { status: 200, headers: {}, body: "" };
}

function lock(store: ObjectStore, bucket: string): Answer {
  const { locked, retention } = store.bucket(bucket);
  if (!locked)
    throw new ServiceFault("ObjectLockConfigurationNotFoundError", 404, "Object Lock configuration does not exist for this bucket");
  const rule =
    retention === undefined
      ? ""
      : parent("Rule", parent("DefaultRetention", element("Mode", retention.mode), element("Days", retention.days)));
  return xml(parent("ObjectLockConfiguration", element("ObjectLockEnabled", "Enabled"), rule));
}

function putLock(store: ObjectStore, { bucket, body }: S3Request): Answer {
  const text = body.toString("utf8");
  if (field(text, "ObjectLockEnabled") !== "Enabled") throw MALFORMED;
  if (store.bucket(bucket).versioning !== "Enabled") {
    throw new ServiceFault("InvalidBucketState", 409, "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
  }
  const mode = field(text, "Mode");
  const days = field(text, "Days") ?? (field(text, "Years") === undefined ? undefined : String(Number(field(text, "Years")) * 365));
  if (mode === undefined && days === undefined) {
    store.changeBucket(bucket, { locked: true, retention: undefined });
  } else {
    if ((mode !== "COMPLIANCE" && mode !== "GOVERNANCE") || !/^[1-9]\d{0,5}$/.test(days ?? "")) throw MALFORMED;
    store.changeBucket(bucket, { locked: true, retention: { mode, days: Number(days) } });
  }
  return { status: 200, headers: {}, body: "" };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
}

/** Up to `max` items; those whose key goes on behind `delimiter` after the prefix count once, as their common prefix. */
function page<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  prefix: string,
  delimiter: string,
  max: number,
  afterKey: string,
): Page<T> {
  const taken: T[] = [];
  const prefixes = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (common !== undefined && (prefixes.has(common) || afterKey.startsWith(common))) continue;
    if (taken.length + prefixes.size >= max) return { items: taken, prefixes: [...prefixes], truncated: max > 0 };
    if (common === undefined) taken.push(item);
    else prefixes.add(common);
  }
  return { items: taken, prefixes: [...prefixes], truncated: false };
}

interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
  readonly encode: (key: string) => string;
}

function listQuery(query: URLSearchParams): ListQuery {
  const max = Number(query.get("max-keys") ?? 1000);
  if (!Number.isInteger(max) || max < 0)
    throw new ServiceFault("InvalidArgument", 400, "Provided max-keys not an integer or within integer range");
  const url = query.get("encoding-type") === "url";
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    max: Math.min(max, 1000),
    encode: url ? (key) => encodeURIComponent(key).replaceAll("%2F", "/") : (key) => key,
  };
}

function described(list: ListQuery, bucket: string, found: Page<unknown>): string {
  return (
    element("Name", bucket) +
    element("Prefix", list.encode(list.prefix)) +
    element("MaxKeys", list.max) +
    (list.delimiter === "" ? "" : element("Delimiter", list.encode(list.delimiter))) +
    element("IsTruncated", found.truncated) +
    found.prefixes.map((prefix) => parent("CommonPrefixes", element("Prefix", list.encode(prefix)))).join("")
  );
}

function listObjects(store: ObjectStore, { bucket, query }: S3Request): Answer {
  const list = listQuery(query);
  const token = query.get("continuation-token");
  const after = token === null ? (query.get("start-after") ?? query.get("marker") ?? "") : Buffer.from(token, "base64url").toString("utf8");
  function* latest(): Generator<ObjectVersion> {
    for (const { version, latest: newest } of store.versions(bucket, list.prefix, after === "" ? undefined : { key: after })) {
      if (newest && !version.deleteMarker) yield version;
    }
  }
  const found = page(latest(), (version) => version.key, list.prefix, list.delimiter, list.max, after);
  const last =
    [found.items.at(-1)?.key ?? "", found.prefixes.at(-1) ?? ""].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).at(-1) ??
    "";
  const next = found.truncated && last !== "" ? element("NextContinuationToken", Buffer.from(last).toString("base64url")) : "";
  const contents = found.items.map((version) =>
    parent(
      "Contents",
      element("Key", list.encode(version.key)) +
        element("LastModified", new Date(version.modifiedAtMs).toISOString()) +
        element("ETag", version.etag) +
        element("Size", version.size) +
        element("StorageClass", "STANDARD"),
    ),
  );
  return xml(
    parent(
      "ListBucketResult",
      described(list, bucket, found) + element("KeyCount", found.items.length + found.prefixes.length) + next + contents.join(""),
    ),
  );
}

function listVersions(store: ObjectStore, { bucket, query }: S3Request): Answer {
  const list = listQuery(query);
  const key = query.get("key-marker") ?? "";
  const versionId = query.get("version-id-marker");
  const after = key === "" ? undefined : { key, ...(versionId === null ? {} : { versionId }) };
  const found = page(
    store.versions(bucket, list.prefix, after),
    ({ version }) => version.key,
    list.prefix,
    list.delimiter,
    list.max,
    versionId === null ? key : "",
  );
  const last = found.items.at(-1)?.version;
  const next =
    found.truncated && last !== undefined
      ? element("NextKeyMarker", list.encode(last.key)) + element("NextVersionIdMarker", last.versionId)
      : "";
  const entries = found.items.map(({ version, latest }) =>
    parent(
      version.deleteMarker ? "DeleteMarker" : "Version",
      element("Key", list.encode(version.key)) +
        element("VersionId", version.versionId) +
        element("IsLatest", latest) +
        element("LastModified", new Date(version.modifiedAtMs).toISOString()) +
        (version.deleteMarker ? "" : element("ETag", version.etag) + element("Size", version.size) + element("StorageClass", "STANDARD")),
    ),
  );
  return xml(parent("ListVersionsResult", described(list, bucket, found) + next + entries.join("")));
}
