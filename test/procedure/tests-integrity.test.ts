import { type FactsOf, NO_PREVIOUS, type Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANGE, judge, merged, parts, pull, push, restsOn } from "./judged.ts";
import { minute, recorded } from "./recorded.ts";

const TICKET: Subject = "ticket:jira/PAY-1";

/** Entries of a chain, each naming the one before it. @param from the place of the first: whoever gives an excerpt leaves out what is before */
function chain(subject: Subject, length: number, from = 0): Recorded[] {
  let prev = from === 0 ? NO_PREVIOUS : "what is before";
  return Array.from({ length }, (_, nth) => {
    const seq = from + nth;
    const { entry, hash } = recorded(subject, "comment", { action: "created", id: "1" }, { seq, id: `${subject} ${seq}` });
    const linked = { entry: { ...entry, prev }, hash: hash.padEnd(64, ".") };
    prev = linked.hash;
    return linked;
  });
}
const linked = (entries: readonly Recorded[]) => parts(judge(entries), "T18")[0];
const sound = "satisfied satisfied: Integrity: the dossier's entries link to each other.";
const without = (list: readonly Recorded[], seq: number) => list.filter(({ entry }) => entry.seq !== seq);

describe("the links of a dossier's entries", () => {
  it("hold in whatever order the entries come, doubled or not", () => {
    const entries = [...chain(CHANGE, 4), ...chain(TICKET, 3, 5)];
    fc.assert(
      fc.property(fc.shuffledSubarray([...entries, ...entries], { minLength: 14 }), (order) => {
        expect(linked(order)).toBe(sound);
      }),
      { numRuns: 20, seed: 1 },
    );
    expect(linked([])).toBe(sound);
  });
  it("show a gap in the change's own chain, at its beginning too", () => {
    const gap = (seq: number) =>
      `not-satisfied gap: Integrity: in ${CHANGE} the entry ${seq} (change:githu) does not follow the one before it: there is a gap.`;
    expect(linked(without(chain(CHANGE, 4), 2))).toBe(gap(3));
    expect(linked(without(chain(CHANGE, 4), 0))).toBe(gap(1));
    expect(linked([...chain(TICKET, 3), ...chain(CHANGE, 1, 1)])).toBe(gap(1));
  });
  it("are not asked for where another chain is given as an excerpt", () => {
    expect(linked([...chain(CHANGE, 2), ...without(chain(TICKET, 5, 3), 5)])).toBe(sound);
  });
  it("show an entry that names another hash than that of the one before it", () => {
    const wrong = (subject: Subject, seq: number) =>
      `not-satisfied wrong-link: Integrity: in ${subject} the entry ${seq} (${subject.slice(0, 12)}) does not name the hash of the one before it.`;
    const forged = (list: readonly Recorded[], at: number) =>
      list.map((one) => (one.entry.seq === at ? { ...one, entry: { ...one.entry, prev: "f".repeat(64) } } : one));
    expect(linked(forged(chain(CHANGE, 3), 1))).toBe(wrong(CHANGE, 1));
    expect(linked(forged(chain(CHANGE, 3), 0))).toBe(wrong(CHANGE, 0));
    expect(linked([...chain(CHANGE, 3), ...forged(chain(TICKET, 3, 5), 7)])).toBe(wrong(TICKET, 7));
    expect(linked([...chain(CHANGE, 3), ...forged(chain(TICKET, 3), 0)])).toBe(wrong(TICKET, 0));
    expect(linked(forged(chain(CHANGE, 3), 3).concat(forged(chain(TICKET, 3, 5), 5)))).toBe(sound);
  });
  it("show two entries at one place", () => {
    const list = chain(CHANGE, 3);
    const other = { ...(list[1] as Recorded), hash: "other".padEnd(64, ".") };
    const entries = [...list.slice(0, 2), other];
    const said = judge(entries);
    expect(parts(said, "T18")[0]).toBe(
      `not-satisfied fork: Integrity: in ${CHANGE} the entry 1 (other.......) stands at a place where there is another one.`,
    );
    expect(restsOn(said, "T18", entries)).toEqual([`${CHANGE} 1`]);
  });
});

describe("what a verification found", () => {
  type Verified = FactsOf<"verified">;
  const run = (at: number, more: Partial<Verified> = {}) =>
    recorded(
      "audit:default",
      "verified",
      { check: "normalisation", upTo: minute(200), looked: 1, faults: [], faulty: 0, ...more } as Verified,
      { at, id: `run ${at}`, seq: at },
    );
  const fault = (subject: Subject, seq?: number) =>
    ({ faults: [{ subject, code: "differs", ...(seq !== undefined && { seq }) }], faulty: 1 }) as Partial<Verified>;
  const accurate = (entries: readonly Recorded[]) => parts(judge(entries), "T2")[0];

  it("is what the latest run says of those that reached as far", () => {
    expect(accurate([pull(10), run(300), run(400, fault(CHANGE))])).toMatch(/^not-satisfied normalisation-fault/);
    expect(accurate([pull(10), run(300, fault(CHANGE)), run(400)])).toMatch(/^satisfied/);
    expect(accurate([pull(10), run(300, { ...fault(CHANGE), upTo: minute(201) }), run(400)])).toMatch(/^not-satisfied/);
  });
  it("concerns a change of which no entry is left", () => {
    expect(accurate([run(300, fault(CHANGE))])).toMatch(/^not-satisfied normalisation-fault/);
  });
  it("rests on the run and the very entry that it names", () => {
    const entries = [pull(10), push(40, "b"), push(50, "cd"), merged(50)];
    const [opened, , brought] = entries as [Recorded, Recorded, Recorded];
    const named = (seq: number) => {
      const all = [...entries, run(300, fault(brought.entry.subject, seq))];
      return restsOn(judge(all), "T2", all);
    };
    expect(named(brought.entry.seq)).toEqual([brought.entry.source.id, "run 300"]);
    // The place of another chain's entry, and of none.
    for (const seq of [opened.entry.seq, 999]) expect(named(seq)).toEqual(["run 300"]);
  });
});
