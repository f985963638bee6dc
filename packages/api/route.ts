import type { Context, Hono } from "hono";
import { accepts } from "hono/accepts";
import type * as z from "zod";
import { demandScope, demandUnrestricted } from "./authorise.ts";
import { checked, invalid, readJson } from "./body.ts";
import { type Caller, NOBODY } from "./caller.ts";
import { ApiError } from "./fault.ts";
import type { Scope } from "./principals.ts";

/** The Lambda event stands in the bindings: what its authoriser found is what the API trusts. */
export interface ApiEnv {
  Bindings: { readonly event?: unknown };
  Variables: { caller?: Caller };
}
export type Api = Hono<ApiEnv>;

export const JSON_TYPE = "application/json";
export const JSON_LINES = "application/jsonl";
export const DEFAULT_SCOPE: Scope = "ledger:read";

/** Something that can be asked for, and what it takes. The OpenAPI document is made from these. */
interface Readable<P extends z.ZodObject, Q extends z.ZodObject> {
  /** `/v1/changes/{id}` */
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  /** Needs no token. */
  readonly open?: true;
  /** What the caller must be allowed; `ledger:read` unless said. */
  readonly scope?: Scope;
  /** Speaks of all repositories at once: refused to who is restricted to some. All other routes ask `caller.mayRead` themselves. */
  readonly unrestricted?: true;
  /** When the answer is 503 for now. */
  readonly notYet?: string;
}

/** What is answered as JSON. */
export interface Route<P extends z.ZodObject, Q extends z.ZodObject, A extends z.ZodType> extends Readable<P, Q> {
  readonly answer: A;
  /** Also served as lines of the very bytes that were hashed, to who accepts that. */
  readonly lines?: true;
  /** Media types that the answer can be had in besides JSON, and what each holds (see list.ts). */
  readonly also?: Readonly<Record<string, string>>;
}

/** What is answered as the bytes that they are, or by saying where they lie. */
export interface FileRoute<P extends z.ZodObject, Q extends z.ZodObject> extends Readable<P, Q> {
  /** What 200 comes with; absent where the bytes always lie elsewhere. */
  readonly file?: { readonly type: string; readonly description: string; readonly headers?: Readonly<Record<string, string>> };
  /** What a 302 leads to. */
  readonly elsewhere?: string;
  /** What is answered instead of a 302 to who names JSON in `Accept`: a page cannot follow one to another origin. */
  readonly link?: z.ZodType;
}

/** What is asked for with a body of JSON (at most 64 KB), and is put on record. */
export interface PostRoute<P extends z.ZodObject, B extends z.ZodType, A extends z.ZodType> extends Readable<P, z.ZodObject> {
  readonly body: B;
  readonly answer: A;
}
export type AnyRoute =
  | Route<z.ZodObject, z.ZodObject, z.ZodType>
  | FileRoute<z.ZodObject, z.ZodObject>
  | PostRoute<z.ZodObject, z.ZodType, z.ZodType>;

export interface Asked<P, Q> {
  readonly params: P;
  readonly query: Q;
  /** Who asks, after their scope was checked. What they may not read, the handler answers as not on record. */
  readonly caller: Caller;
  /** The caller prefers lines of bytes over JSON. */
  readonly wantsLines: boolean;
  /** Of JSON and the media types that the route also has, the one that the caller prefers. */
  readonly accepted: string;
}

export interface Posted<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly caller: Caller;
  readonly body: B;
}

/** Serves `route` for GET and HEAD. The handler answers a value of the route's schema, or a response of its own. */
export function serve<P extends z.ZodObject, Q extends z.ZodObject, A extends z.ZodType>(
  app: Api,
  route: Route<P, Q, A>,
  handler: (asked: Asked<z.output<P>, z.output<Q>>) => Promise<z.output<A> | Response>,
): Route<P, Q, A> {
  const supports = [JSON_TYPE, ...(route.lines === true ? [JSON_LINES] : []), ...Object.keys(route.also ?? {})];
  on(app, "GET", route, async (asked, c) => {
    const accepted = accepts(c, { header: "Accept", supports, default: JSON_TYPE });
    return asJson(c, await handler({ ...asked, accepted, wantsLines: route.lines === true && accepted === JSON_LINES }));
  });
  return route;
}

/** As `serve`, for what is no JSON. */
export function serveFile<P extends z.ZodObject, Q extends z.ZodObject>(
  app: Api,
  route: FileRoute<P, Q>,
  handler: (asked: Omit<Asked<z.output<P>, z.output<Q>>, "wantsLines" | "accepted"> & { readonly namesJson: boolean }) => Promise<Response>,
): FileRoute<P, Q> {
  on(app, "GET", route, (asked, c) => {
    const namesJson = accepts(c, { header: "Accept", supports: [JSON_TYPE], default: "" }) === JSON_TYPE;
    return handler({ ...asked, namesJson });
  });
  return route;
}

/** Serves `route` for POST. A path may take both, each as a route of its own. */
export function servePost<P extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
  app: Api,
  route: PostRoute<P, B, A>,
  handler: (posted: Posted<z.output<P>, Record<string, unknown>, z.output<B>>) => Promise<z.output<A> | Response>,
): PostRoute<P, B, A> {
  on(app, "POST", route, async (asked, c) => asJson(c, await handler({ ...asked, body: await readJson(c, route.body) })));
  return route;
}

/** Refuses what no route of a path takes; to be called when all are served. */
export function refuseOtherMethods(app: Api, routes: readonly AnyRoute[]): void {
  const methods = Map.groupBy(routes, ({ path }) => path);
  for (const [path, of] of methods) {
    const allow = [...new Set(of.flatMap((route) => ("body" in route ? ["POST"] : ["GET", "HEAD"])))];
    app.all(routerPath(path), () => {
      throw new ApiError("method-not-allowed", `expected ${allow.join(" or ")}`, [], undefined, allow);
    });
  }
}

function on<P extends z.ZodObject, Q extends z.ZodObject>(
  app: Api,
  method: "GET" | "POST",
  route: Readable<P, Q>,
  handler: (asked: Omit<Asked<z.output<P>, z.output<Q>>, "wantsLines" | "accepted">, c: Context<ApiEnv>) => Promise<Response>,
): void {
  app.on(method, routerPath(route.path), async (c) => {
    const caller = c.get("caller") ?? NOBODY;
    if (route.open !== true) {
      demandScope(caller, route.scope ?? DEFAULT_SCOPE);
      if (route.unrestricted === true) demandUnrestricted(caller);
    }
    const params = checked(route.params, c.req.param(), "a parameter of this route");
    const query = checked(route.query, onceEach(c.req.queries()), "a parameter of this route");
    return await handler({ params, query, caller }, c);
  });
}

/** hono's way to write a path's parameters. */
function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function asJson(c: Context, answer: unknown): Response {
  return answer instanceof Response ? answer : c.body(JSON.stringify(answer), 200, { "content-type": JSON_TYPE });
}

/** @throws ApiError `invalid` when a parameter is repeated (which of the two was meant?), or says nothing (which is not the same as 0) */
function onceEach(queries: Record<string, string[]>): Record<string, string | undefined> {
  const repeated = Object.keys(queries).filter((name) => (queries[name]?.length ?? 0) > 1);
  if (repeated.length > 0) throw invalid(repeated.map((name) => ({ field: name, rule: "given once" })));
  const empty = Object.keys(queries).filter((name) => queries[name]?.[0] === "");
  if (empty.length > 0) throw invalid(empty.map((name) => ({ field: name, rule: "not empty" })));
  return Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values[0]]));
}
