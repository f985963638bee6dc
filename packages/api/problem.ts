import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { ApiError } from "./fault.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** Answers an error as problem details (RFC 9457). A fault of ours is a 500 that says nothing more; `onFault` hears of it. */
export function answerProblem(c: Context, error: unknown, onFault: (error: unknown) => void): Response {
  const known = error instanceof HTTPException && error.status < 500 ? new ApiError("invalid", "the request cannot be read") : error;
  if (!(known instanceof ApiError)) {
    onFault(error);
    return problem(c, 500, { type: "about:blank", title: "Internal Server Error", status: 500 });
  }
  const { code, status, title, message, violations } = known;
  if (code === "unauthenticated") c.header("WWW-Authenticate", 'Bearer realm="change-ledger"');
  if (code === "forbidden") c.header("WWW-Authenticate", 'Bearer realm="change-ledger", error="insufficient_scope", scope="ledger:read"');
  if (code === "method-not-allowed") c.header("Allow", "GET, HEAD");
  if (code === "not-yet") c.header("Retry-After", "5");
  const errors = violations.length === 0 ? {} : { errors: violations };
  return problem(c, status, { type: `urn:change-ledger:problem:${code}`, title, status, detail: message, ...errors });
}

function problem(c: Context, status: 400 | 401 | 403 | 404 | 405 | 500 | 503, body: object): Response {
  return c.body(JSON.stringify(body), status, { "content-type": PROBLEM_TYPE });
}
