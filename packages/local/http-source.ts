import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2, APIGatewayProxyEventV2WithRequestContext } from "aws-lambda";
import { API_RATE, CONSOLE, type FunctionName, MACHINE_PATH, OPEN_PATHS, POPULATION_PATHS } from "../../stacks/definitions.ts";
import { type Answer, type Listener, listen, readBody, send } from "./http.ts";
import type { Issuer } from "./issuer.ts";
import type { Functions } from "./lambda.ts";
import type { IamCaller } from "./machines.ts";
import { ACCOUNT } from "./names.ts";
import { type Rate, RateLimit } from "./rate-limit.ts";

/** Whom a request of the API comes from: what a JWT authoriser would have found in its token. */
export interface Caller {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
}

/** Stands for the JWT authoriser: the caller, or `undefined` when the request may not pass (401). */
export type Authorize = (authorization: string | undefined) => Caller | undefined | Promise<Caller | undefined>;

export interface HttpSourceOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Absent: everybody passes. */
  readonly authorize?: Authorize | undefined;
  /** An identity provider on the same origin, made when the URL is known; it authorises in place of `authorize`. */
  readonly issuer?: ((url: string) => Promise<Issuer>) | undefined;
  /** Of reads, for each caller; `API_RATE` unless said. */
  readonly rate?: Rate | undefined;
}

/** API Gateway's limit of a request, and Lambda's of an event and an answer. */
const REQUEST_MAX_BYTES = 10 * 1024 * 1024;
const EVENT_MAX_BYTES = 6 * 1024 * 1024;
const WEBHOOK = /^\/webhooks\/([^/]+)$/;

export interface HttpSource extends Listener {
  /** Requests that were begun and not yet answered. */
  readonly open: () => number;
}

/**
 * API Gateway's HTTP API (payload format 2.0): `POST /webhooks/{source}` goes to the webhook function, everything else to the API.
 * @throws LocalError `port-in-use`
 */
export async function startHttpSource(functions: Functions, options: HttpSourceOptions): Promise<HttpSource> {
  let open = 0;
  // Until the issuer is there nobody passes.
  const authorize = options.issuer === undefined ? options.authorize : () => undefined;
  const door: Door = { issuer: undefined, authorize, limit: new RateLimit(options.rate ?? API_RATE.local, Date.now) };
  const listener = await listen(options.port, (request, response) => {
    open++;
    answer(request, functions, door)
      .then(
        (answered) => send(response, answered, request.method),
        () => response.destroy(),
      )
      .finally(() => open--);
  });
  door.issuer = await options.issuer?.(listener.url);
  door.authorize = door.issuer?.authorize ?? door.authorize;
  return { ...listener, open: () => open };
}

/** What stands before the functions. */
interface Door {
  issuer: Issuer | undefined;
  authorize: Authorize | undefined;
  readonly limit: RateLimit;
}

async function answer(request: IncomingMessage, functions: Functions, { issuer, authorize, limit }: Door): Promise<Answer> {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const source = request.method === "POST" ? WEBHOOK.exec(rawPath)?.[1] : undefined;
  const body = await readBody(request, REQUEST_MAX_BYTES);
  if (body === "too-large") return message(413, "Request Entity Too Large");
  const rawQueryString = mark < 0 ? "" : url.slice(mark + 1);
  const sent = { method: request.method ?? "GET", path: rawPath, headers: headersOf(request), body };
  const signs = source === undefined && rawPath.startsWith(`${MACHINE_PATH}/`);
  const machine = signs ? await issuer?.signer({ ...sent, query: rawQueryString }) : undefined;
  const caller = source === undefined && !signs && authorize !== undefined ? await authorize(request.headers.authorization) : undefined;
  if (source === undefined) {
    const seconds = authorize === undefined ? 0 : limit.take(machine?.userArn ?? caller?.claims["sub"] ?? "");
    if (seconds > 0) return tooMany(seconds);
    const signIn = issuer?.answer({ ...sent, query: new URLSearchParams(rawQueryString) });
    if (signIn !== undefined) return await signIn;
    if (authorize !== undefined && signs && machine === undefined) return message(403, "Forbidden");
    if (authorize !== undefined && !signs && caller === undefined && !isPublic(rawPath)) return unauthorized();
  }
  const authorizer =
    machine !== undefined ? { iam: machine } : caller && { jwt: { claims: { ...caller.claims }, scopes: [...caller.scopes] } };
  const event = httpEvent(request, rawPath, rawQueryString, source, body, authorizer);
  // Base64 and JSON make the event larger than the body.
  if (Buffer.byteLength(event.body ?? "") > EVENT_MAX_BYTES - 64 * 1024) return message(413, "Request Entity Too Large");
  const name: FunctionName = source !== undefined ? "webhook" : functionOf(signs ? rawPath.slice(MACHINE_PATH.length) : rawPath);
  try {
    return httpAnswer(await functions.invoke(name, event));
  } catch {
    return message(500, "Internal Server Error");
  }
}

/** What says nothing of the ledger's content needs no token. */
function isPublic(path: string): boolean {
  return OPEN_PATHS.some((open) => open === path) || isConsole(path);
}

function isConsole(path: string): boolean {
  return isBelow(CONSOLE.path, path);
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** As the gateway's routes say. */
function functionOf(path: string): FunctionName {
  if (isConsole(path)) return "console";
  return POPULATION_PATHS.some((root) => isBelow(root, path)) ? "population" : "api";
}

function message(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ message: text }) };
}

function unauthorized(): Answer {
  return message(401, "Unauthorized", { "www-authenticate": "Bearer" });
}

/** API Gateway says less: `{"message":"Too Many Requests"}`. */
function tooMany(seconds: number): Answer {
  const problem = {
    type: "urn:change-ledger:problem:too-many-requests",
    title: "Too many requests",
    status: 429,
    detail: `expected to be asked again after ${seconds} s`,
  };
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store", "retry-after": String(seconds) };
  return { status: 429, headers, body: JSON.stringify(problem) };
}

type Authorizer =
  | { readonly iam: IamCaller }
  | { readonly jwt: { readonly claims: Record<string, string>; readonly scopes: string[] } }
  | undefined;
type Event =
  | APIGatewayProxyEventV2
  | APIGatewayProxyEventV2WithRequestContext<APIGatewayEventRequestContextV2 & { readonly authorizer?: Exclude<Authorizer, undefined> }>;

function httpEvent(
  request: IncomingMessage,
  rawPath: string,
  rawQueryString: string,
  source: string | undefined,
  body: Buffer,
  authorizer: Authorizer,
): Event {
  const headers = headersOf(request);
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString))
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  const now = Date.now();
  const method = request.method ?? "GET";
  const routeKey = source === undefined ? "$default" : "POST /webhooks/{source}";
  const isBase64Encoded = body.length > 0 && !isText(headers["content-type"], body);
  const host = headers["host"] ?? "localhost";
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(request.headers.cookie === undefined ? {} : { cookies: request.headers.cookie.split("; ") }),
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(source === undefined ? {} : { pathParameters: { source: decoded(source) } }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      domainName: host,
      domainPrefix: "local",
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: new Date(now).toISOString(),
      timeEpoch: now,
      ...(authorizer && { authorizer }),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== "cookie" && value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return headers;
}

/** Text of a type that the gateway hands on as it is, and only where that loses no byte. */
function isText(type: string | undefined, body: Buffer): boolean {
  if (!/^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.+-]+\+(?:json|xml))\b)/i.test(type ?? "")) return false;
  return isUtf8(body);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

interface Structured {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** An answer without `statusCode` is a JSON body with 200, as in payload format 2.0. */
function httpAnswer(result: unknown): Answer {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result ?? null) };
  }
  const { statusCode = 200, headers = {}, cookies = [], body = "", isBase64Encoded = false } = result as Structured;
  if (Buffer.byteLength(body) > EVENT_MAX_BYTES) return message(500, "Internal Server Error");
  const sent: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = String(value);
  delete sent["content-length"];
  if (cookies.length > 0) sent["set-cookie"] = [...cookies];
  return { status: statusCode, headers: sent, body: isBase64Encoded ? Buffer.from(body, "base64") : body };
}
