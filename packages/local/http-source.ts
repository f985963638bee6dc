import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2, APIGatewayProxyEventV2WithRequestContext } from "aws-lambda";
import { CONSOLE, type FunctionName, OPEN_PATHS } from "../../stacks/definitions.ts";
import { type Answer, type Listener, listen, readBody, send } from "./http.ts";
import type { Functions } from "./lambda.ts";
import { ACCOUNT } from "./names.ts";

/** Whom a request of the API comes from: what a JWT authoriser would have found in its token. */
export interface Caller {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
}

/** Stands for the JWT authoriser: the caller, or `undefined` when the request may not pass (401). */
export type Authorize = (authorization: string | undefined) => Caller | undefined;

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
export async function startHttpSource(port: number, functions: Functions, authorize: Authorize | undefined): Promise<HttpSource> {
  let open = 0;
  const listener = await listen(port, (request, response) => {
    open++;
    answer(request, functions, authorize)
      .then(
        (answered) => send(response, answered),
        () => response.destroy(),
      )
      .finally(() => open--);
  });
  return { ...listener, open: () => open };
}

async function answer(request: IncomingMessage, functions: Functions, authorize: Authorize | undefined): Promise<Answer> {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const source = request.method === "POST" ? WEBHOOK.exec(rawPath)?.[1] : undefined;
  const body = await readBody(request, REQUEST_MAX_BYTES);
  if (body === "too-large") return message(413, "Request Entity Too Large");
  const caller = source === undefined && authorize !== undefined ? authorize(request.headers.authorization) : undefined;
  if (source === undefined && authorize !== undefined && caller === undefined && !isPublic(rawPath)) return message(401, "Unauthorized");
  const event = httpEvent(request, rawPath, mark < 0 ? "" : url.slice(mark + 1), source, body, caller);
  // Base64 and JSON make the event larger than the body.
  if (Buffer.byteLength(event.body ?? "") > EVENT_MAX_BYTES - 64 * 1024) return message(413, "Request Entity Too Large");
  const name: FunctionName = source !== undefined ? "webhook" : isConsole(rawPath) ? "console" : "api";
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
  return path === CONSOLE.path || path.startsWith(`${CONSOLE.path}/`);
}

function message(status: number, text: string): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ message: text }) };
}

type Event = APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithRequestContext<APIGatewayEventRequestContextV2>;

function httpEvent(
  request: IncomingMessage,
  rawPath: string,
  rawQueryString: string,
  source: string | undefined,
  body: Buffer,
  caller: Caller | undefined,
): Event {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== "cookie" && value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
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
      ...(caller === undefined ? {} : { authorizer: { jwt: { claims: { ...caller.claims }, scopes: [...caller.scopes] } } }),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
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
