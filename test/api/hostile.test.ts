import { answerGateway, createApi, type GatewayEvent } from "@change-ledger/api";
import type { Subject } from "@change-ledger/model";
import { encodeCursor, foldChains } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf } from "../query/chain.ts";
import { type Body, checkAnswer, type Document } from "./openapi.ts";
import { eventWith, MERGED, makeWorld, READER } from "./world.ts";

const world = await makeWorld();
const document = (await (await world.app.request("/openapi.json", {}, READER)).json()) as Document;
const ask = (path: string) => world.app.request(path, {}, READER);
const problem = async (path: string) => {
  const response = await ask(path);
  return { status: response.status, type: response.headers.get("content-type"), body: (await response.json()) as Body };
};

describe("rules of the parameters", () => {
  it.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=2.5", "limit"],
    ["limit=x", "limit"],
    ["limit=", "limit"],
    ["limit=1&limit=2", "limit"],
    ["type=pull", "type"],
    ["state=", "state"],
    ["repository=", "repository"],
    ["cursor=", "cursor"],
    ["cursor=AAAA", "cursor"],
    ["cursor=%00", "cursor"],
    [`cursor=${"A".repeat(5000)}`, "cursor"],
    [`cursor=${encodeCursor("ticket", { at: "2023-01-01T00:00:00.000Z", subject: "ticket:jira/PAY-1" })}`, "cursor"],
    [`cursor=${encodeCursor("change", { at: "2023-01-01T00:00:00.000Z", subject: "ticket:jira/PAY-1" })}`, "cursor"],
    [`cursor=${encodeCursor("change", { at: "yesterday", subject: MERGED })}`, "cursor"],
    [`repository=github/acme/tool&cursor=${encodeCursor("change", { at: "2023-01-01T00:00:00.000Z", subject: MERGED })}`, "cursor"],
    [`subject=${"x".repeat(1025)}`, "subject"],
    ["__proto__=1", "__proto__"],
  ])("%s", async (query, field) => {
    const { status, type, body } = await problem(`/v1/changes?${query}`);
    expect([status, type, body.errors[0]?.field]).toEqual([400, "application/problem+json", field]);
    checkAnswer(document, "/v1/changes", 400, type ?? "", body);
  });

  it("does not follow a tampered cursor anywhere but to a place of the list", async () => {
    const genuine = encodeCursor("change", { at: "2023-02-05T00:04:00.000Z", subject: MERGED });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: genuine.length - 1 }), fc.constantFrom(..."Az09_-=."), async (at, character) => {
        const response = await ask(`/v1/changes?cursor=${genuine.slice(0, at)}${character}${genuine.slice(at + 1)}`);
        expect([200, 400]).toContain(response.status);
      }),
    );
    expect(world.faults).toEqual([]);
  });

  it("takes from an entry's number on only whole ones", async () => {
    for (const from of ["-1", "1.5", "x", "1e400", "9007199254740993"]) {
      expect((await problem(`/v1/chains/audit:default/entries?from=${from}`)).status).toBe(400);
    }
  });
});

describe("ids", () => {
  it.each([
    ["/v1/changes/none", 404],
    ["/v1/changes/github/acme/cargo/pull/99", 404],
    ["/v1/changes/..%2F..%2Fetc%2Fpasswd", 404],
    ["/v1/changes/%00", 404],
    ["/v1/changes/%ff%fe", 404],
    ["/v1/changes/%E2%80%A8", 404],
    ["/v1/changes/__proto__", 404],
    ["/v1/changes/a%20b", 404],
    [`/v1/changes/${"x".repeat(3000)}`, 400],
    ["/v1/changes/none/entries", 404],
    ["/v1/changes/none/dossier", 404],
    ["/v1/deployments/none", 404],
    ["/v1/tickets/none", 404],
    ["/v1/chains/none/entries", 400],
    ["/v1/chains/change:none/entries", 404],
    ["/v1/chains/change:none/entries?from=5", 404],
    ["/v1/chains/change:/entries", 400],
    ["/v1/constructor/x", 404],
    ["/v2/changes", 404],
    ["/v1/changes/", 404],
    ["//v1/changes", 404],
  ])("%s", async (path, expected) => {
    const { status, type, body } = await problem(`http://localhost${path}`);
    expect([status, type, body.status]).toEqual([expected, "application/problem+json", expected]);
  });

  it("of any text never end in a fault of ours", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("changes", "deployments", "tickets", "chains", "bundles", "log/tile", "log/hours"),
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.webPath()),
        fc.constantFrom("", "/entries", "/dossier"),
        async (collection, text, follower) => {
          const path = `/v1/${collection}/${encodeURIComponent(text.toWellFormed())}${follower}`;
          expect((await ask(path)).status).toBeLessThan(500);
        },
      ),
    );
    expect(world.faults).toEqual([]);
  });

  it("that end like a route are found all the same", async () => {
    const ref: Subject = "ref:github/acme/cargo/refs/heads/entries";
    const chain = chainOf(ref, [{ kind: "other", at: "2023-01-01T00:00:00.000Z", id: "1", facts: {} }]);
    world.chains.add(chain);
    expect((await ask(`/v1/chains/${ref}/entries`)).status).toBe(200);
    expect((await ask(`/v1/chains/${encodeURIComponent(ref)}/entries`)).status).toBe(200);
  });

  it("with escapes in them are found by path and by query", async () => {
    const subject: Subject = "change:servicenow/CHG%201";
    const chain = chainOf(subject, [{ kind: "ticket", at: "2023-01-01T00:00:00.000Z", id: "1", facts: { action: "created" } }]);
    const { models, chains } = world;
    chains.add(chain);
    await foldChains({ models, chains, pause: async () => {} }, new Map([[subject, chain]]));
    for (const path of [
      "/v1/changes/servicenow%2FCHG%25201",
      "/v1/changes/servicenow/CHG%201",
      "/v1/changes/servicenow/CHG%2520%31".replace("%2520%31", "%25201"),
    ]) {
      expect(((await (await ask(path)).json()) as Body).subject).toBe(subject);
    }
    const listed = (await (await ask(`/v1/changes?subject=${encodeURIComponent(subject)}`)).json()) as Body;
    expect(listed.items.map((one) => one.subject)).toEqual([subject]);
  });
});

it("a fault of ours is a 500 that says nothing, and is heard of", async () => {
  const faults: unknown[] = [];
  const broken = { get: () => Promise.reject(new Error("secret detail")), places: () => Promise.reject(new Error("secret detail")) };
  const app = createApi({ ...world.ports, models: { ...world.ports.models, ...broken }, onFault: (error) => faults.push(error) });
  const response = await app.request("/v1/changes/none", {}, READER);
  const text = await response.text();
  expect([response.status, JSON.parse(text)]).toEqual([500, { type: "about:blank", title: "Internal Server Error", status: 500 }]);
  expect(faults.length).toBe(1);
  checkAnswer(document, "/v1/changes/{id}", 500, response.headers.get("content-type") ?? "", JSON.parse(text));
});

describe("the gateway's events", () => {
  const event = (rawPath: string, more: Partial<GatewayEvent> = {}): GatewayEvent => ({
    rawPath,
    rawQueryString: "",
    headers: {},
    ...more,
    requestContext: { ...eventWith("ledger:read").requestContext, http: { method: "GET" }, ...more.requestContext },
  });
  const answer = async (of: GatewayEvent) => {
    const { statusCode, headers, body, isBase64Encoded } = await answerGateway(world.app, of);
    return {
      statusCode,
      type: headers?.["content-type"],
      body: isBase64Encoded ? Buffer.from(body ?? "", "base64").toString() : body,
      isBase64Encoded,
    };
  };

  it("are answered for paths that came decoded or not", async () => {
    for (const path of [`/v1/changes/${MERGED}`, `/v1/changes/${encodeURIComponent(MERGED)}`]) {
      const { statusCode, type, body } = await answer(event(path));
      expect([statusCode, type, JSON.parse(body ?? "").subject]).toEqual([200, "application/json", MERGED]);
    }
  });

  it("keep their query out of the path, and the path out of the query", async () => {
    expect((await answer(event("/v1/changes?limit=1"))).statusCode).toBe(404);
    expect((await answer(event("/v1/changes#x", { rawQueryString: "limit=1" }))).statusCode).toBe(404);
    const { body } = await answer(event("/v1/changes", { rawQueryString: "limit=1" }));
    expect(JSON.parse(body ?? "").items.length).toBe(1);
  });

  it("are answered with the log's notes as text, and with tiles as bytes, whichever way the path came", async () => {
    const note = await answer(event("/v1/log/checkpoint"));
    expect([note.isBase64Encoded, note.body]).toEqual([false, Buffer.from(world.log.store.current?.note ?? []).toString()]);
    for (const path of ["/v1/log/tile/entries/000.p/3", "/v1/log/tile/entries%2F000.p%2F3"])
      expect(await answer(event(path))).toMatchObject({ statusCode: 200, type: "application/octet-stream", isBase64Encoded: true });
    expect(await answer(event("/v1/log/tile/entries/000.p/3", { rawQueryString: "x=1" }))).toMatchObject({ statusCode: 400 });
  });

  it("get lines of bytes as they are", async () => {
    const { body, isBase64Encoded, type } = await answer(
      event("/v1/chains/audit:default/entries", { headers: { accept: "application/jsonl" } }),
    );
    const first = world.chains.chains.get("audit:default")?.[0];
    expect([isBase64Encoded, type, body?.split("\n")[0]]).toEqual([true, "application/jsonl", Buffer.from(first?.bytes ?? []).toString()]);
  });

  it("without the authoriser's claims get 401, of odd methods 405", async () => {
    const bare = { ...event("/v1/changes"), requestContext: { http: { method: "GET" } } };
    expect((await answer(bare)).statusCode).toBe(401);
    for (const method of ["POST", "TRACE", "get\n", ""]) {
      const odd = event("/v1/changes", {
        requestContext: { http: { method } },
      });
      expect((await answer(odd)).statusCode).toBe(405);
    }
  });

  it("of any path, query and header never end in a fault of ours", async () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.webPath(), fc.constantFrom("\ud800", "\\..\\", "%", "//", "?", "@"));
    await fc.assert(
      fc.asyncProperty(text, fc.webQueryParameters(), text, async (path, query, accept) => {
        const answered = await answer(event(`/v1/changes/${path}`, { rawQueryString: query, headers: { accept } }));
        expect(answered.statusCode).toBeLessThan(500);
      }),
    );
    expect(world.faults).toEqual([]);
  });
});
