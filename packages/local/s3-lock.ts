import { ServiceFault } from "./fault.ts";
import type { Answer } from "./http.ts";
import type { ObjectVersion, Retention } from "./object-index.ts";
import type { ObjectStore } from "./object-store.ts";
import { MALFORMED, type S3Request, xml } from "./s3-request.ts";
import { element, field, parent } from "./s3-xml.ts";

/** `?retention` and `?legal-hold` of a version, read or set. */
export function lockOperation(store: ObjectStore, request: S3Request, version: ObjectVersion): Answer {
  if (!store.bucket(request.bucket).locked) throw new ServiceFault("InvalidRequest", 400, "Bucket is missing Object Lock Configuration");
  const writes = request.method === "PUT";
  if (request.query.has("retention")) return writes ? putRetention(store, request, version) : getRetention(version);
  return writes ? putLegalHold(store, request, version) : getLegalHold(version);
}

function getRetention({ retention }: ObjectVersion): Answer {
  if (retention === undefined) {
    throw new ServiceFault("NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration");
  }
  const { mode, untilMs } = retention;
  return xml(parent("Retention", element("Mode", mode), element("RetainUntilDate", new Date(untilMs).toISOString())));
}

function putRetention(store: ObjectStore, { bucket, body, headers }: S3Request, version: ObjectVersion): Answer {
  const text = body.toString("utf8");
  const retention = parseRetention(field(text, "Mode"), field(text, "RetainUntilDate"));
  store.retain(bucket, version, retention, headers["x-amz-bypass-governance-retention"] === "true");
  return { status: 200, headers: {}, body: "" };
}

function getLegalHold({ legalHold }: ObjectVersion): Answer {
  return xml(parent("LegalHold", element("Status", legalHold ? "ON" : "OFF")));
}

function putLegalHold(store: ObjectStore, { bucket, body }: S3Request, version: ObjectVersion): Answer {
  const status = field(body.toString("utf8"), "Status");
  if (status !== "ON" && status !== "OFF") throw MALFORMED;
  store.hold(bucket, version, status === "ON");
  return { status: 200, headers: {}, body: "" };
}

/** What a put asks to be locked with. */
export function lockHeaders(headers: S3Request["headers"]): Pick<ObjectVersion, "retention" | "legalHold"> {
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

/** The headers that tell a version's lock. */
export function lockAnswer({ retention, legalHold }: ObjectVersion): Record<string, string> {
  return {
    ...(retention === undefined
      ? {}
      : { "x-amz-object-lock-mode": retention.mode, "x-amz-object-lock-retain-until-date": new Date(retention.untilMs).toISOString() }),
    ...(legalHold ? { "x-amz-object-lock-legal-hold": "ON" } : {}),
  };
}
