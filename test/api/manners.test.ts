import { gunzipSync, gzipSync } from "node:zlib";
import { answerGateway, createApi, type GatewayEvent } from "@change-ledger/api";
import { factSchema, sha256Hex } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { bundleKey, MERGED, makeWorld, RAW, READER, TICKET } from "./world.ts";

const world = await makeWorld();
const LONG = `/v1/chains/audit:default/entries?limit=100`;
const SHORT = "/v1/health";
const ask = (path: string, headers: Record<string, string> = {}, method = "GET") => world.app.request(path, { method, headers }, READER);
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe("what is read", () => {
  it("has a strong tag over its bytes, and is not sent again to who holds them", async () => {
    const first = await ask(LONG);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\w-]{32}"$/);
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    for (const held of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await ask(LONG, { "if-none-match": held });
      expect([held, again.status, again.headers.get("etag"), (await bytes(again)).length]).toEqual([held, 304, tag, 0]);
      expect([again.headers.get("cache-control"), again.headers.get("content-type")]).toEqual(["private, no-cache", null]);
    }
    for (const other of ['"other"', tag.slice(1, -1), "", tag.toUpperCase()])
      expect((await ask(LONG, { "if-none-match": other })).status).toBe(200);
    expect((await ask(`/v1/chains/audit:default/entries?limit=99`)).headers.get("etag")).not.toBe(tag);
  });

  it("changes its tag with what is on record", async () => {
    const before = (await ask("/v1/audit")).headers.get("etag");
    const chains = world.chains;
    const held = [...(chains.chains.get("audit:default") ?? [])];
    chains.chains.set("audit:default", held.slice(0, -1));
    const answered = await ask("/v1/audit", { "if-none-match": before ?? "" });
    chains.chains.set("audit:default", held);
    expect([answered.status, (await ask("/v1/audit", { "if-none-match": before ?? "" })).status]).toEqual([200, 304]);
  });

  it.each([
    ["gzip", true],
    ["br, GZIP;q=0.5", true],
    ["x-gzip", true],
    ["*", true],
    ["*;q=0, gzip", true],
    ["gzip;q=0, *", false],
    ["gzip;q=nothing", false],
    ["br, deflate, identity", false],
    ["", false],
  ])("comes packed to who accepts %s: %s", async (accepted, packed) => {
    const plain = await bytes(await ask(LONG));
    const response = await ask(LONG, { "accept-encoding": accepted });
    expect(response.headers.get("content-encoding")).toBe(packed ? "gzip" : null);
    expect(response.headers.get("vary")).toBe("Accept, Accept-Encoding");
    const body = await bytes(response);
    expect(packed ? gunzipSync(body) : body).toEqual(plain);
    if (packed) expect(body.length).toBeLessThan(plain.length / 2);
    // One coding's tag answers for the other: what they say is the same.
    const tag = response.headers.get("etag") ?? "";
    expect(tag.endsWith('-gzip"')).toBe(packed);
    expect((await ask(LONG, { "if-none-match": tag })).status).toBe(304);
  });

  it("stays as it is where packing costs more than it saves, or the bytes are no text", async () => {
    for (const path of [SHORT, "/v1/log/tile/0/000.p/17"])
      expect((await ask(path, { "accept-encoding": "gzip" })).headers.get("content-encoding")).toBeNull();
  });

  it("says to HEAD what it would say to GET, but for the bytes", async () => {
    const [got, headed] = [await ask(LONG), await ask(LONG, {}, "HEAD")];
    expect(Object.fromEntries(headed.headers)).toEqual(Object.fromEntries(got.headers));
    expect((await bytes(headed)).length).toBe(0);
    const held = { "if-none-match": got.headers.get("etag") ?? "" };
    expect((await ask(LONG, held, "HEAD")).status).toBe(304);
  });

  it("may be kept for ever where nothing else will ever lie", async () => {
    expect((await ask("/v1/log/hours/2023-02-05T01")).headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    expect((await ask("/v1/log/tile/0/000.p/17")).headers.get("cache-control")).toBe("private, no-cache");
    expect((await ask("/v1/log/checkpoint")).headers.get("cache-control")).toBe("private, no-cache");
    expect((await ask("/v1/log/trust")).headers.get("cache-control")).toBe("no-cache");
  });

  it("is kept by nobody where it is evidence, or no answer", async () => {
    for (const path of [`/v1/chains/${TICKET}/entries/0/raw`, "/v1/changes/none", "/v1/changes?limit=0"]) {
      const response = await ask(path, { "if-none-match": "*" });
      expect([path, response.headers.get("cache-control"), response.headers.get("etag")]).toEqual([path, "no-store", null]);
      expect(response.status).not.toBe(304);
    }
  });

  it("allows no page of another origin", async () => {
    const response = await ask(LONG, { origin: "https://elsewhere.example" });
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("what a sender sent", () => {
  it("is answered as it lies in the archive, for no browser to make anything of", async () => {
    const body = await ask(`/v1/chains/${TICKET}/entries/0/raw`);
    expect(await bytes(body)).toEqual(RAW);
    expect(body.headers.get("content-type")).toBe("application/octet-stream");
    expect(body.headers.get("content-disposition")).toMatch(/^attachment; filename="[0-9a-f]{64}\.bin"$/);
    const record = gunzipSync(await bytes(await ask(`/v1/chains/${TICKET}/entries/0/raw?form=warc`))).toString();
    expect(record).toMatch(/^WARC\/1\.1\r\nWARC-Type: resource\r\n/);
    expect(record).toContain(`\r\n\r\n${RAW.toString()}\r\n\r\n`);
  });

  it("is not on record where an entry rests on no delivery, or is none", async () => {
    for (const path of [`/v1/chains/${MERGED}/entries/3/raw`, `/v1/chains/${TICKET}/entries/1/raw`, "/v1/chains/ticket:none/entries/0/raw"])
      expect((await ask(path)).status).toBe(404);
  });

  it("is not given out where the archive holds something else", async () => {
    const bad = await makeWorld();
    for (const member of [Buffer.from("x"), gzipSync("x")]) {
      const raw = { members: async () => [member] };
      const app = createApi({ ...bad.ports, raw });
      expect((await app.request(`/v1/chains/${TICKET}/entries/0/raw`, {}, READER)).status).toBe(500);
    }
    expect([bad.faults.length, bad.audited]).toEqual([2, []]);
  });
});

describe("an evidence bundle", () => {
  const path = `/v1/bundles/${encodeURIComponent(bundleKey(MERGED, 0))}`;

  it("lies behind a link: to be followed, or as JSON for a page that cannot", async () => {
    const followed = await ask(path, { accept: "*/*" });
    const told = await ask(path, { accept: "application/json" });
    const { href, expiresAt } = (await told.json()) as { href: string; expiresAt: string };
    expect([followed.status, followed.headers.get("location"), expiresAt]).toEqual([302, href, "2023-02-05T04:05:00.000Z"]);
  });

  it("is given out only when it is on record that it is, whichever way and to whom", async () => {
    const own = await makeWorld();
    for (const init of [{}, { headers: { accept: "application/json" } }, { method: "HEAD" }]) await own.app.request(path, init, READER);
    await own.app.request(`/v1/chains/${TICKET}/entries/0/raw`, {}, READER);
    const by = { kind: "token", id: "someone" };
    const scopes = ["ledger:read", "evidence:read", "population:read"];
    const bundle = { what: "bundle", key: bundleKey(MERGED, 0), versionId: "v0", sha256: "e".repeat(64), subject: MERGED, by, scopes };
    const raw = { what: "raw", subject: TICKET, seq: 0, sha256: sha256Hex(RAW), by, scopes };
    expect(own.audited.map(({ facts }) => facts)).toEqual([bundle, bundle, bundle, raw]);
    for (const event of own.audited) expect(factSchema.parse(event)).toEqual(event);
  });

  it("is not given out when the bus does not take that", async () => {
    const own = await makeWorld();
    const asked: string[] = [];
    const links = { ...own.ports.links, bundle: async (key: string) => `https://objects.example/${asked.push(key)}` };
    const audit = { put: () => Promise.reject(new Error("no bus")) };
    const app = createApi({ ...own.ports, audit, links });
    for (const one of [path, `/v1/chains/${TICKET}/entries/0/raw`]) {
      const response = await app.request(one, {}, READER);
      expect([response.status, response.headers.get("retry-after"), response.headers.get("location")]).toEqual([503, "5", null]);
      expect(await response.json()).toMatchObject({ type: "urn:change-ledger:problem:not-recorded" });
    }
    expect([asked, own.faults.length]).toEqual([[], 2]);
  });
});

describe("behind the gateway", () => {
  const event = (own: Partial<GatewayEvent> & { method?: string }): GatewayEvent => {
    const { method = "GET", ...rest } = own;
    const requestContext = { ...READER.event.requestContext, http: { method } };
    return { rawPath: LONG.split("?")[0] ?? "", rawQueryString: "limit=100", headers: {}, ...rest, requestContext };
  };

  it("packed bytes come as such", async () => {
    const plain = await answerGateway(world.app, event({}));
    const packed = await answerGateway(world.app, event({ headers: { "accept-encoding": "gzip" } }));
    expect([plain.isBase64Encoded, packed.isBase64Encoded]).toEqual([false, true]);
    expect(gunzipSync(Buffer.from(packed.body ?? "", "base64")).toString()).toBe(plain.body);
    const tag = String(plain.headers?.["etag"]);
    expect((await answerGateway(world.app, event({ headers: { "if-none-match": tag } }))).statusCode).toBe(304);
    const beyond = { "if-none-match": `${tag}, ${'"x", '.repeat(2000)}`, accept: "a\u0000b" };
    expect((await answerGateway(world.app, event({ headers: beyond }))).statusCode).toBe(200);
  });

  it("machines find everything under a path of their own", async () => {
    const machine = await answerGateway(world.app, event({ rawPath: `/machine${LONG.split("?")[0]}` }));
    expect(machine.body).toBe((await answerGateway(world.app, event({}))).body);
    expect((await answerGateway(world.app, event({ rawPath: "/machine/machine/v1/health" }))).statusCode).toBe(404);
    expect((await answerGateway(world.app, event({ rawPath: "/machinev1/health" }))).statusCode).toBe(404);
  });

  it("a body goes with POST alone", async () => {
    for (const method of ["GET", "DELETE", "TRACE", "HEAD"])
      expect(
        (await answerGateway(world.app, event({ method, body: "{}", headers: { "content-type": "application/json" } }))).statusCode,
      ).toBe(method === "GET" || method === "HEAD" ? 200 : 405);
  });
});
