import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { answerGateway, createApi, createPopulationApi, type GatewayEvent } from "@change-ledger/api";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpSource, startHttpSource } from "../../packages/local/http-source.ts";
import { localIssuer } from "../../packages/local/issuer.ts";
import { openIssuerKey } from "../../packages/local/issuer-keys.ts";
import { Functions, type Handlers } from "../../packages/local/lambda.ts";
import { type AccessKey, keyOf, LOCAL_PRINCIPALS, READY_MACHINES, Sha256 } from "../../packages/local/machines.ts";
import { MERGED, makeWorld, OTHER } from "../api/world.ts";
import { trivialFunctions } from "./trivial-functions.ts";

const FOLDER_TOKEN = "f".repeat(43);
const NOW = Date.parse("2026-11-22T08:00:00.000Z");
const [MIRROR, DASHBOARD] = READY_MACHINES.map((one) => keyOf(one, FOLDER_TOKEN)) as [AccessKey, AccessKey];

const folder = mkdtempSync(join(tmpdir(), "change-ledger-machines-"));
let http: HttpSource;
/** Of the authoriser. */
let nowMs = NOW;
/** Events as the function got them. */
const events: (GatewayEvent & { requestContext: { authorizer?: { iam?: { userArn: string } } } })[] = [];

beforeAll(async () => {
  const world = await makeWorld();
  // As the ready ones, in a world in which the dashboard's repository is another.
  const principals = LOCAL_PRINCIPALS.map((one) =>
    one.repositories === undefined ? one : { ...one, repositories: ["github/acme/cargo"] },
  );
  const [api, population] = [createApi({ ...world.ports, principals }), createPopulationApi({ ...world.ports, principals })];
  const handlers = {
    ...trivialFunctions().handlers,
    api: async () => async (event: unknown) => {
      events.push(event as (typeof events)[number]);
      return await answerGateway(api, event as GatewayEvent);
    },
    population: async () => async (event: unknown) => await answerGateway(population, event as GatewayEvent),
  } as unknown as Handlers;
  http = await startHttpSource(new Functions(handlers, () => {}), {
    port: 0,
    issuer: async (url) => localIssuer({ key: await openIssuerKey(folder), folderToken: FOLDER_TOKEN, now: () => nowMs }, url),
  });
});
afterAll(async () => {
  await http?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly method?: string;
  readonly query?: Record<string, string>;
  readonly body?: string;
  readonly atMs?: number;
  readonly region?: string;
  readonly service?: string;
  readonly headers?: Record<string, string>;
}

async function signed(
  key: AccessKey,
  path: string,
  told: Told = {},
): Promise<{ url: string; init: RequestInit & { headers: Record<string, string> } }> {
  const { method = "GET", query = {}, body, atMs = NOW, region = "us-east-1", service = "execute-api" } = told;
  const signer = new SignatureV4({ service, region, credentials: key, sha256: Sha256 });
  const { host, hostname } = new URL(http.url);
  const headers = { host, ...(body !== undefined && { "content-type": "application/json" }), ...told.headers };
  const request = await signer.sign({ method, protocol: "http:", hostname, path, query, headers, body }, { signingDate: new Date(atMs) });
  const asked = new URLSearchParams(query).toString().replaceAll("+", "%20");
  const { host: _host, ...sent } = request.headers as Record<string, string>;
  return {
    url: `${http.url}${path}${asked === "" ? "" : `?${asked}`}`,
    init: { method, headers: sent, ...(body !== undefined && { body }) },
  };
}
async function send({ url, init }: Awaited<ReturnType<typeof signed>>) {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}
const ask = async (key: AccessKey, path: string, told?: Told) => await send(await signed(key, path, told));

describe("a machine that signs its requests", () => {
  it("is let through as who it is, by the scopes that its principal has", async () => {
    const all = await ask(MIRROR, "/machine/v1/changes");
    expect([all.status, all.body.items.length > 1]).toEqual([200, true]);
    expect(events.at(-1)?.requestContext.authorizer).toEqual({
      iam: {
        accessKey: MIRROR.accessKeyId,
        accountId: "000000000000",
        callerId: `${MIRROR.accessKeyId}:local`,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: "arn:aws:sts::000000000000:assumed-role/mirror/local",
        userId: `${MIRROR.accessKeyId}:local`,
      },
    });
    expect((await ask(MIRROR, "/machine/v1/audit")).status).toBe(200);
    expect((await ask(DASHBOARD, "/machine/v1/audit")).status).toBe(403);
    const certificate = { method: "POST", body: "{}" };
    expect((await ask(MIRROR, "/machine/v1/population/certificates", certificate)).body.type).toBe("urn:change-ledger:problem:invalid");
    expect((await ask(DASHBOARD, "/machine/v1/population/certificates", certificate)).body.type).toBe(
      "urn:change-ledger:problem:forbidden",
    );
  });

  it("sees its repositories alone where it is restricted", async () => {
    const { body } = await ask(DASHBOARD, "/machine/v1/changes");
    const repositories = new Set(body.items.map((one: { repository: string }) => one.repository));
    expect([...repositories]).toEqual(["github/acme/cargo"]);
    expect((await ask(DASHBOARD, `/machine/v1/changes/${encodeURIComponent(MERGED)}`)).status).toBe(200);
    expect((await ask(DASHBOARD, `/machine/v1/changes/${encodeURIComponent(OTHER)}`)).status).toBe(404);
    expect((await ask(MIRROR, `/machine/v1/changes/${encodeURIComponent(OTHER)}`)).status).toBe(200);
    expect((await ask(DASHBOARD, "/machine/v1/ledger/entries")).status).toBe(403);
  });

  it("may ask what has blanks, signs and letters of any alphabet in it", async () => {
    const query = { q: "a b+c/ü&=%~*'", limit: "1" };
    expect((await ask(MIRROR, "/machine/v1/search", { query: { q: query.q } })).status).toBe(200);
    expect((await ask(MIRROR, "/machine/v1/changes", { query: { person: query.q, limit: "1" } })).status).toBe(200);
  });

  it("is refused with the wrong secret, an unknown key, another region or service", async () => {
    const [status, wrong] = [403, { ...MIRROR, secretAccessKey: DASHBOARD.secretAccessKey }];
    expect((await ask(wrong, "/machine/v1/changes")).status).toBe(status);
    expect((await ask({ ...MIRROR, accessKeyId: "AKIAIOSFODNN7EXAMPLE" }, "/machine/v1/changes")).status).toBe(status);
    expect((await ask(keyOf(READY_MACHINES[0] ?? { name: "", accessKeyId: "" }, "another folder"), "/machine/v1/changes")).status).toBe(
      status,
    );
    expect((await ask(MIRROR, "/machine/v1/changes", { region: "eu-west-1" })).status).toBe(status);
    expect((await ask(MIRROR, "/machine/v1/changes", { service: "s3" })).status).toBe(status);
  });

  it("is refused when its clock, or its request, is more than five minutes old", async () => {
    const at = async (minutes: number) => (await ask(MIRROR, "/machine/v1/changes", { atMs: NOW + minutes * 60_000 })).status;
    expect([await at(-4), await at(4), await at(-6), await at(6)]).toEqual([200, 200, 403, 403]);
  });

  it("is refused when anything that it signed is another on arrival", async () => {
    const body = '{"from":"2023-02-05T00:00:00.000Z"}';
    const posted = await signed(MIRROR, "/machine/v1/samples", { method: "POST", body });
    const read = await signed(MIRROR, "/machine/v1/changes", { query: { limit: "1" }, headers: { accept: "application/json" } });
    const changed = (one: typeof read, url: (url: string) => string, init: object = {}) => ({
      url: url(one.url),
      init: { ...one.init, ...init },
    });
    const same = (url: string) => url;
    const headers = (more: object) => ({ headers: { ...read.init.headers, ...more } as Record<string, string> });
    expect((await send(read)).status).toBe(200);
    expect((await send(posted)).status).toBe(400);
    for (const [what, request] of Object.entries({
      body: changed(posted, same, { body: body.replace("2023", "2024") }),
      "no body": changed(posted, same, { body: "" }),
      "body and the digest that it names": changed(posted, same, {
        body: "{}",
        headers: { ...posted.init.headers, "x-amz-content-sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" },
      }),
      method: changed(read, same, { method: "HEAD" }),
      path: changed(read, (url) => url.replace("/changes", "/tickets")),
      "path, longer": changed(read, (url) => url.replace("/changes", "//changes")),
      query: changed(read, (url) => url.replace("limit=1", "limit=9")),
      "query, more": changed(read, (url) => `${url}&sort=oldest`),
      "query, less": changed(read, (url) => url.replace("?limit=1", "")),
      "a header": changed(read, same, headers({ accept: "text/csv" })),
      date: changed(read, same, headers({ "x-amz-date": "20261122T080001Z" })),
      signature: changed(
        read,
        same,
        headers({ authorization: String(read.init.headers["authorization"]).replace(/.$/, (last) => (last === "0" ? "1" : "0")) }),
      ),
      "fewer headers": changed(read, same, headers({ authorization: String(read.init.headers["authorization"]).replace("host;", "") })),
      "a bearer token": changed(read, same, { headers: { authorization: `Bearer ${FOLDER_TOKEN}` } }),
      nothing: changed(read, same, { headers: {} }),
    }))
      expect([what, (await send(request as typeof read)).status]).toEqual([what, 403]);
  });

  it("finds nothing by its signature where tokens are asked for", async () => {
    expect((await ask(MIRROR, "/v1/changes")).status).toBe(401);
  });

  it("is understood when another's tool signs", async ({ skip }) => {
    const curl = await promisify(execFile)("curl", ["--version"]).catch(() => ({ stdout: "" }));
    if (!/^curl (?:7\.8[89]|[89]\.|\d\d\.)/.test(curl.stdout)) return skip("needs curl 7.88 or later, which signs");
    nowMs = Date.now();
    const user = `${MIRROR.accessKeyId}:${MIRROR.secretAccessKey}`;
    const call = ["-s", "--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", user, `${http.url}/machine/v1/changes?limit=1`];
    const { stdout } = await promisify(execFile)("curl", call);
    expect(JSON.parse(stdout).items).toHaveLength(1);
  });
});
