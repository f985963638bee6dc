import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpSource, startHttpSource } from "../../packages/local/http-source.ts";
import { localIssuer } from "../../packages/local/issuer.ts";
import { type IssuerKey, issuerKeyFile, openIssuerKey } from "../../packages/local/issuer-keys.ts";
import { Functions } from "../../packages/local/lambda.ts";
import { trivialFunctions } from "./trivial-functions.ts";

const FOLDER_TOKEN = "f".repeat(43);
const REDIRECT = "http://127.0.0.1:9/console/signed-in";
const folder = mkdtempSync(join(tmpdir(), "change-ledger-issuer-"));
let key: IssuerKey;
let http: HttpSource;
/** The issuer's clock. */
let nowMs = Date.now();

beforeAll(async () => {
  key = await openIssuerKey(folder);
  http = await startHttpSource(new Functions({ ...trivialFunctions().handlers, api: async () => async (event) => ({ event }) }, () => {}), {
    port: 0,
    issuer: async (url) => localIssuer({ key, folderToken: FOLDER_TOKEN, now: () => nowMs }, url),
  });
});
afterAll(async () => {
  await http?.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${http.url}${path}`, { method: "POST", body: new URLSearchParams(form), headers, redirect: "manual" });
const token = async (client_id: string, more: Record<string, string> = {}) => {
  const response = await post("/oauth/token", { grant_type: "client_credentials", client_id, client_secret: FOLDER_TOKEN, ...more });
  return (await response.json()) as { access_token: string; scope: string; expires_in: number };
};
/** What the API is told of who asks; the status where it is not asked. */
const told = async (authorization: string | undefined) => {
  const response = await fetch(`${http.url}/v1/changes`, { headers: authorization === undefined ? {} : { authorization } });
  if (response.status !== 200) return response.status;
  const { event } = (await response.json()) as { event: { requestContext: { authorizer: { jwt: { claims: Record<string, string> } } } } };
  return event.requestContext.authorizer.jwt.claims;
};

describe("the issuer's key", () => {
  it("is for its owner alone, and stays", async () => {
    expect(statSync(issuerKeyFile(folder)).mode & 0o777).toBe(0o600);
    expect((await openIssuerKey(folder)).jwk).toEqual(key.jwk);
    expect(JSON.stringify(key.jwk)).not.toContain('"d"');
  });

  it("is asked for where the file holds none", async () => {
    const other = mkdtempSync(join(tmpdir(), "change-ledger-issuer-"));
    const wrong = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" });
    for (const text of ["", "x", wrong]) {
      writeFileSync(issuerKeyFile(other), text);
      await expect(openIssuerKey(other)).rejects.toMatchObject({ code: "bad-keys-file" });
    }
    rmSync(other, { recursive: true });
  });
});

describe("a ready user's token", () => {
  it("is what the API is told, as API Gateway tells it: claims as text, for an hour", async () => {
    const { access_token, scope, expires_in } = await token("outsider");
    expect([scope, expires_in]).toEqual(["ledger:read evidence:read population:read", 3600]);
    expect(await told(`Bearer ${access_token}`)).toEqual({
      iss: http.url,
      aud: "change-ledger",
      sub: "outsider",
      client_id: "outsider",
      scope: "ledger:read evidence:read population:read",
      repositories: "[github/elsewhere/*]",
      iat: String(Math.floor(nowMs / 1000)),
      nbf: String(Math.floor(nowMs / 1000)),
      exp: String(Math.floor(nowMs / 1000) + 3600),
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await told(`Bearer ${(await token("ops")).access_token}`)).toMatchObject({ sub: "ops", scope: "ledger:read evidence:read" });
    expect(await told(`Bearer ${FOLDER_TOKEN}`)).toMatchObject({ scope: "admin" });
  });

  it("verifies with the key set that the metadata name, which others' code finds", async () => {
    const metadata = (await (await fetch(`${http.url}/.well-known/openid-configuration`)).json()) as { issuer: string; jwks_uri: string };
    expect(metadata.issuer).toBe(http.url);
    const { payload } = await jwtVerify((await token("auditor")).access_token, createRemoteJWKSet(new URL(metadata.jwks_uri)), metadata);
    expect(payload.sub).toBe("auditor");
  });

  it("holds no more than was asked for, and nothing that the user does not hold", async () => {
    expect((await token("ops", { scope: "ledger:read population:read admin openid" })).scope).toBe("ledger:read");
    expect((await token("ops", { scope: "" })).scope).toBe("");
  });

  it("is for who can read the data folder", async () => {
    const basic = Buffer.from(`auditor:${FOLDER_TOKEN}`).toString("base64");
    const given = await post("/oauth/token", { grant_type: "client_credentials" }, { authorization: `Basic ${basic}` });
    expect(given.status).toBe(200);
    for (const [client_id, client_secret] of [
      ["auditor", "f".repeat(42)],
      ["auditor", ""],
      ["root", FOLDER_TOKEN],
      ["__proto__", FOLDER_TOKEN],
    ] as const) {
      const response = await post("/oauth/token", { grant_type: "client_credentials", client_id, client_secret });
      expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error: "invalid_client" })]);
    }
  });
});

describe("the authoriser refuses", () => {
  const claims = { scope: "admin", client_id: "x" };
  const at = () => Math.floor(nowMs / 1000);
  const sign = (own: (jwt: SignJWT) => SignJWT, header: object = {}, secret = key.secret) =>
    own(
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.jwk.kid, ...header })
        .setIssuer(http.url)
        .setAudience("change-ledger")
        .setSubject("auditor")
        .setIssuedAt(at())
        .setNotBefore(at())
        .setExpirationTime(at() + 60)
        .setJti("1"),
    ).sign(secret);
  const another = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("takes the token that the others differ from", async () => {
    expect(await told(`Bearer ${await sign((jwt) => jwt)}`)).toMatchObject({ sub: "auditor" });
  });

  it.each([
    ["nothing", () => undefined],
    ["another scheme", async () => `Basic ${await sign((jwt) => jwt)}`],
    ["garbage", () => "Bearer a.b.c"],
    ["what is too long to be one", () => `Bearer ${"a".repeat(9000)}`],
    ["an expired one", async () => `Bearer ${await sign((jwt) => jwt.setExpirationTime(at()))}`],
    ["one that is not yet good", async () => `Bearer ${await sign((jwt) => jwt.setNotBefore(at() + 1))}`],
    ["one for another audience", async () => `Bearer ${await sign((jwt) => jwt.setAudience("console"))}`],
    ["another issuer's", async () => `Bearer ${await sign((jwt) => jwt.setIssuer("http://127.0.0.1:1"))}`],
    ["one of another key", async () => `Bearer ${await sign((jwt) => jwt, {}, another)}`],
    ["an ID token", async () => `Bearer ${await sign((jwt) => jwt, { typ: "JWT" })}`],
    [
      "one without a signature",
      () =>
        `Bearer ${encoded({ alg: "none", typ: "at+jwt" })}.${encoded({ ...claims, iss: http.url, aud: "change-ledger", sub: "a", exp: at() + 60 })}.`,
    ],
    [
      "one that is signed with the public key as a secret",
      async () => {
        const secret = new TextEncoder().encode(key.open.export({ format: "pem", type: "spki" }).toString());
        const jwt = new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", typ: "at+jwt" })
          .setIssuer(http.url)
          .setAudience("change-ledger");
        return `Bearer ${await jwt
          .setSubject("a")
          .setIssuedAt(at())
          .setNotBefore(at())
          .setExpirationTime(at() + 60)
          .setJti("1")
          .sign(secret)}`;
      },
    ],
    ["a tampered one", async () => `Bearer ${(await sign((jwt) => jwt)).replace(/\.[^.]+\./, `.${encoded({ ...claims, sub: "root" })}.`)}`],
    ["the folder's token, cut", () => `Bearer ${FOLDER_TOKEN.slice(1)}`],
  ])("%s", async (_, authorization) => {
    const response = await fetch(`${http.url}/v1/changes`, {
      headers: Object.fromEntries(
        Object.entries({ authorization: await authorization() }).filter((one): one is [string, string] => one[1] !== undefined),
      ),
    });
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  it("a token after its hour", async () => {
    const { access_token } = await token("auditor");
    nowMs += 3_600_000;
    const after = await told(`Bearer ${access_token}`);
    nowMs -= 3_600_000;
    expect([after, await told(`Bearer ${access_token}`)]).toEqual([401, expect.objectContaining({ sub: "auditor" })]);
  });

  it("machines, whose signatures nothing here checks", async () => {
    for (const authorization of [`Bearer ${FOLDER_TOKEN}`, "AWS4-HMAC-SHA256 Credential=x"])
      expect((await fetch(`${http.url}/machine/v1/changes`, { headers: { authorization } })).status).toBe(403);
  });
});

describe("signing in with PKCE", () => {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = {
    response_type: "code",
    client_id: "console",
    redirect_uri: REDIRECT,
    scope: "openid ledger:read",
    state: "s&t",
    nonce: "n",
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const choose = async (more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    await post("/oauth/authorize", { ...asked, user: "ops", ...more }, headers);
  const codeOf = async () => new URL((await choose()).headers.get("location") ?? "").searchParams.get("code") ?? "";
  const redeem = (code: string, more: Record<string, string> = {}) =>
    post("/oauth/token", {
      grant_type: "authorization_code",
      client_id: "console",
      redirect_uri: REDIRECT,
      code,
      code_verifier: verifier,
      ...more,
    });

  it("shows who there is, without a script and without a word of what was asked taken for HTML", async () => {
    const response = await fetch(`${http.url}/oauth/authorize?${new URLSearchParams({ ...asked, state: '"><script>' })}`);
    const page = await response.text();
    expect([response.status, response.headers.get("content-security-policy")]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    for (const user of ["auditor", "ops", "outsider"]) expect(page).toContain(`value="${user}"`);
    expect(page).toContain("Nobody has a password here");
    expect(page).not.toContain("<script");
  });

  it("leads back with a code, which is good once for who holds the verifier", async () => {
    const response = await choose();
    const back = new URL(response.headers.get("location") ?? "");
    expect([response.status, back.origin + back.pathname, back.searchParams.get("state"), back.searchParams.get("iss")]).toEqual([
      303,
      REDIRECT,
      "s&t",
      http.url,
    ]);
    const code = back.searchParams.get("code") ?? "";
    const given = (await (await redeem(code)).json()) as { access_token: string; id_token: string; scope: string };
    expect(given.scope).toBe("ledger:read");
    expect(await told(`Bearer ${given.access_token}`)).toMatchObject({ sub: "ops", client_id: "console", scope: "ledger:read" });
    const { payload } = await jwtVerify(given.id_token, key.open, { audience: "console", issuer: http.url });
    expect(payload).toMatchObject({ sub: "ops", nonce: "n" });
    expect(await told(`Bearer ${given.id_token}`)).toBe(401);
    expect((await redeem(code)).status).toBe(400);
  });

  it.each([
    ["another verifier", { code_verifier: randomBytes(32).toString("base64url") }],
    ["no verifier", { code_verifier: "" }],
    ["the challenge in its place", { code_verifier: challenge }],
    ["another client", { client_id: "other" }],
    ["another address", { redirect_uri: "http://127.0.0.1:10/" }],
    ["another kind of grant", { grant_type: "password" }],
  ])("gives nothing for a code with %s, and spends it", async (_, more) => {
    const code = await codeOf();
    expect((await redeem(code, more)).status).toBe(400);
    if (!("grant_type" in more)) expect((await redeem(code)).status).toBe(400);
  });

  it("gives nothing for a code after its minute", async () => {
    const code = await codeOf();
    nowMs += 60_000;
    const late = await redeem(code);
    nowMs -= 60_000;
    expect(late.status).toBe(400);
  });

  it.each([
    ["an address elsewhere", { redirect_uri: "http://evil.example/" }],
    ["an address that only looks like this machine", { redirect_uri: "http://127.0.0.1.evil.example/" }],
    ["a user in the address", { redirect_uri: "http://127.0.0.1:9@evil.example/" }],
    ["a script for an address", { redirect_uri: "javascript:alert(1)" }],
    ["no challenge", { code_challenge: "" }],
    ["a plain challenge", { code_challenge_method: "plain" }],
    ["a token for an answer", { response_type: "token" }],
    ["a user who is not there", { user: "root" }],
    ["a client without a name", { client_id: "" }],
    ["more than can be meant", { state: "x".repeat(3000) }],
  ])("refuses %s", async (_, more) => {
    const response = await choose(more);
    expect([response.status, response.headers.get("location")]).toEqual([400, null]);
  });

  it("refuses pages of another origin, and names that merely lead here", async () => {
    expect((await choose({}, { origin: "https://evil.example" })).status).toBe(400);
    expect((await choose({}, { origin: http.url })).status).toBe(303);
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request(`${http.url}/oauth/authorize`, { method: "POST", headers: { host: "evil.example" } }, (answer) =>
        resolve(answer.resume().statusCode),
      ).end();
    });
    expect(status).toBe(421);
    expect((await fetch(`${http.url}/oauth/token`)).status).toBe(405);
  });
});

describe("one caller's rate", () => {
  it("is held to: 429 says when to ask again, and others are not held up", async () => {
    const slow = await startHttpSource(new Functions({ ...trivialFunctions().handlers, api: async () => async () => ({}) }, () => {}), {
      port: 0,
      rate: { perSecond: 0.01, burst: 2 },
      authorize: (authorization) => ({ claims: { sub: authorization ?? "" }, scopes: [] }),
    });
    const ask = (authorization: string) => fetch(`${slow.url}/v1/changes`, { headers: { authorization } });
    const statuses = [(await ask("a")).status, (await ask("a")).status];
    const third = await ask("a");
    expect([...statuses, third.status, (await ask("b")).status]).toEqual([200, 200, 429, 200]);
    expect(third.headers.get("content-type")).toBe("application/problem+json");
    const seconds = Number(third.headers.get("retry-after"));
    expect(seconds > 0 && seconds <= 100).toBe(true);
    expect(await third.json()).toMatchObject({ type: "urn:change-ledger:problem:too-many-requests", status: 429 });
    await slow.close();
  });
});
