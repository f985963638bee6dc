import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./http.ts";

/** A bucket's CORS rules, all of one: pages of these origins may read its objects. */
export interface ReadersRule {
  readonly buckets: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
}

const METHODS = ["GET", "HEAD"];

/** What S3 adds to its answer to a page that may read it; nothing else comes with other answers. */
export function readersHeaders(rule: ReadersRule, bucket: string, method: string, { origin }: IncomingHttpHeaders): Record<string, string> {
  if (origin === undefined || !rule.origins.has(origin) || !rule.buckets.has(bucket) || !METHODS.includes(method)) return {};
  return { "access-control-allow-origin": origin, "access-control-allow-methods": METHODS.join(", "), vary: "Origin" };
}

/** What S3 answers a browser that asks whether a page may read an object; headers of its own no page may send. */
export function preflight(rule: ReadersRule, bucket: string, headers: IncomingHttpHeaders): Answer {
  const allowed = readersHeaders(rule, bucket, headers["access-control-request-method"] ?? "", headers);
  const refused = Object.keys(allowed).length === 0 || headers["access-control-request-headers"] !== undefined;
  return refused
    ? { status: 403, headers: {}, body: "" }
    : { status: 200, headers: { ...allowed, "access-control-max-age": "3600" }, body: "" };
}
