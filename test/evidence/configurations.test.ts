import { CONFIGURATION, Configurations, type Offer, readOfferedText, refusedVersions } from "@change-ledger/evidence";
import { append } from "@change-ledger/ledger";
import type { FactsOf, SealedEntry } from "@change-ledger/model";
import { sha256Hex } from "@change-ledger/model";
import { defaultConfiguration, type Fault } from "@change-ledger/procedure";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verdictOf } from "../../packages/evidence/configurations.ts";
import { Judging } from "./judging.ts";

const GOOD = JSON.stringify({ people: [{ id: "ada", accounts: { github: ["ada"] } }] });
const BETTER = JSON.stringify({ people: [{ id: "bob", accounts: { github: ["bob"] } }] });
const BAD = JSON.stringify({ people: [{ id: "ada", roles: ["king"] }] });
const DEFAULT = defaultConfiguration().version;

const configurationsOf = async (ledger: Judging) => {
  const { configurations } = ledger.ports();
  await configurations.refresh();
  return configurations;
};
const chainOf = (ledger: Judging) => ledger.own(CONFIGURATION);
const recordedAt = (ledger: Judging, seq: number) => chainOf(ledger)[seq]?.entry.recordedAt ?? "";

describe("the configuration in force", () => {
  it("is the default one before any was offered, and at every instant before the first", async () => {
    const ledger = new Judging();
    expect((await (await configurationsOf(ledger)).at(ledger.now())).version).toBe(DEFAULT);
    const before = ledger.now();
    await ledger.judge(await ledger.offer(GOOD));
    const configurations = await configurationsOf(ledger);
    expect([(await configurations.at(before)).version, (await configurations.at(ledger.now())).version]).toEqual([
      DEFAULT,
      sha256Hex(GOOD),
    ]);
  });

  it("stays the last good one when a bad one is offered, until a later good one", async () => {
    const ledger = new Judging();
    await ledger.judge(await ledger.offer(GOOD));
    await ledger.judge(await ledger.offer(BAD));
    const refused = ledger.now();
    await ledger.judge(await ledger.offer(BETTER));
    const configurations = await configurationsOf(ledger);
    expect(configurations.offers.map(({ verdict }) => verdict)).toEqual(["in-force", "refused", "in-force"]);
    expect(configurations.offers.map(({ verdictAt }) => verdictAt)).toEqual([1, 3, 5].map((seq) => recordedAt(ledger, seq)));
    expect((await configurations.at(refused)).version).toBe(sha256Hex(GOOD));
    expect((await configurations.at(ledger.now())).version).toBe(sha256Hex(BETTER));
  });

  it("is a good one from when it was recorded on, its verdict there or not, and never a bad one", async () => {
    const ledger = new Judging();
    await ledger.offer(GOOD);
    await ledger.offer(BAD);
    const configurations = await configurationsOf(ledger);
    expect(configurations.offers.map(({ verdict }) => verdict)).toEqual([undefined, undefined]);
    expect((await configurations.at(recordedAt(ledger, 0))).version).toBe(sha256Hex(GOOD));
    expect((await configurations.at(ledger.now())).version).toBe(sha256Hex(GOOD));
  });

  it("is none that was refused, though who reads it could read it", async () => {
    const ledger = new Judging();
    await ledger.offer(GOOD);
    const [offered] = chainOf(ledger);
    if (offered === undefined) throw new Error("expected the offer");
    const verdict = verdictOf({ ...offerOf("refused", ""), entry: offered }, { ok: false, faults: [] }, ledger.now());
    await append(ledger.ports(), [{ fact: verdict }]);
    const configurations = await configurationsOf(ledger);
    expect(await configurations.read(offered)).toMatchObject({ ok: true });
    expect((await configurations.at(ledger.now())).version).toBe(DEFAULT);
  });

  it("is the same by its history", async () => {
    const ledger = new Judging();
    const instants = [ledger.now()];
    for (const text of [GOOD, BAD, BETTER, BAD, GOOD]) {
      await ledger.judge(await ledger.offer(text));
      instants.push(ledger.now());
    }
    const configurations = await configurationsOf(ledger);
    const history = await configurations.history();
    for (const at of instants) expect(history(at).version).toBe((await configurations.at(at)).version);
  });

  it("has a text that can be had back, whoever offered it", async () => {
    const ledger = new Judging();
    await ledger.judge(await ledger.offer(BAD));
    const configurations = await configurationsOf(ledger);
    expect(Buffer.from((await configurations.text(sha256Hex(BAD))) ?? []).toString()).toBe(BAD);
    expect(await configurations.text(sha256Hex(GOOD))).toBeUndefined();
  });
});

describe("reading it", () => {
  it("goes on from where the chain was read last, by whole pages, and takes each entry in once however many ask", async () => {
    const ledger = new Judging();
    for (let n = 0; n < 203; n++) await ledger.tell(CONFIGURATION, "other", {});
    const asked: number[] = [];
    const store = {
      read: (...of: Parameters<Judging["chains"]["read"]>) => {
        asked.push(of[1]);
        return ledger.chains.read(...of);
      },
    };
    const configurations = new Configurations({ store, raw: ledger.raw, read: readOfferedText });
    await configurations.refresh();
    expect(asked).toEqual([0, 200]);
    await ledger.tell(CONFIGURATION, "other", {});
    await Promise.all([configurations.refresh(), configurations.refresh()]);
    expect(asked.slice(2).every((from) => from >= 203)).toBe(true);
    expect(configurations.chain.map(({ entry }) => entry.seq)).toEqual(Array.from({ length: 204 }, (_, seq) => seq));
  });

  it("tries again where the archive did not answer, and refuses what has no text there", async () => {
    const ledger = new Judging();
    await ledger.offer(GOOD);
    const failing = { fail: true };
    const members: typeof ledger.raw.members = async (of) => {
      if (failing.fail) throw new Error("the archive is away");
      return await ledger.raw.members(of);
    };
    const configurations = new Configurations({ store: ledger.chains, raw: { members }, read: readOfferedText });
    await configurations.refresh();
    await expect(configurations.at(ledger.now())).rejects.toThrow("the archive is away");
    failing.fail = false;
    expect((await configurations.at(ledger.now())).version).toBe(sha256Hex(GOOD));

    await ledger.tell(CONFIGURATION, "configuration", { status: "offered", version: sha256Hex(BETTER) });
    await configurations.refresh();
    const last = configurations.chain.at(-1) as SealedEntry;
    expect(await configurations.read(last)).toMatchObject({ ok: false, faults: [{ reason: "expected the text in the archive" }] });
    expect((await configurations.at(ledger.now())).version).toBe(sha256Hex(GOOD));
  });
});

describe("the verdict on an offer", () => {
  it("is one fact, whoever gives it and whenever, with at most a hundred faults", async () => {
    const ledger = new Judging();
    await ledger.offer(BAD);
    const configurations = await configurationsOf(ledger);
    const [offer] = configurations.offers;
    if (offer === undefined) throw new Error("expected the offer");
    const fault: Fault = { file: "f", line: 3, column: 4, field: "x".repeat(300), code: "not-the-form", reason: "because" };
    const facts = (at: string) => verdictOf(offer, { ok: false, faults: Array.from({ length: 150 }, () => fault) }, at);
    const [first, second] = [facts(ledger.now()), facts(ledger.now())];
    expect([first.source.id, first.occurredAt === second.occurredAt]).toEqual([second.source.id, false]);
    const { status, faults = [] } = first.facts as FactsOf<"configuration">;
    expect([status, faults.length, faults[0]?.field.length, faults[0]?.line]).toEqual(["refused", 100, 200, 3]);
    expect(JSON.stringify(first)).not.toContain("because");
  });
});

describe("that a version was refused", () => {
  it("is open from its verdict on, until a later version comes into force", () => {
    const offers = [
      offerOf("in-force", "1"),
      offerOf("refused", "3"),
      offerOf("refused", "5"),
      offerOf(undefined, undefined),
      offerOf("in-force", "8"),
    ];
    const then = (at: string) => refusedVersions(offers, at);
    expect(["0", "2", "3", "6", "7", "8"].map((at) => then(at).since)).toEqual([undefined, undefined, "3", "3", "3", undefined]);
    expect(["7", "8", "9"].map((at) => then(at).resolvedAt)).toEqual([undefined, "8", "8"]);
  });

  it("is not made good by an older one, though that was judged later", () => {
    expect(refusedVersions([offerOf("in-force", "5"), offerOf("refused", "3")], "9")).toEqual({ since: "3", resolvedAt: undefined });
    expect(refusedVersions([offerOf("refused", "5"), offerOf("in-force", "3")], "9")).toEqual({ since: undefined, resolvedAt: "5" });
  });

  it("is open exactly while the last verdicts refuse", () => {
    const verdicts = fc.array(fc.constantFrom("in-force" as const, "refused" as const));
    fc.assert(
      fc.property(verdicts, (all) => {
        const { since, resolvedAt } = refusedVersions(
          all.map((verdict, n) => offerOf(verdict, String(n).padStart(4, "0"))),
          "~",
        );
        expect(since !== undefined).toBe(all.at(-1) === "refused");
        expect(resolvedAt !== undefined).toBe(all.at(-1) === "in-force" && all.includes("refused"));
      }),
    );
  });
});

function offerOf(verdict: Offer["verdict"], verdictAt: string | undefined): Offer {
  return { entry: {} as SealedEntry, facts: { status: "offered", version: "0".repeat(64) }, verdict, verdictAt };
}
