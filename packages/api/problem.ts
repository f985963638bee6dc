import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ApiError } from "./fault.ts";

export const PROBLEM_TYPE = "application/problem+json";
/** Seconds after which what could not be answered is worth asking for again. */
const RETRY_AFTER = "5";

/** Answers an error as problem details (RFC 9457). A fault of ours is a 500 that says nothing more; `onFault` hears of it. */
export function answerProblem(c: Context, error: unknown, onFault: (error: unknown) => void): Response {
  const known = error instanceof HTTPException && error.status < 500 ? new ApiError("invalid", "the request cannot be read") : error;
  if (!(known instanceof ApiError)) {
    onFault(error);
    return problem(c, 500, { type: "about:blank", title: "Internal Server Error", status: 500 });
  }
  const { code, status, title, message, violations, scope, allow } = known;
  if (code === "unauthenticated") c.header("WWW-Authenticate", 'Bearer realm="change-ledger"');
  if (scope !== undefined) c.header("WWW-Authenticate", `Bearer realm="change-ledger", error="insufficient_scope", scope="${scope}"`);
  if (code === "method-not-allowed") c.header("Allow", allow.join(", "));
  if (status === 503) c.header("Retry-After", RETRY_AFTER);
  const errors = violations.length === 0 ? {} : { errors: violations };
  return problem(c, status, { type: `urn:change-ledger:problem:${code}`, title, status, detail: message, ...errors });
}

function problem(c: Context, status: ContentfulStatusCode, body: object): Response {
  return c.body(JSON.stringify(body), status, {
    "content-type": PROBLEM_TYPE,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
}
