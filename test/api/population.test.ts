import { type Certificate, certificateChain, drawSample, itemBytes, type PopulationItem } from "@change-ledger/query";
import { beforeEach, describe, expect, it } from "vitest";
import { chainOf } from "../query/chain.ts";
import { makeWorld, READER, type World } from "./world.ts";

const PERIOD = { from: "2023-02-05T00:00:00.000Z", to: "2023-02-05T01:00:00.000Z" };
const WHERE = `from=${PERIOD.from}&to=${PERIOD.to}`;
const QUESTION = { nonce: "4 2", method: { name: "fixed", size: 25 }, replacements: 0 } as const;
const RESTRICTED = {
  event: {
    requestContext: {
      authorizer: { jwt: { claims: { sub: "someone", scope: "population:read", repositories: "github/acme/cargo" }, scopes: null } },
    },
  },
};

/** What answers hold, as far as these tests look into them. */
interface Answer {
  readonly id: string;
  readonly href: string;
  readonly next?: string;
  readonly items: readonly PopulationItem[];
  readonly certificate: Certificate;
  readonly sample: { readonly population: { readonly root: string } };
}

let world: World;
beforeEach(async () => {
  world = await makeWorld();
  // After all of it was recorded.
  Object.assign(world.ports.judging, { now: () => "2026-11-22T00:00:00.000Z" });
});
const get = async (path: string, env: object = READER) => {
  const response = await world.app.request(path, {}, env);
  return { status: response.status, body: (await response.json()) as Answer };
};
const post = async (path: string, body: unknown, env: object = READER) => {
  const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await world.app.request(path, init, env);
  return { status: response.status, body: (await response.json()) as Answer };
};

describe("a population that the API works out", () => {
  it("is of the log, with a certificate, page by page", async () => {
    const { status, body } = await get(`/v1/population?${WHERE}&limit=2`);
    expect([status, body.items.length]).toEqual([200, 2]);
    const { population, log, asOf } = body.certificate;
    expect(population.size).toBeGreaterThan(3);
    expect(log.uncovered).toEqual([]);
    const items: PopulationItem[] = [...body.items];
    for (let next = body.next; next !== undefined; ) {
      const page: Answer = (await get(next)).body;
      expect(page.certificate).toMatchObject({ asOf, population });
      items.push(...page.items);
      next = page.next;
    }
    expect(items.length).toBe(population.size);
    // Whoever has the items has the root.
    const again = drawSample({ root: population.root, size: population.size }, items.map(itemBytes), QUESTION);
    expect(again.strata[0]?.drawn.length).toBe(population.size);
  });

  it("comes as lines of population.jsonl, too", async () => {
    const response = await world.app.request(`/v1/population?${WHERE}&limit=1`, { headers: { accept: "application/jsonl" } }, READER);
    const [line = "", end] = (await response.text()).split("\n");
    expect(JSON.parse(line)).toMatchObject({ kind: expect.any(String), restsOn: { leaf: expect.any(Number) } });
    expect(end).toBe("");
    expect(response.headers.get("link")).toMatch(/skip=1&limit=1>; rel="next"$/);
  });

  it("is of a scope, which those have to name who are restricted to one", async () => {
    const whole = (await get(`/v1/population?${WHERE}`)).body;
    const some = (await get(`/v1/population?${WHERE}&scope=github/acme/*`)).body;
    expect(some.certificate).toMatchObject({ scope: ["github/acme/*"] });
    expect(some.items).toEqual(whole.items.filter(({ subject }: PopulationItem) => subject.startsWith("ref:github/acme/")));
    expect((await get(`/v1/population?${WHERE}`, RESTRICTED)).status).toBe(400);
    expect((await get(`/v1/population?${WHERE}&scope=github/acme/*`, RESTRICTED)).status).toBe(404);
    expect((await get(`/v1/population?${WHERE}&scope=github/acme/cargo`, RESTRICTED)).status).toBe(200);
  });

  it.each([
    `from=${PERIOD.to}&to=${PERIOD.from}`,
    `${WHERE}&as-of=2026-11-22T05:00:00.000Z`,
    `${WHERE}&scope=b,a`,
    `${WHERE}&scope=github//x`,
    `from=${PERIOD.from}`,
  ])("is refused for %s", async (query) => {
    expect((await get(`/v1/population?${query}`)).status).toBe(400);
    expect(world.faults).toEqual([]);
  });
});

describe("a certificate", () => {
  it("of the API's own making goes on record by its digest, and a sample behind it", async () => {
    const { status, body } = await post("/v1/population/certificates", { period: PERIOD });
    expect(status).toBe(200);
    const [event] = world.audited;
    expect(event).toMatchObject({
      kind: "population-certified",
      facts: {
        certificate: body.id,
        computed: "ledger",
        by: { kind: "token", id: "someone" },
        population: { root: body.certificate.population.root },
      },
    });
    if (event === undefined) throw new Error("expected an event");
    expect((await get(body.href)).status).toBe(404);
    world.chains.add(chainOf(certificateChain(body.id), [{ at: PERIOD.to, id: "x", ...event } as never]));
    expect((await get(body.href)).body).toMatchObject({ id: body.id, entry: { subject: certificateChain(body.id), seq: 0 } });
    const sample = await post("/v1/samples", { certificate: body.id, question: QUESTION });
    expect([sample.status, sample.body.sample.population.root]).toEqual([200, body.certificate.population.root]);
    expect(world.audited[1]).toMatchObject({ kind: "sample-drawn", facts: { certificate: body.id, question: QUESTION } });
  });

  it("that somebody worked out is taken where it is of this log, and with a population that is the certified one", async () => {
    const { certificate } = (await get(`/v1/population?${WHERE}`)).body;
    const { root, size, sha256 } = certificate.population;
    const log = { size: certificate.log.size, root: Buffer.from(certificate.log.root, "base64").toString("hex") };
    const told = {
      certificate: "9".repeat(64),
      period: PERIOD,
      asOf: certificate.asOf,
      population: { root, size, sha256 },
      outcome: certificate.outcome,
      log,
    };
    expect((await post("/v1/population/certificates", told)).status).toBe(200);
    expect(world.audited).toMatchObject([{ kind: "population-certified", facts: { ...told, computed: "caller" } }]);
    for (const wrong of [
      { log: { ...log, root: "0".repeat(64) } },
      { log: { ...log, size: log.size + 1 } },
      { period: { from: PERIOD.to, to: PERIOD.from } },
      { scope: ["b", "a"] },
    ])
      expect((await post("/v1/population/certificates", { ...told, ...wrong })).status).toBe(400);
    expect((await post("/v1/population/certificates", told, RESTRICTED)).status).toBe(400);
    const drawn = { sample: "8".repeat(64), certificate: "7".repeat(64), population: { root, size }, question: QUESTION, drawn: 3 };
    expect((await post("/v1/samples", drawn)).status).toBe(404);
    expect((await post("/v1/samples", { ...drawn, certificate: "a".repeat(64) })).status).toBe(400);
    expect((await post("/v1/samples", { certificate: "a".repeat(64), question: QUESTION })).status).toBe(400);
    expect(world.audited).toHaveLength(1);
    expect(world.faults).toEqual([]);
  });

  it("that could not be put on record is not given out", async () => {
    world.ports.audit.put = async () => {
      throw new Error("the bus is away");
    };
    expect((await post("/v1/population/certificates", { period: PERIOD })).status).toBe(503);
  });
});
