/**
 * An OpenID provider for the local stack, in the shape of the real ones: metadata, key set, authorization code with PKCE (RFC 7636) and client credentials
 * (RFC 6749). Nobody has a password here: whoever reaches the loopback interface chooses who they are, and the page says so. A web page of somewhere else cannot:
 * codes go to loopback addresses alone, and requests that name another host (DNS rebinding) or come from another origin are refused.
 */
import { timingSafeEqual } from "node:crypto";
import type { Answer } from "./http.ts";
import type { Authorize } from "./http-source.ts";
import { Codes } from "./issuer-codes.ts";
import type { IssuerKey } from "./issuer-keys.ts";
import { choicePage } from "./issuer-page.ts";
import { issuerTokens, TOKEN_SECONDS, type Tokens } from "./issuer-tokens.ts";
import { READY_USERS, readyUser } from "./issuer-users.ts";
import { type IamCaller, type SignedRequest, signerOf } from "./machines.ts";
import { bearer, digest } from "./token.ts";

export interface IssuerOptions {
  readonly key: IssuerKey;
  /** The token of the data folder: who has read it may have any user's token, and it is good by itself. */
  readonly folderToken: string;
  /** Milliseconds. */
  readonly now: () => number;
}

interface IssuerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface Issuer {
  /** Undefined for a path that is not its. */
  answer(request: IssuerRequest): Promise<Answer> | undefined;
  readonly authorize: Authorize;
  /** Stands for the IAM authoriser: who signed, or `undefined` when the request may not pass (403). */
  signer(request: SignedRequest): Promise<IamCaller | undefined>;
}

const METADATA = "/.well-known/openid-configuration";
const AUTHORIZE = "/oauth/authorize";
const TOKEN = "/oauth/token";
const KEYS = "/oauth/jwks";
const PARAMETER_MAX = 2048;
const FORM_MAX_BYTES = 16 * 1024;

/** @param url of the HTTP API, which is the issuer's own: `http://127.0.0.1:4280` */
export function localIssuer({ key, folderToken, now }: IssuerOptions, url: string): Issuer {
  const tokens = issuerTokens(key, url, now);
  const codes = new Codes(now);
  const folder = bearer(folderToken);
  const routes: Readonly<Record<string, (request: IssuerRequest) => Promise<Answer>>> = {
    [`GET ${METADATA}`]: async () => json(200, metadata(url)),
    [`GET ${KEYS}`]: async () => json(200, { keys: [key.jwk] }),
    [`GET ${AUTHORIZE}`]: async ({ query }) => {
      const asked = authorizationOf(query);
      return typeof asked === "string" ? refused("invalid_request", asked) : page(choicePage(READY_USERS, [...query]));
    },
    [`POST ${AUTHORIZE}`]: async ({ body, headers }) => {
      if (headers["origin"] !== undefined && headers["origin"] !== url) return refused("invalid_request", "this page alone may choose");
      const form = formOf(body);
      const [asked, user] = [authorizationOf(form), readyUser(form.get("user"))];
      if (typeof asked === "string" || user === undefined) return refused("invalid_request", typeof asked === "string" ? asked : "user");
      const code = codes.give({ ...asked, user: user.name });
      const back = new URL(asked.redirectUri);
      for (const [name, value] of Object.entries({ code, state: form.get("state"), iss: url }))
        if (value !== null) back.searchParams.set(name, value);
      return { status: 303, headers: { location: back.href, "cache-control": "no-store", "referrer-policy": "no-referrer" }, body: "" };
    },
    [`POST ${TOKEN}`]: async ({ body, headers }) => await tokenFor(tokens, codes, folderToken, formOf(body), headers["authorization"]),
  };
  return {
    answer(request) {
      const { path, method, headers } = request;
      if (![METADATA, AUTHORIZE, TOKEN, KEYS].includes(path)) return undefined;
      const route = routes[`${method === "HEAD" ? "GET" : method} ${path}`];
      if (headers["host"] !== new URL(url).host) return Promise.resolve(refused("invalid_request", `ask ${url}`, 421));
      return route === undefined ? Promise.resolve(refused("invalid_request", "method", 405)) : route(request);
    },
    signer: (request) => signerOf(request, folderToken, now()),
    async authorize(authorization) {
      const sent = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
      if (sent === undefined || sent.length > 8192) return undefined;
      return (await folder(authorization)) ?? (await tokens.verify(sent));
    },
  };
}

function metadata(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}${AUTHORIZE}`,
    token_endpoint: `${issuer}${TOKEN}`,
    jwks_uri: `${issuer}${KEYS}`,
    scopes_supported: ["openid", ...new Set(READY_USERS.flatMap(({ scopes }) => scopes))],
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "client_credentials"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_post", "client_secret_basic"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  };
}

/** What a client asks the page for, or which parameter is wrong. */
function authorizationOf(query: URLSearchParams) {
  for (const name of new Set(query.keys()))
    if (query.getAll(name).length > 1 || (query.get(name)?.length ?? 0) > PARAMETER_MAX) return name;
  if (query.get("response_type") !== "code") return "response_type";
  const client = query.get("client_id") ?? "";
  if (!/^[\w.-]{1,64}$/.test(client)) return "client_id";
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!isLoopback(redirectUri)) return "redirect_uri";
  const challenge = query.get("code_challenge") ?? "";
  if (query.get("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(challenge)) return "code_challenge";
  return { client, redirectUri, challenge, scopes: scopesIn(query), nonce: query.get("nonce") };
}

function isLoopback(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname) && url.hash === "" && url.username === "";
}

async function tokenFor(
  tokens: Tokens,
  codes: Codes,
  folderToken: string,
  form: URLSearchParams,
  authorization: string | undefined,
): Promise<Answer> {
  const client = clientOf(form, authorization);
  if (form.get("grant_type") === "client_credentials") {
    const user = readyUser(client.id);
    if (user === undefined || !timingSafeEqual(digest(client.secret), digest(folderToken)))
      return refused("invalid_client", "client_id is a ready user, client_secret the token of the data folder", 401);
    return granted(await tokens.access(user, client.id, scopesIn(form)));
  }
  if (form.get("grant_type") !== "authorization_code") return refused("unsupported_grant_type", "authorization_code or client_credentials");
  const redirectUri = form.get("redirect_uri") ?? "";
  const grant = codes.take(form.get("code") ?? "", { client: client.id, redirectUri, verifier: form.get("code_verifier") ?? "" });
  const user = readyUser(grant?.user);
  if (grant === undefined || user === undefined) return refused("invalid_grant", "begin again: a code is good once, for a minute");
  const access = await tokens.access(user, grant.client, grant.scopes);
  return granted(access, grant.scopes?.includes("openid") === true ? await tokens.identity(user, grant.client, grant.nonce) : undefined);
}

function clientOf(form: URLSearchParams, authorization: string | undefined): { id: string; secret: string } {
  const basic = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "")?.[1];
  const [id, secret] = basic === undefined ? [] : Buffer.from(basic, "base64").toString("utf8").split(":", 2);
  return { id: id ?? form.get("client_id") ?? "", secret: secret ?? form.get("client_secret") ?? "" };
}

/** Absent: whatever the user holds. */
function scopesIn(asked: URLSearchParams): string[] | undefined {
  return asked
    .get("scope")
    ?.split(" ")
    .filter((one) => one !== "");
}

function granted({ token, scope }: { readonly token: string; readonly scope: string }, identity?: string): Answer {
  return json(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: TOKEN_SECONDS,
    scope,
    ...(identity !== undefined && { id_token: identity }),
  });
}

function formOf(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(body.length > FORM_MAX_BYTES ? "" : Buffer.from(body).toString("utf8"));
}

function refused(error: string, description: string, status = 400): Answer {
  return json(status, { error, error_description: description });
}

function json(status: number, value: object): Answer {
  return { status, headers: { "content-type": "application/json", "cache-control": "no-store" }, body: JSON.stringify(value) };
}

function page(html: string): Answer {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
    },
    body: html,
  };
}
