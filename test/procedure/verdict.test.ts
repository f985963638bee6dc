import { OUTCOMES, type Outcome, type Subject } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Case } from "../../packages/procedure/dossier/case.ts";
import { verdictOf } from "../../packages/procedure/tests/sheet.ts";
import {
  all,
  due,
  notApplicable,
  notAssessable,
  notSatisfied,
  pending,
  type Rest,
  rests,
  satisfied,
  short,
  worse,
} from "../../packages/procedure/tests/verdict.ts";
import { configured } from "../scenarios/configured.ts";
import { recorded } from "./recorded.ts";

const entry = (subject: string, seq: number) => recorded(subject as Subject, "comment", { action: "created", id: "1" }, { seq });
const [a0, a1, a2, b0] = [entry("ticket:a", 0), entry("ticket:a", 1), entry("ticket:a", 2), entry("ticket:b", 0)];
const places = (list: readonly Rest[]) => list.map(({ subject, seq }) => `${subject.slice(-1)}${seq}`).join(" ");

describe("what a verdict rests on", () => {
  it("is each entry once, in order of subject and number, whatever is not there left out", () => {
    expect(places(rests(b0, undefined, [a2, undefined, a0], a1, a2))).toBe("a0 a1 a2 b0");
    expect(rests(a1)).toEqual([{ subject: "ticket:a", seq: 1, hash: "ticket:a 1" }]);
    expect([rests(), rests(undefined, [])]).toEqual([[], []]);
  });
  it("is the same in whatever order it is given", () => {
    const given = fc.array(fc.tuple(fc.constantFrom("ticket:a", "ticket:b", "ticket:c"), fc.nat({ max: 4 })), { maxLength: 8 });
    fc.assert(
      fc.property(given, (list) => {
        const naive = [...new Set(list.map(([subject, seq]) => `${subject.slice(-1)}${seq}`))].sort().join(" ");
        expect(places(rests(...list.map(([subject, seq]) => entry(subject, seq))))).toBe(naive);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe("verdicts", () => {
  const place = { subject: "ticket:a", seq: 0, hash: "ticket:a 0" };

  it("say their outcome, code, sentence, what to do and what they rest on", () => {
    expect(satisfied("w", a0)).toEqual({ outcome: "satisfied", code: "satisfied", because: "w", restsOn: [place] });
    expect(notSatisfied("c", "w", "r", a0)).toEqual({ outcome: "not-satisfied", code: "c", because: "w", remedy: "r", restsOn: [place] });
    expect(pending("c", "w", a0)).toEqual({ outcome: "pending", code: "c", because: "w", restsOn: [place] });
    expect(due("c", "w", "at", a0)).toEqual({ outcome: "pending", code: "c", because: "w", dueAt: "at", restsOn: [place] });
    expect(notAssessable("c", "w", "r", a0)).toEqual({ outcome: "not-assessable", code: "c", because: "w", remedy: "r", restsOn: [place] });
    expect(notApplicable("c", "w", a0)).toEqual({ outcome: "not-applicable", code: "c", because: "w", restsOn: [place] });
  });
  it("are worse in this order: not applicable, satisfied, pending, not assessable, not satisfied", () => {
    const order: readonly Outcome[] = ["not-applicable", "satisfied", "pending", "not-assessable", "not-satisfied"];
    expect([...order].sort()).toEqual([...OUTCOMES].sort());
    for (const [x, one] of order.entries()) for (const [y, other] of order.entries()) expect(worse(one, other)).toBe(order[Math.max(x, y)]);
  });
  it("of several parts are the worst, and tell of all that is as bad", () => {
    const [good, other, bad, worst] = [
      satisfied("Good.", a0),
      satisfied("Well.", b0, a0),
      pending("p", "Later.", a1),
      notSatisfied("n", "Bad.", "Do.", a2),
    ];
    expect(all([good, worst, bad])).toEqual({ ...worst, parts: [good, worst, bad] });
    expect(all([bad, good])).toEqual({ ...bad, parts: [bad, good] });
    const together = all([other, good]);
    expect(together).toEqual({
      outcome: "satisfied",
      code: "satisfied",
      because: "Well. Good.",
      restsOn: [...rests(a0, b0)],
      parts: [other, good],
    });
    const second = notSatisfied("m", "Worse.", "Do more.", b0, a2);
    expect(all([good, worst, second])).toEqual({
      ...worst,
      because: "Bad. Worse.",
      restsOn: [...rests(a2, b0)],
      parts: [good, worst, second],
    });
    expect(all([satisfied("A."), satisfied("B.")])).toMatchObject({ because: "A. B.", restsOn: [] });
  });
  it("of one part are that part, and of none there is nothing to judge", () => {
    const only = pending("p", "Later.");
    expect(all([only])).toBe(only);
    expect(all([])).toEqual({ outcome: "not-applicable", code: "nothing-to-judge", because: "There is nothing to judge.", restsOn: [] });
  });
  it("name a commit by its first twelve letters", () => {
    expect([short("0123456789abcdef"), short("01")]).toEqual(["0123456789ab", "01"]);
  });
  it("are worked out once a change, however many tests and requirements ask", () => {
    const of = new Case({ change: "change:github/acme/shop/pull/1", entries: [] }, configured(), "2026-11-02T08:00:00.000Z");
    let asked = 0;
    const test = (id: "T1" | "T4") => ({ id, title: "", sheet: {} as never, judge: () => satisfied(`${id} ${++asked}`) });
    const [one, other] = [test("T1"), test("T4")];
    const said = [one, other, one, other].map((each) => verdictOf(each, of).because);
    expect(said).toEqual(["T1 1", "T4 2", "T1 1", "T4 2"]);
  });
});
