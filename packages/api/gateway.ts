import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Api } from "./route.ts";

/** What the API takes from an HTTP API's event, payload format 2.0; the claims are read by authorise.ts. */
export interface GatewayEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string } };
}

/** Characters that an encoded path never holds, and a per cent sign that begins no escape. */
const UNESCAPED = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/gu;
const TEXT_TYPE = /^(?:application\/(?:problem\+)?json|text\/(?:html|plain))\b/;

/**
 * Answers an event of API Gateway's HTTP API. The gateway hands paths on decoded, so what would end or split a path (`?`, `#`, `\`) is escaped
 * again before it is read as a URL. Of the headers only `accept` matters; a body is never read.
 */
export async function answerGateway(app: Api, event: GatewayEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const path = event.rawPath.toWellFormed().replace(UNESCAPED, (character) => encodeURIComponent(character));
  const url = `https://ledger.invalid/${path.replace(/^\/+/, "")}${event.rawQueryString === "" ? "" : `?${event.rawQueryString}`}`;
  const accept = event.headers["accept"];
  const headers = accept !== undefined && /^[\x20-\x7e]*$/.test(accept) ? { accept } : {};
  const method = /^[A-Z]{1,16}$/.test(event.requestContext.http.method) ? event.requestContext.http.method : "POST";
  const response = await app.fetch(new Request(url, { method: method === "TRACE" || method === "CONNECT" ? "POST" : method, headers }), {
    event,
  });
  const body = Buffer.from(await response.arrayBuffer());
  const isText = TEXT_TYPE.test(response.headers.get("content-type") ?? "");
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}
