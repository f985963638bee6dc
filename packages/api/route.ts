import type { Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import type * as z from "zod";
import { ApiError, type Violation } from "./fault.ts";

/** The Lambda event stands in the bindings: its authoriser's claims are what the API trusts. */
export interface ApiEnv {
  Bindings: { readonly event?: unknown };
}
export type Api = Hono<ApiEnv>;

export const JSON_LINES = "application/jsonl";

/** Something that can be read: what it takes, what it answers. The OpenAPI document is made from these. */
export interface Route<P extends z.ZodObject, Q extends z.ZodObject, A extends z.ZodType> {
  /** `/v1/changes/{id}` */
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly answer: A;
  /** Also served as lines of the very bytes that were hashed, to who accepts that. */
  readonly lines?: true;
  /** Needs no token. */
  readonly open?: true;
}
export type AnyRoute = Route<z.ZodObject, z.ZodObject, z.ZodType>;

export interface Asked<P, Q> {
  readonly params: P;
  readonly query: Q;
  /** The caller prefers lines of bytes over JSON. */
  readonly wantsLines: boolean;
}

/** Serves `route` for GET and HEAD; every other method is refused. The handler answers a value of the route's schema, or a response of its own. */
export function serve<P extends z.ZodObject, Q extends z.ZodObject, A extends z.ZodType>(
  app: Api,
  route: Route<P, Q, A>,
  handler: (asked: Asked<z.output<P>, z.output<Q>>) => Promise<z.output<A> | Response>,
): Route<P, Q, A> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
  app.get(path, async (c) => {
    const params = checked(route.params, c.req.param());
    const query = checked(route.query, onceEach(c.req.queries()));
    const answer = await handler({ params, query, wantsLines: route.lines === true && wantsLines(c) });
    return answer instanceof Response ? answer : c.body(JSON.stringify(answer), 200, { "content-type": "application/json" });
  });
  app.all(path, () => {
    throw new ApiError("method-not-allowed", "expected GET or HEAD");
  });
  return route;
}

function wantsLines(c: Context): boolean {
  return accepts(c, { header: "Accept", supports: ["application/json", JSON_LINES], default: "application/json" }) === JSON_LINES;
}

/** @throws ApiError `invalid` when a parameter is repeated: which of the two was meant? */
function onceEach(queries: Record<string, string[]>): Record<string, string | undefined> {
  const repeated = Object.keys(queries).filter((name) => (queries[name]?.length ?? 0) > 1);
  if (repeated.length > 0) throw invalid(repeated.map((name) => ({ field: name, rule: "given once" })));
  return Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values[0]]));
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    parsed.error.issues.flatMap((issue): Violation[] =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((field) => ({ field, rule: "a parameter of this route" }))
        : [{ field: issue.path.join("."), rule: issue.message }],
    ),
  );
}

/** How much of a caller's own parameter name goes into the answer. */
const NAME_MAX = 64;

function invalid(violations: readonly Violation[]): ApiError {
  const shown = violations.slice(0, 20).map(({ field, rule }) => ({ field: field.slice(0, NAME_MAX).toWellFormed(), rule }));
  return new ApiError("invalid", "expected the parameters to keep the rules named in `errors`", shown);
}
