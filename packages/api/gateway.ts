import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Api } from "./route.ts";

/** What the API takes from an HTTP API's event, payload format 2.0; what the authorisers found is read by authorise.ts. */
export interface GatewayEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}

/** Characters that an encoded path never holds, and a per cent sign that begins no escape. */
const UNESCAPED = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/gu;
const TEXT_TYPE = /^(?:application\/(?:problem\+)?json|text\/(?:html|plain))\b/;
/** All that an answer depends on besides path, query and caller. Others are not even looked at. */
const HEADERS = ["accept", "accept-encoding", "content-type", "if-none-match"] as const;
/** Longer ones say nothing that we could act on. */
const HEADER_MAX = 4096;
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * Answers an event of API Gateway's HTTP API. The gateway hands paths on decoded, so what would end or split a path (`?`, `#`, `\`) is escaped
 * again before it is read as a URL. A body is read of a POST alone.
 */
export async function answerGateway(app: Api, event: GatewayEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const path = event.rawPath.toWellFormed().replace(UNESCAPED, (character) => encodeURIComponent(character));
  const url = `https://ledger.invalid/${path.replace(/^\/+/, "")}${event.rawQueryString === "" ? "" : `?${event.rawQueryString}`}`;
  const told = event.requestContext.http.method;
  const method = /^[A-Z]{1,16}$/.test(told) && told !== "TRACE" && told !== "CONNECT" ? told : "PUT";
  const body = method === "POST" && event.body !== undefined ? Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8") : null;
  const response = await app.fetch(new Request(url, { method, headers: headersOf(event), body }), { event });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText = TEXT_TYPE.test(response.headers.get("content-type") ?? "") && !response.headers.has("content-encoding");
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: bytes.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}

function headersOf({ headers }: GatewayEvent): [string, string][] {
  return HEADERS.flatMap((name) => {
    const value = headers[name];
    return value !== undefined && value.length <= HEADER_MAX && PRINTABLE.test(value) ? [[name, value] as [string, string]] : [];
  });
}
