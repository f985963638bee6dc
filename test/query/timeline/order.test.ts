import type { Entry, SealedEntry, Subject } from "@change-ledger/model";
import { type Timeline, timelineOf } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, type Told } from "../chain.ts";
import { changeFacts, deploymentFacts } from "../told.ts";
import { change, deploy, deployment, fact, minute } from "./group.ts";

const OF: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
const SUBJECTS: readonly Subject[] = [OF, "deployment:codedeploy/1/eu-west-1/d-2", "deployment:codedeploy/1/eu-west-1/d-9"];
const CHANGES: readonly Subject[] = ["change:github/acme/cargo/pull/1", "change:github/acme/cargo/pull/2"];

const asOf = "2026-11-22T00:00:00.000Z";
const show = (entries: Iterable<SealedEntry>) => timelineOf({ deployment: OF, entries }, { asOf });

/** What arrival decides: places in chains, and the hashes that follow from them. */
function withoutArrival(of: Timeline | undefined): unknown {
  return JSON.parse(JSON.stringify(of ?? null), (key, value) => (key === "seq" || key === "hash" ? undefined : value));
}

/** A sender's event has one id and one fact: arbitrary facts that share an id are told apart. */
const distinct = (chains: readonly (readonly Told[])[]): Told[][] =>
  chains.map((told, of) => told.map((one, at) => ({ ...one, id: `${one.id}-${of}-${at}` })));

const facts = fc.tuple(...SUBJECTS.map(() => deploymentFacts), ...CHANGES.map(() => changeFacts));
const chainsOf = (told: readonly (readonly Told[])[]): SealedEntry[][] =>
  [...SUBJECTS, ...CHANGES].map((subject, at) => chainOf(subject, told[at] ?? []));

describe("the order of arrival decides nothing", () => {
  it("of the same entries, doubled or not", () => {
    fc.assert(
      fc.property(
        facts.chain((told) => {
          const entries = chainsOf(told).flat();
          return fc.tuple(fc.constant(entries), fc.shuffledSubarray([...entries, ...entries], { minLength: 2 * entries.length }));
        }),
        ([entries, shuffled]) => void expect(show(shuffled)).toEqual(show(entries)),
      ),
      { numRuns: 200 },
    );
  });

  it("of the same facts, recorded in another order", () => {
    fc.assert(
      fc.property(
        facts.chain((told) => {
          const apart = distinct(told);
          return fc.tuple(fc.constant(apart), fc.tuple(...apart.map((some) => fc.shuffledSubarray(some, { minLength: some.length }))));
        }),
        ([told, again]) => void expect(withoutArrival(show(chainsOf(again).flat()))).toEqual(withoutArrival(show(chainsOf(told).flat()))),
      ),
      { numRuns: 200 },
    );
  });
});

describe("a huge deployment", () => {
  /** `n` changes with 19 entries each, `n` × 0.4 targets. */
  function huge(n: number): SealedEntry[] {
    const targets = Object.fromEntries(
      Array.from({ length: Math.round(n * 0.4) }, (_, at) => [`i-${at}`, at % 10 === 9 ? { at: 20 + at } : undefined]),
    );
    const failed = deploy("d-1", { start: 10, end: 900, state: "Failed", commit: "b", previous: "a", targets });
    const rollback = deploy("d-2", { start: 901, end: 950, state: "Succeeded", commit: "a", rollsBack: "d-1", targets });
    const changes = Array.from({ length: n }, (_, at) =>
      change(
        String(at),
        (at + 1).toString(16).padStart(40, "0"),
        -at,
        ["d-1"],
        Array.from({ length: 13 }, (_, nth) => fact(minute(nth), "comment", { action: "created", id: `${at}-${nth}` })),
      ),
    );
    return [...failed, ...rollback, ...changes.flat()];
  }

  /** The same entries, counting how often anybody looks into one. */
  function counted(entries: readonly SealedEntry[]): { readonly entries: SealedEntry[]; looks: number } {
    const tally = { looks: 0, entries: [] as SealedEntry[] };
    for (const { entry, ...rest } of entries)
      tally.entries.push({
        ...rest,
        get entry(): Entry {
          tally.looks++;
          return entry;
        },
      });
    return tally;
  }

  it("costs in proportion to its entries: twice as many are looked at little more than twice as often", () => {
    const looks = [125, 250, 500].map((n) => {
      const tally = counted(huge(n));
      show(tally.entries);
      return { looks: tally.looks, entries: tally.entries.length };
    });
    const [small, middle, large] = looks.map(({ looks: each, entries }) => each / entries) as [number, number, number];
    // Sorting adds a comparison or two an entry at each doubling, of two looks each; anything quadratic would double the ratio.
    expect(large).toBeLessThan(middle * 1.2);
    expect(middle).toBeLessThan(small * 1.2);
  });

  it("shows all of it: 500 changes, 200 targets, 10,000 entries", () => {
    const entries = huge(500);
    expect(entries.length).toBeGreaterThan(10_000);
    const shown = show(entries);
    expect(shown?.carries).toHaveLength(500);
    expect(shown?.targets).toHaveLength(200);
    expect(shown?.blastRadius).toMatchObject({ total: 200, failed: 20 });
    expect(shown?.firstFailure).toMatchObject({ target: "i-9", at: minute(29) });
    expect(shown?.restored?.deployment).toBe(deployment("d-2"));
    const marks = shown?.lanes.flatMap((lane) => lane.marks) ?? [];
    const unshown = new Set(["linked", "assessed"]);
    expect(marks).toHaveLength(entries.filter(({ entry }) => !unshown.has(entry.kind)).length);
  });
});
