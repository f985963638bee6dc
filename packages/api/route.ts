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

/** Something that can be read, and what it takes. The OpenAPI document is made from these. */
interface Readable<P extends z.ZodObject, Q extends z.ZodObject> {
  /** `/v1/changes/{id}` */
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  /** Needs no token. */
  readonly open?: true;
}

/** What is answered as JSON. */
export interface Route<P extends z.ZodObject, Q extends z.ZodObject, A extends z.ZodType> extends Readable<P, Q> {
  readonly answer: A;
  /** Also served as lines of the very bytes that were hashed, to who accepts that. */
  readonly lines?: true;
}

/** What is answered as the bytes that they are, or by saying where they lie. */
export interface FileRoute<P extends z.ZodObject, Q extends z.ZodObject> extends Readable<P, Q> {
  /** What 200 comes with; absent where the bytes always lie elsewhere. */
  readonly file?: { readonly type: string; readonly description: string; readonly headers?: Readonly<Record<string, string>> };
  /** What a 302 leads to. */
  readonly elsewhere?: string;
  /** When the answer is 503 for now. */
  readonly notYet?: string;
}
export type AnyRoute = Route<z.ZodObject, z.ZodObject, z.ZodType> | FileRoute<z.ZodObject, z.ZodObject>;

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
  read(app, route, async (asked, c) => {
    const answer = await handler({ ...asked, wantsLines: route.lines === true && wantsLines(c) });
    return answer instanceof Response ? answer : c.body(JSON.stringify(answer), 200, { "content-type": "application/json" });
  });
  return route;
}

/** As `serve`, for what is no JSON. */
export function serveFile<P extends z.ZodObject, Q extends z.ZodObject>(
  app: Api,
  route: FileRoute<P, Q>,
  handler: (asked: Omit<Asked<z.output<P>, z.output<Q>>, "wantsLines">) => Promise<Response>,
): FileRoute<P, Q> {
  read(app, route, handler);
  return route;
}

function read<P extends z.ZodObject, Q extends z.ZodObject>(
  app: Api,
  route: Readable<P, Q>,
  handler: (asked: { readonly params: z.output<P>; readonly query: z.output<Q> }, c: Context<ApiEnv>) => Promise<Response>,
): void {
  const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
  app.get(path, async (c) => {
    const params = checked(route.params, c.req.param());
    const query = checked(route.query, onceEach(c.req.queries()));
    return await handler({ params, query }, c);
  });
  app.all(path, () => {
    throw new ApiError("method-not-allowed", "expected GET or HEAD");
  });
}

function wantsLines(c: Context): boolean {
  return accepts(c, { header: "Accept", supports: ["application/json", JSON_LINES], default: "application/json" }) === JSON_LINES;
}

/** @throws ApiError `invalid` when a parameter is repeated (which of the two was meant?), or says nothing (which is not the same as 0) */
function onceEach(queries: Record<string, string[]>): Record<string, string | undefined> {
  const repeated = Object.keys(queries).filter((name) => (queries[name]?.length ?? 0) > 1);
  if (repeated.length > 0) throw invalid(repeated.map((name) => ({ field: name, rule: "given once" })));
  const empty = Object.keys(queries).filter((name) => queries[name]?.[0] === "");
  if (empty.length > 0) throw invalid(empty.map((name) => ({ field: name, rule: "not empty" })));
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
