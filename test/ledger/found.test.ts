import { gzipSync } from "node:zlib";
import { decodeMessage, FOUND, handFound, ToldAlready } from "@change-ledger/ledger";
import { type Delivery, type SealedEntry, type SourceFact, type Subject, sealEntry, sha256Hex } from "@change-ledger/model";
import { describe, expect, it } from "vitest";

const AT = "2026-03-08T09:00:00.000Z";
const delivery = (system: string, body = Buffer.from("{}")): Delivery => ({ system, receivedAt: AT, headers: { "x-a": "b" }, body });
const REF: Subject = "ref:github/acme/shop/refs/heads/main";
const sha = (n: number): string => n.toString(16).padStart(40, "0");

async function handed(found: Parameters<typeof handFound>[1]) {
  const events: { source: string; detailType: string; detail: string }[] = [];
  const bodies = new Map<string, Uint8Array>();
  await handFound(
    { bus: { put: async (event) => void events.push(event) }, inbox: { put: async (key, body) => void bodies.set(key, body) } },
    found,
  );
  return { events, bodies };
}
const decoded = ({ source, detailType, detail }: { source: string; detailType: string; detail: string }) =>
  decodeMessage(JSON.stringify({ source, "detail-type": detailType, detail: JSON.parse(detail) }), () => undefined, AT);

describe("what was found", () => {
  it("comes through the bus as it was, the way it came", async () => {
    const { events } = await handed([
      { delivery: delivery("github-history") },
      { delivery: delivery("github"), by: "webhook" },
      { delivery: delivery("codedeploy"), by: "bus" },
    ]);
    expect(events.map(decoded)).toEqual([
      { by: "api", delivery: delivery("github-history") },
      { by: "webhook", delivery: delivery("github") },
      { by: "bus", delivery: delivery("codedeploy") },
    ]);
  });

  it("waits in the inbox under its digest when it is too large", async () => {
    const large = Buffer.concat(Array.from({ length: 8_000 }, (_, n) => Buffer.from(sha256Hex(String(n)), "hex")));
    const { events, bodies } = await handed([{ delivery: delivery("github-history", large) }]);
    const key = `found/2026-03-08/${sha256Hex(large)}`;
    expect([...bodies.keys()]).toEqual([key]);
    expect(decoded(events[0] as never)).toMatchObject({ by: "api", claim: { key } });
  });

  it("is taken as an answer of nobody but our own questions' systems, and only under its own name", () => {
    const detail = { system: "github", receivedAt: AT, headers: {}, body: gzipSync("{}").toString("base64") };
    const of = (over: object, source: string = FOUND.source) =>
      decodeMessage(JSON.stringify({ source, "detail-type": FOUND.detailType, detail: { ...detail, ...over } }), () => undefined, AT);
    // A webhook's word without its signature; an answer that claims to be signed; another sender's.
    expect(of({})).toMatchObject({ by: "bus", delivery: { system: "bus" } });
    expect(of({ system: "github-history", by: "webhook" })).toMatchObject({ by: "bus", delivery: { system: "bus" } });
    expect(of({ system: "github-history" }, "acme.tool")).toMatchObject({ by: "bus", delivery: { system: "bus" } });
    expect(of({ system: "github-history" }, "change-ledger.webhook")).toMatchObject({ by: "webhook" });
  });
});

describe("what a chain tells already", () => {
  const push = (before: number, after: number, at: string, event = "reconciler.push", system = "github-history"): SourceFact =>
    ({
      kind: "push",
      subject: REF,
      occurredAt: at,
      source: { system, event, id: `${before}${after}${at}`, auth: "api", norm: 1 },
      facts: { before: sha(before), after: sha(after), commits: [] },
    }) as SourceFact;
  const chainOf = (facts: readonly SourceFact[], recordedAt = AT): SealedEntry[] =>
    facts.map(({ subject, ...fact }, seq) => sealEntry({ v: 1, subject, seq, prev: "0".repeat(64), recordedAt, ...fact }));
  const asked = async (chain: SealedEntry[], facts: readonly SourceFact[], told = new ToldAlready()) => {
    const reads: number[] = [];
    const store = {
      async read(_: Subject, from: number, limit: number) {
        reads.push(from);
        return chain.slice(from, from + limit);
      },
    };
    return { told: await told.told(store, facts), reads };
  };

  it("costs an ordinary event nothing", async () => {
    expect(await asked([], [push(1, 2, AT, "push", "github")])).toEqual({ told: [false], reads: [] });
  });

  it("is a push by both ends and about its time", async () => {
    const chain = chainOf([push(1, 2, "2026-03-08T08:59:00.000Z", "push", "github")]);
    const facts = [push(1, 2, AT), push(1, 3, AT), push(1, 2, "2026-03-08T05:00:00.000Z")];
    expect((await asked(chain, facts)).told).toEqual([true, false, false]);
  });

  it("is, of a backfill, a push that a webhook dated by its receipt", async () => {
    const chain = chainOf([push(1, 2, AT, "push", "github")]);
    const early = "2026-03-01T05:00:00.000Z";
    expect((await asked(chain, [push(1, 2, early, "backfill.push"), push(1, 2, early)])).told).toEqual([true, false]);
  });

  it("is a review by its id and state, a pull request by its end, an issue by its status", async () => {
    const of = (kind: string, facts: object, system = "github-history") =>
      ({ ...push(1, 2, AT, "x", system), kind, facts }) as unknown as SourceFact;
    const review = (id: string, state: string, system?: string) => of("review", { action: "submitted", id, reviewer: {}, state }, system);
    const pull = (state: string, mergeSha: string | undefined, system?: string) =>
      of(
        "pull-request",
        { action: "closed", author: {}, head: sha(7), headRef: "a", base: sha(1), baseRef: "main", state, ...(mergeSha && { mergeSha }) },
        system,
      );
    const chain = chainOf([review("1", "approved", "github"), pull("merged", sha(8), "github")]);
    const facts = [
      review("1", "approved"),
      review("1", "dismissed"),
      review("2", "approved"),
      pull("merged", sha(8)),
      pull("closed", undefined),
    ];
    expect((await asked(chain, facts)).told).toEqual([true, false, false, true, false]);
  });

  it("is read on from where it was read last", async () => {
    const told = new ToldAlready();
    const chain = chainOf([push(1, 2, AT, "push", "github")]);
    await asked(chain, [push(2, 3, AT)], told);
    chain.push(...chainOf([push(2, 3, AT, "push", "github")]));
    expect(await asked(chain, [push(2, 3, AT)], told)).toEqual({ told: [true], reads: [1] });
  });
});
