import { ServiceFault } from "./fault.ts";
import type { Answer } from "./http.ts";
import { NO_VERSION, type ObjectVersion } from "./object-index.ts";
import type { ObjectStore } from "./object-store.ts";
import { payload } from "./s3-payload.ts";
import { MALFORMED, type S3Request, xml } from "./s3-request.ts";
import { element, field, parent } from "./s3-xml.ts";

const KEYS_MAX = 1000;

/** A delete marker where versions are kept and none is named; else the version itself goes. */
export function deleteObject(
  store: ObjectStore,
  { bucket, headers }: Pick<S3Request, "bucket" | "headers">,
  key: string,
  versionId: string | undefined,
): Promise<ObjectVersion | undefined> {
  const bypass = headers["x-amz-bypass-governance-retention"] === "true";
  return versionId === undefined ? store.mark(bucket, key) : store.remove(bucket, key, versionId, bypass);
}

/** DeleteObjects: up to 1,000 keys, each with an outcome of its own. The body's digest must be sent. */
export async function deleteObjects(store: ObjectStore, request: S3Request): Promise<Answer> {
  const { bytes, given } = payload(request);
  if (!given) throw new ServiceFault("InvalidRequest", 400, "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  const document = bytes.toString("utf8");
  const objects = [...document.matchAll(/<(?:\w+:)?Object(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?Object>/g)].map(([, content = ""]) => ({
    key: field(content, "Key"),
    versionId: field(content, "VersionId"),
  }));
  if (objects.length === 0 || objects.length > KEYS_MAX) throw MALFORMED;
  const quiet = field(document, "Quiet") === "true";
  const outcomes: string[] = [];
  for (const { key, versionId } of objects) {
    if (key === undefined || key === "") throw MALFORMED;
    const named = element("Key", key) + (versionId === undefined ? "" : element("VersionId", versionId));
    try {
      const gone = await deleteObject(store, request, key, versionId);
      if (!quiet) outcomes.push(parent("Deleted", named + marker(gone, versionId)));
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      outcomes.push(parent("Error", named + element("Code", error.code) + element("Message", error.message)));
    }
  }
  return xml(parent("DeleteResult", ...outcomes));
}

function marker(gone: ObjectVersion | undefined, versionId: string | undefined): string {
  if (gone?.deleteMarker !== true) return "";
  const version = gone.versionId === NO_VERSION && versionId === undefined ? "" : element("DeleteMarkerVersionId", gone.versionId);
  return element("DeleteMarker", true) + version;
}
