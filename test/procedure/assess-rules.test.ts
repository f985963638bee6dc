import type { Subject } from "@change-ledger/model";
import { assess, assessRef, type Finding, findingChanges, ProcedureError } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { configured } from "../scenarios/configured.ts";
import { CHANGE, deployed, judge, merged, pull, push } from "./judged.ts";
import { minute } from "./recorded.ts";

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
