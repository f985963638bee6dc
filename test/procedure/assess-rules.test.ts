import type { Subject } from "@change-ledger/model";
import { assess, assessRef, type Finding, findingChanges, ProcedureError, type Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { configured } from "../scenarios/configured.ts";
import { CHANGE, deployed, judge, merged, pull, push, record } from "./judged.ts";
import { minute, recorded } from "./recorded.ts";

describe("the instant of an assessment", () => {
  it("is told in full, or refused by its first letters", () => {
    const refused = (asOf: string) => {
      try {
        assess({ change: CHANGE, entries: [] }, configured(), asOf);
      } catch (error) {
        return error instanceof ProcedureError ? `${error.code} ${error.message}` : "another error";
      }
      return "taken";
    };
    expect(refused(minute(1))).toBe("taken");
    for (const bad of [`x${minute(1)}`, `${minute(1)}x`, minute(1).slice(1), ""])
      expect(refused(bad)).toBe(`not-an-instant expected RFC 3339 in UTC with milliseconds, got ${bad}`);
    expect(refused("y".repeat(60))).toBe(`not-an-instant expected RFC 3339 in UTC with milliseconds, got ${"y".repeat(40)}`);
  });
});

describe("findings", () => {
  const finding = (id: string) => ({ id }) as Finding;
  it("that are gone are named in order", () => {
    expect(findingChanges(["c", "a", "b", "x"], [finding("x"), finding("n")])).toEqual({
      opened: [finding("n")],
      resolved: ["a", "b", "c"],
    });
  });
  it("of steps are those that no audit test tells already", () => {
    const { findings } = judge([pull(10), push(50, "cd"), merged(50), ...deployed(100)]);
    const steps = findings.map(({ test }) => test).filter((test) => test.startsWith("step-"));
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(step).toMatch(/^step-\d\/(?:ticket|branch|template|approval)$/);
    const ids = findings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it("are waived for the changes that a waiver names, whole or by their beginning", () => {
    const waived = (...changes: readonly string[]) => {
      const waivers = [{ id: "w", tests: ["T4"], changes, approvedBy: "lee", reason: "r", from: minute(0), until: minute(1000) }];
      return judge([pull(10), push(50, "cd"), merged(50)], { waivers }).findings.find(({ test }) => test === "T4")?.waiver;
    };
    expect([waived(CHANGE), waived("change:other", CHANGE), waived("change:github/acme/*"), waived("*")]).toEqual(["w", "w", "w", "w"]);
    expect([waived("change:other"), waived(`${CHANGE}0`), waived("change:github/acme/"), waived("change:github/other/*")]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe("findings' waivers", () => {
  const waiver = (tests: readonly string[], change: string, from: number, until: number) => [
    { id: "w", tests, changes: [change], approvedBy: "lee", reason: "r", from: minute(from), until: minute(until) },
  ];
  const waived = (entries: readonly Recorded[], change: Subject, test: string, from: number, until: number, at?: number) =>
    judge(entries, { waivers: waiver([test], change, from, until) }, change, at).findings.find((one) => one.test === test)?.waiver;

  it("are of a push without a pull request by when it came", () => {
    const change: Subject = `change:github/acme/shop/push/${"d".repeat(40)}`;
    const entries = [push(50, "cd")];
    expect([waived(entries, change, "T6", 50, 51), waived(entries, change, "T6", 51, 60)]).toEqual(["w", undefined]);
  });
  it("are of a merge that is not deployed by when it was merged", () => {
    const entries = [pull(10), merged(50)];
    expect([waived(entries, CHANGE, "T4", 50, 51), waived(entries, CHANGE, "T4", 51, 60)]).toEqual(["w", undefined]);
  });
  it("are of what has neither by the instant at which it is judged", () => {
    const change: Subject = "change:servicenow/CHG1";
    const entries = [record(10, { approval: "rejected" })];
    expect([waived(entries, change, "T3", 70, 71, 70), waived(entries, change, "T3", 0, 70, 70)]).toEqual(["w", undefined]);
    const lost: Subject = "change:github/acme/shop/push/x";
    expect([waived([], lost, "T4", 70, 71, 70), waived([], lost, "T4", 0, 70, 70)]).toEqual(["w", undefined]);
  });
});

describe("what is due", () => {
  it("stands in order of time, of one time in that of the tests", () => {
    const due = (ticketHours: number, qaHours: number) =>
      judge([pull(10), push(50, "cd"), merged(50)], { obligations: { ticketHours, qaHours } }, CHANGE, 60).obligations.map(
        ({ test }) => test,
      );
    expect([due(48, 24), due(24, 48), due(24, 24)]).toEqual([
      ["T9", "T3"],
      ["T3", "T9"],
      ["T3", "T9"],
    ]);
  });
});

describe("an assessment's outcome", () => {
  it("is the worst of its tests and of its steps, and a step's that of its requirements", () => {
    const { outcome, steps, tests } = judge([pull(10)]);
    // Here the entries' places have gaps.
    expect([outcome, ...tests.filter((one) => one.outcome === "not-satisfied").map(({ test }) => test)]).toEqual(["not-satisfied", "T18"]);
    expect(steps.map((step) => step.outcome)).toEqual(Array(6).fill("pending"));
    const closed = judge([pull(10), pull(20, { action: "closed", state: "closed" })]);
    expect(closed.steps.map((step) => step.outcome)).toEqual(Array(6).fill("not-applicable"));
  });
});

describe("a branch's lapses", () => {
  const MAIN: Subject = "ref:github/acme/shop/refs/heads/main";
  const rule = (at: number, action: string) =>
    recorded(
      MAIN,
      "branch-protection",
      { action, id: "1", pattern: "main", settings: { required_approving_review_count: 2 } },
      { at, id: `rule ${at}`, seq: at },
    );
  const period = { from: minute(10), to: minute(20) };
  const over = (...words: readonly Recorded[]) => assessRef(MAIN, words, configured(), period, minute(99));
  it("are of the period where they lie in it for any time, its end not with it", () => {
    const lapse = (from: number, until: number) => over(rule(1, "created"), rule(from, "deleted"), rule(until, "created")).lapses.length;
    expect([lapse(5, 10), lapse(5, 11), lapse(12, 13), lapse(19, 30), lapse(20, 30), lapse(21, 30), lapse(5, 40)]).toEqual([
      0, 1, 1, 1, 0, 0, 1,
    ]);
    expect(over(rule(1, "created"), rule(20, "deleted")).lapses).toEqual([]);
    expect(over(rule(1, "created"), rule(19, "deleted")).lapses).toHaveLength(1);
  });
  it("are not known of a period in which nobody had spoken of any guard yet", () => {
    expect([19, 20, 21].map((at) => over(rule(at, "created")).continuity[0]?.code)).toEqual([
      "satisfied",
      "protection-unknown",
      "protection-unknown",
    ]);
  });
});

describe("a branch's pushes", () => {
  const MAIN: Subject = "ref:github/acme/shop/refs/heads/main";
  it("are judged from the period's beginning, with it, to its end, without it", () => {
    const period = { from: minute(10), to: minute(20) };
    const gaps = (at: number) =>
      assessRef(MAIN, [push(1, "a"), push(at, "b", { before: "f".repeat(40) })], configured(), period, minute(99)).completeness[0];
    expect([9, 10, 19, 20].map((at) => gaps(at)?.code)).toEqual(["satisfied", "gap", "gap", "satisfied"]);
    expect(gaps(10)?.because).toBe(
      `Completeness: the push to refs/heads/main at ${minute(10)} begins at ffffffffffff, where no recorded push ended.`,
    );
    expect(assessRef(MAIN, [push(10, "b", { before: "f".repeat(40) })], configured(), period, minute(99)).completeness[0]?.code).toBe(
      "satisfied",
    );
    expect(
      assessRef(MAIN, [push(1, "a"), push(10, "b", { before: "f".repeat(40), created: true })], configured(), period, minute(99))
        .completeness[0]?.code,
    ).toBe("satisfied");
  });
});
