import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, answerGateway, createPopulationApi, type GatewayEvent } from "@change-ledger/api";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpSource, startHttpSource } from "../../packages/local/http-source.ts";
import { localIssuer } from "../../packages/local/issuer.ts";
import { type IssuerKey, openIssuerKey } from "../../packages/local/issuer-keys.ts";
import { issuerTokens } from "../../packages/local/issuer-tokens.ts";
import { Functions, type Handlers } from "../../packages/local/lambda.ts";
import { trivialFunctions } from "../local/trivial-functions.ts";
import type { Document } from "./openapi.ts";
import { id, REQUESTS } from "./requests.ts";
import { FAILED, GOOD, MERGED, makeWorld, OTHER, REF, TICKET } from "./world.ts";

/**
 * Who may ask what: each route by the scope that it needs, and whether a caller who is restricted to some repositories is refused. A route that is not here fails the
 * test: whoever adds one says so here.
 */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  open: ["/v1/health", "/v1/log/trust", "/v1/log/trust.json"],
  "ledger:read": [
    "/v1/changes",
    "/v1/changes/{id}",
    "/v1/changes/{id}/entries",
    "/v1/changes/{id}/dossier",
    "/v1/changes/{id}/assessment",
    "/v1/changes/{id}/unseen-code",
    "/v1/unseen-code",
    "/v1/findings",
    "/v1/controls",
    "/v1/people/{id}/activity",
    "/v1/refs/{id}",
    "/v1/commits/{sha}",
    "/v1/search",
    "/v1/metrics",
    "/v1/deployments",
    "/v1/deployments/{id}",
    "/v1/deployments/{id}/timeline",
    "/v1/deployments/{id}/messages",
    "/v1/tickets",
    "/v1/tickets/{id}",
    "/v1/chains/{subject}/entries",
    "/v1/bundles",
    "/v1/log/checkpoint",
    "/v1/log/tile/{path}",
    "/v1/log/hours",
    "/v1/log/hours/{hour}",
    "/v1/log/proof",
  ],
  "ledger:read unrestricted": ["/v1/configuration", "/v1/configuration/{version}", "/v1/waivers", "/v1/ledger/entries"],
  "evidence:read": ["/v1/bundles/{key}", "/v1/chains/{subject}/entries/{seq}/raw"],
  "population:read": [
    "/v1/population",
    "POST /v1/population/certificates",
    "/v1/population/certificates/{id}",
    "POST /v1/samples",
    "/v1/samples/{id}",
  ],
  "population:read unrestricted": ["/v1/audit"],
};
const SCOPES = ["ledger:read", "evidence:read", "population:read", "admin"];
/** Claims that cover nothing here: other places, parts of names, and what is no list of patterns. */
const ELSEWHERE = [
  "[github/elsewhere/*]",
  ["github/elsewhere/*"],
  "github/acm",
  "github/acme/car",
  "acme/cargo",
  "codedeploy/12",
  "",
  "[]",
  7,
  "/",
];
/** What says the same to everybody: sizes, hashes and signatures, and no name of anything. */
const SAME_FOR_ALL = ["/v1/log/checkpoint", "/v1/log/tile/{path}", "/v1/log/hours", "/v1/log/hours/{hour}"];

const world = await makeWorld();
const population = createPopulationApi(world.ports);
const document = (await (await world.app.request("/openapi.json")).json()) as Document;

type Methods = Record<string, { security?: [{ token: [string] }]; responses: Record<string, { description: string }> }>;
interface Tried {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly route: string;
  readonly path: string;
  readonly needs: string;
  readonly unrestricted: boolean;
}
const tried: Tried[] = Object.entries(ROUTES).flatMap(([access, names]) =>
  names.map((name) => {
    const [, post, route = ""] = /^(POST )?(.*)$/.exec(name) ?? [];
    const [needs = "", unrestricted] = access.split(" ");
    const path = REQUESTS[route]?.[0] ?? route.replaceAll(/\{\w+\}/g, "f".repeat(64));
    return { name, method: post === undefined ? "GET" : "POST", route, path, needs, unrestricted: unrestricted !== undefined } as const;
  }),
);
const appOf = (path: string): Api =>
  /^\/v1\/(?:population|samples)(?:[/?]|$)/.test(path.replace(/^\/machine/, "")) ? population : world.app;
const ask = ({ method, path }: Pick<Tried, "method" | "path">, event?: object) =>
  appOf(path).request(
    path,
    { method, ...(method === "POST" && { body: "{}", headers: { "content-type": "application/json" } }) },
    { event },
  );
const token = (claims: object) => ({ requestContext: { authorizer: { jwt: { claims: { sub: "jane", ...claims }, scopes: SCOPES } } } });
const iam = (userArn: string) => ({ requestContext: { authorizer: { iam: { userArn, accountId: "123456789012" } } } });

describe("the table of who may ask what", () => {
  it("names every route that is documented, with the scope that its document names", () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as unknown as Methods).map(([method, { security, responses }]) => {
        const unrestricted = /restricted/.test(responses["403"]?.description ?? "") ? " unrestricted" : "";
        return [`${method === "post" ? "POST " : ""}${path}`, `${security?.[0].token[0] ?? "open"}${unrestricted}`];
      }),
    );
    const ours = Object.entries(ROUTES).flatMap(([access, names]) => names.map((name) => [name, access]));
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(ours));
  });
});

describe.each(tried)("$name", (route) => {
  const { needs, unrestricted, path } = route;
  const open = needs === "open";
  const statusWith = async (event?: object) => (await ask(route, event)).status;
  const passes = (status: number) => expect([path, [401, 403].includes(status)]).toEqual([path, false]);

  it("is for nobody without a token, or with one that says not whose it is", async () => {
    const nobody = [
      undefined,
      {},
      { requestContext: {} },
      { requestContext: { authorizer: {} } },
      { requestContext: { authorizer: { jwt: {} } } },
    ];
    const nameless = [
      token({ sub: undefined, scope: "admin" }),
      token({ sub: "", scope: "admin" }),
      token({ sub: 1, scope: "admin" }),
      iam(""),
    ];
    for (const event of [...nobody, ...nameless]) {
      const response = await ask(route, event);
      if (open) passes(response.status);
      else expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="change-ledger"']);
    }
  });

  it.each(SCOPES)("asked with the scope %s alone", async (scope) => {
    for (const claims of [{ scope }, { scope: `openid ${scope} profile` }, { scp: scope }, { scope: `[openid ${scope}]` }]) {
      const response = await ask(route, token(claims));
      if (open || scope === needs || scope === "admin") passes(response.status);
      else {
        expect(response.status).toBe(403);
        expect(response.headers.get("www-authenticate")).toBe(`Bearer realm="change-ledger", error="insufficient_scope", scope="${needs}"`);
        expect(response.headers.get("content-type")).toBe("application/problem+json");
      }
    }
  });

  it("is not opened by what only looks like a scope, nor by what the gateway says that a route takes", async () => {
    const like = [`${needs}x`, needs.toUpperCase(), needs.replace(":", "."), `x${needs}`, "*", "", "administrator"];
    for (const claims of [...like.map((scope) => ({ scope })), {}, { scope: 1 }, { scope: null }, { roles: needs }])
      expect(await statusWith(token(claims))).toBe(open ? 200 : 403);
  });

  it("gives a caller who is restricted to other repositories nothing", async () => {
    for (const repositories of ELSEWHERE) {
      const response = await ask(route, token({ scope: "admin", repositories }));
      if (open || SAME_FOR_ALL.includes(route.route)) {
        passes(response.status);
        continue;
      }
      if (unrestricted) expect(response.status).toBe(403);
      const body = await response.text();
      const own = decodeURIComponent(path);
      for (const name of ["github/acme", "acme/cargo", "PAY-12", "eu-west-1/d-", "CHG0030192", "bob"])
        if (!own.includes(name)) expect([path, repositories, body.includes(name)]).toEqual([path, repositories, false]);
      if (response.status === 200) expect(body).toMatch(/"items":\[\]|"changes":0|"deployments":0|"count":0/);
    }
  });

  it("knows machines by their signature's principal", async () => {
    passes(await statusWith(iam("arn:aws:sts::123456789012:assumed-role/Mirror/i-0abc")));
    const others = [
      "arn:aws:sts::123456789012:assumed-role/Mirror/a/b",
      "arn:aws:sts::123456789012:assumed-role/Mirror-2/i-0abc",
      "arn:aws:sts::210987654321:assumed-role/Mirror/i-0abc",
      "arn:aws:iam::123456789012:role/Mirror",
      "arn:aws:iam::123456789012:root",
      "x".repeat(5000),
    ];
    for (const arn of others) expect(await statusWith(iam(arn))).toBe(open ? 200 : 403);
    const cargo = await statusWith(iam("arn:aws:sts::123456789012:assumed-role/Cargo-deploy/x"));
    if (!open && (needs !== "ledger:read" || unrestricted)) expect(cargo).toBe(403);
  });
});

describe("a caller who is restricted to one repository", () => {
  const cargo = token({ scope: "admin", repositories: "[github/acme/cargo codedeploy/1/*]" });
  const read = async (path: string, event: object = cargo) => {
    const response = await ask({ method: "GET", path }, event);
    return { status: response.status, text: await response.text() };
  };

  it("finds what is its own, and of others neither the thing nor a place in a list", async () => {
    for (const path of [
      `/v1/changes/${id(MERGED)}`,
      `/v1/chains/${REF}/entries`,
      `/v1/deployments/${id(FAILED)}`,
      `/v1/log/proof?subject=${MERGED}&seq=0`,
    ])
      expect([path, (await read(path)).status]).toEqual([path, 200]);
    for (const path of [
      `/v1/changes/${id(OTHER)}`,
      `/v1/changes/${id(OTHER)}/entries`,
      `/v1/changes/${id(OTHER)}/dossier`,
      `/v1/changes/${id(OTHER)}/assessment`,
      `/v1/chains/${OTHER}/entries`,
      `/v1/chains/audit:default/entries`,
      "/v1/chains/config:default/entries",
      `/v1/tickets/${id(TICKET)}`,
      `/v1/log/proof?subject=${OTHER}&seq=0`,
    ]) {
      const { status, text } = await read(path);
      expect([path, status]).toEqual([path, 404]);
      // Said in the very words of what there is not.
      expect(text).toBe((await read(path.replace(/(?:tool|default|PAY-12)/, "nothing-of-it"))).text);
    }
    const { text } = await read("/v1/changes?limit=100");
    expect(text).toContain(MERGED);
    expect(text).not.toContain("acme/tool");
    expect((await read(`/v1/changes?subject=${OTHER}`)).text).toBe('{"items":[]}');
    expect((await read("/v1/changes?repository=github/acme/tool")).text).toBe('{"items":[]}');
  });

  it("reads of a dossier what names no repository, and leaves out what another one owns", async () => {
    const whole = (await read(`/v1/changes/${id(MERGED)}/dossier`)).text;
    expect(whole).toContain(`"subject":"${TICKET}"`);
    expect(whole).toContain(`"subject":"${FAILED}"`);
    const repository = token({ scope: "ledger:read", repositories: "github/acme/cargo" });
    const own = (await read(`/v1/changes/${id(MERGED)}/dossier`, repository)).text;
    expect(own).toContain(`"subject":"${TICKET}"`);
    for (const deployment of [FAILED, GOOD]) expect(own).not.toContain(`"subject":"${deployment}"`);
    expect((await read(`/v1/changes/${id(MERGED)}`, repository)).text).toContain('"deployments":[]');
    const deployments = token({ scope: "ledger:read", repositories: "codedeploy/*" });
    expect((await read(`/v1/deployments/${id(FAILED)}`, deployments)).text).toContain('"carries":[]');
    expect((await read(`/v1/deployments/${id(FAILED)}/timeline`, deployments)).text).not.toContain("acme/cargo/pull");
  });

  it("reads no entries of the log, which are of all repositories, but the hashes that prove its own", async () => {
    expect((await read("/v1/log/tile/entries/000.p/200")).status).toBe(403);
    expect((await read("/v1/log/tile/0/000.p/17")).status).toBe(200);
  });
});

describe("over HTTP, with the local stack's own tokens", () => {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-access-"));
  const FOLDER_TOKEN = "f".repeat(43);
  let key: IssuerKey;
  let http: HttpSource;
  beforeAll(async () => {
    key = await openIssuerKey(folder);
    const handler = async () => (event: unknown) => answerGateway(appOf((event as GatewayEvent).rawPath), event as GatewayEvent);
    const handlers = Object.fromEntries(Object.keys(trivialFunctions().handlers).map((name) => [name, handler])) as unknown as Handlers;
    http = await startHttpSource(new Functions(handlers, () => {}), {
      port: 0,
      issuer: async (url) => localIssuer({ key, folderToken: FOLDER_TOKEN, now: Date.now }, url),
    });
  });
  afterAll(async () => {
    await http?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ["none", undefined],
    ["garbage", "x.y.z"],
    ["an expired one", { exp: -1 }],
    ["one for another audience", { aud: "elsewhere" }],
  ] as const)("each route refuses, of tokens, %s", async (_, made) => {
    const bearer = typeof made === "object" ? await signed(made) : made;
    for (const { method, path, needs } of tried) {
      const headers = { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), "content-type": "application/json" };
      const response = await fetch(`${http.url}${path}`, { method, headers, redirect: "manual", ...(method === "POST" && { body: "{}" }) });
      await response.arrayBuffer();
      expect([path, response.status]).toEqual([path, needs === "open" ? 200 : 401]);
    }
  });

  it("each route takes a good one with its scope, and the folder's own", async () => {
    const tokens = issuerTokens(key, http.url, Date.now);
    for (const { method, path, needs } of tried) {
      const { token: good } = await tokens.access({ name: "jane", what: "", scopes: needs === "open" ? [] : [needs] }, "test");
      for (const bearer of [good, FOLDER_TOKEN]) {
        const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
        const response = await fetch(`${http.url}${path}`, {
          method,
          headers,
          redirect: "manual",
          ...(method === "POST" && { body: "{}" }),
        });
        await response.arrayBuffer();
        expect([path, [401, 403, 500].includes(response.status)]).toEqual([path, false]);
      }
    }
  });

  async function signed({ exp = 60, aud = "change-ledger" }: { exp?: number; aud?: string }): Promise<string> {
    const at = Math.floor(Date.now() / 1000);
    return await new SignJWT({ scope: "admin" })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.jwk.kid })
      .setIssuer(http.url)
      .setAudience(aud)
      .setSubject("jane")
      .setIssuedAt(at - 60)
      .setNotBefore(at - 60)
      .setExpirationTime(at + exp)
      .setJti("1")
      .sign(key.secret);
  }
});
