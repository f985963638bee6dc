import type { Subject } from "@change-ledger/model";
import { type IncidentSummary, type JudgedMark, listedAt, saidOfControl, sparsePlace, viewIncident } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, foldAll, shown, type Told } from "./chain.ts";

const CHANGE: Subject = "change:github/acme/cargo/pull/7";
const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
const assessed = (n: number, opened: readonly string[], resolved: readonly string[] = []): Told =>
  ({
    kind: "assessed",
    at: at(n),
    id: `a${n}`,
    facts: {
      ...{ asOf: at(n), configuration: "0".repeat(64), procedure: "p@1", type: "normal", digest: "1".repeat(64) },
      outcomes: { change: "not-satisfied", T4: "not-satisfied" },
      opened: opened.map((name) => ({ test: name.split("/")[0], code: name.split("/")[1], because: "b" })),
      resolved,
    },
  }) as unknown as Told;
const judged = (...told: readonly Told[]) => {
  const state = foldAll(chainOf(CHANGE, told));
  return { mark: state.type === "change" ? state.judged : undefined, place: sparsePlace(state) };
};

describe("what was last said of a change", () => {
  it("keeps since when each finding is open, and which are gone", () => {
    const { mark, place } = judged(assessed(1, ["T4/a", "T5/b"]), assessed(2, ["T3/c"], ["T4/a"]));
    expect(mark).toMatchObject({
      open: ["T3/c", "T5/b"],
      since: [at(2), at(1)],
      resolved: [["T4/a", at(2)]],
      outcomes: { T4: "not-satisfied" },
    });
    expect(place).toEqual({ list: "finding-open", at: at(1) });
  });

  it("counts a finding that comes back from when it came back", () => {
    const { mark } = judged(assessed(1, ["T4/a"]), assessed(2, [], ["T4/a"]), assessed(3, ["T4/a"]));
    expect(mark).toMatchObject({ open: ["T4/a"], since: [at(3)] });
    expect(mark?.resolved).toBeUndefined();
  });

  it("stands among the resolved by the last that went, and nowhere when there never was one", () => {
    expect(judged(assessed(1, ["T4/a", "T5/b"]), assessed(2, [], ["T4/a"]), assessed(3, [], ["T5/b"])).place).toEqual({
      list: "finding-resolved",
      at: at(3),
    });
    expect(judged(assessed(1, [])).place).toBeUndefined();
  });
});

describe("an incident", () => {
  const told = [
    { at: at(1), id: "1", facts: { action: "triggered", openedAt: at(1), severity: "high", changes: [CHANGE] } },
    { at: at(2), id: "2", facts: { action: "acknowledged", status: "acknowledged", openedAt: at(1), service: "shop" } },
    { at: at(5), id: "3", facts: { action: "resolved", status: "resolved", resolvedAt: at(5) } },
  ].map((one): Told => ({ kind: "incident", ...one }));

  it("is the same in every order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(told, { minLength: told.length }), (order) => {
        const state = foldAll(chainOf("incident:pagerduty/Q1", order)) as IncidentSummary;
        expect(listedAt(state)).toBe(at(1));
        const { chain: _chain, ...view } = viewIncident(state);
        expect(view).toEqual({
          ...{ subject: "incident:pagerduty/Q1", scope: "pagerduty", status: "resolved", severity: "high", service: "shop" },
          ...{ openedAt: at(1), resolvedAt: at(5), changes: [CHANGE] },
        });
        expect(shown(state)).toEqual(shown(foldAll(chainOf("incident:pagerduty/Q1", told))));
      }),
    );
  });
});

describe("what was last said of a control", () => {
  const mark = (outcome: JudgedMark["outcome"], outcomes: JudgedMark["outcomes"] & object, open: readonly string[] = []): JudgedMark => {
    return { at: at(1), outcome, type: "normal", open, outcomes };
  };
  it.each<[string, JudgedMark, readonly string[], readonly number[], string]>([
    ["the worst of its tests", mark("not-satisfied", { T4: "pending", T5: "satisfied", T6: "not-satisfied" }), ["T4", "T5"], [], "pending"],
    ["nothing where its tests have no say", mark("satisfied", { T4: "satisfied" }), ["T9"], [], "not-applicable"],
    ["a step's finding", mark("not-satisfied", { T4: "satisfied" }, ["step-2/template"]), ["T4"], [2], "not-satisfied"],
    ["another step's finding not", mark("not-satisfied", { T4: "satisfied" }, ["step-2/template"]), ["T4"], [3], "satisfied"],
    ["nothing better than a whole that no test explains", mark("pending", { T4: "satisfied" }), ["T4"], [3], "pending"],
    ["its tests alone where it rests on no step", mark("pending", { T4: "satisfied" }), ["T4"], [], "satisfied"],
  ])("is %s", (_, of, tests, steps, expected) => {
    expect(saidOfControl(of, { tests, steps })).toBe(expected);
  });
});
