import type { Subject } from "@change-ledger/model";
import { type Assessment, assessRef, CONTROLS, PeriodTally } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { Deployment } from "../../packages/procedure/dossier/deployments.ts";
import { ControlTally } from "../../packages/procedure/period/control-tally.ts";
import { restored } from "../../packages/procedure/tests/rollback.ts";
import { configured } from "../scenarios/configured.ts";
import { CHANGE, deployed, judge, merged, pull, push, review } from "./judged.ts";
import { minute } from "./recorded.ts";

describe("controls over a period", () => {
  const id = "soc2/CC8.1/approves";
  const of = (...outcomes: readonly Assessment["controls"][number]["outcome"][]) => {
    const tally = new ControlTally();
    for (const [nth, outcome] of outcomes.entries())
      tally.add({ change: `change:x/${nth}`, controls: [{ control: id, outcome, because: outcome === "satisfied" ? [] : ["T4"] }] });
    return tally.controls().find(({ control }) => control.id === id);
  };
  it("count each outcome, take the worst, and name the changes that are no good", () => {
    expect(of("satisfied", "not-applicable", "pending", "satisfied")).toMatchObject({
      outcome: "pending",
      counts: { satisfied: 2, "not-applicable": 1, pending: 1, "not-satisfied": 0, "not-assessable": 0 },
      exceptions: [{ change: "change:x/2", outcome: "pending", because: ["T4"] }],
    });
    expect(of("not-satisfied", "not-assessable", "satisfied")).toMatchObject({
      outcome: "not-satisfied",
      exceptions: [{ change: "change:x/0" }, { change: "change:x/1" }],
    });
    expect(of("satisfied")).toMatchObject({ outcome: "satisfied", exceptions: [] });
    expect(of("not-evidenced")).toMatchObject({ outcome: "not-applicable", counts: { satisfied: 0 }, exceptions: [] });
  });
  it("stand in the catalogue's order; what nothing evidences says so", () => {
    const controls = new ControlTally().controls();
    expect(controls.map(({ control }) => control)).toEqual(CONTROLS);
    for (const { control, outcome } of controls) expect(outcome).toBe(control.evidence === "none" ? "not-evidenced" : "not-applicable");
  });
});

describe("a branch over a period", () => {
  const period = { from: minute(0), to: minute(100) };
  const over = (ref: Subject, ...pushes: readonly ReturnType<typeof push>[]) => assessRef(ref, pushes, configured(), period, minute(200));
  const MAIN: Subject = "ref:github/acme/shop/refs/heads/main";
  it("is not judged where nobody protects it", () => {
    const topic: Subject = "ref:github/acme/shop/refs/heads/topic";
    const { completeness, rewrite, continuity, lapses } = over(topic, push(5, "a", { default: false }, topic));
    for (const verdicts of [completeness, rewrite, continuity])
      expect(verdicts).toMatchObject([
        { outcome: "not-applicable", code: "not-protected", because: "refs/heads/topic is no protected branch." },
      ]);
    expect(lapses).toEqual([]);
  });
  it("was rewritten by each push that forced or deleted it, within the period", () => {
    const codes = (...pushes: readonly ReturnType<typeof push>[]) =>
      over(MAIN, ...pushes).rewrite.map(({ code, because }) => `${code} ${because.split(" ").slice(-2).join(" ")}`);
    expect(codes(push(5, "a", { deleted: true }), push(6, "b", { forced: true }))).toEqual([
      "deleted deleted it.",
      "forced-push was forced.",
    ]);
    expect(codes(push(100, "a", { deleted: true }))).toEqual(["satisfied went forward."]);
    expect(codes(push(0, "a", { deleted: true }))).toHaveLength(1);
  });
});

describe("findings and their waivers", () => {
  const entries = [pull(10), push(50, "cd"), merged(50), review(30, "omar"), ...deployed(100)];
  const waived = (from: number, until: number) =>
    judge(entries, {
      waivers: [{ id: "w", tests: ["T4"], changes: [CHANGE], approvedBy: "lee", reason: "r", from: minute(from), until: minute(until) }],
    });
  it("are waived from when to when the waiver runs, by the release", () => {
    const waivers = (assessment: Assessment) => assessment.findings.filter(({ test }) => test === "T4").map(({ waiver }) => waiver);
    expect([waivers(waived(100, 101)), waivers(waived(101, 200)), waivers(waived(0, 100))]).toEqual([["w"], [undefined], [undefined]]);
    for (const finding of waived(101, 200).findings) expect("waiver" in finding).toBe(false);
  });
  it("are counted, the waived ones too", () => {
    const tally = new PeriodTally(configured());
    tally.add(waived(100, 101));
    tally.add(waived(101, 200));
    expect(tally.summary()).toMatchObject({ changes: 2, waived: 1, emergencyPercent: 0 });
  });
  it("are of what is not satisfied alone", () => {
    const { findings, tests } = waived(0, 1);
    const bad = new Set<string>(tests.filter(({ outcome }) => outcome === "not-satisfied").map(({ test }) => test));
    for (const { test } of findings) expect(test.startsWith("T") ? bad.has(test) : test.startsWith("step-")).toBe(true);
  });
  it("leave what is due in order of time, then of name", () => {
    const due = judge([pull(10), push(50, "cd"), merged(50)], {}, CHANGE, 60).obligations.map(({ dueAt, id }) => `${dueAt} ${id}`);
    expect(due.length).toBeGreaterThan(1);
    expect(due).toEqual([...due].sort());
  });
});

describe("a rollback", () => {
  const one = (id: string, more: Partial<Deployment>): Deployment =>
    ({ subject: `deployment:codedeploy/1/eu/${id}`, state: "Succeeded", endedAt: minute(9), ...more }) as Deployment;
  const said = (rollback: Partial<Deployment>, failed?: Partial<Deployment>) => {
    const { outcome, code, because } = restored(one("d-2", rollback), failed && one("d-1", failed));
    return `${outcome} ${code}: ${because}`;
  };
  it("is tied to what triggered it, both ways", () => {
    expect(said({ rollsBack: "d-1" }, { rolledBackBy: "d-2" })).toBe(
      `satisfied satisfied: Outcome: d-1 was rolled back by d-2, which succeeded at ${minute(9)}; each names the other.`,
    );
    expect(said({ rollsBack: "d-1" }, {})).toMatch(/^satisfied/);
    expect(said({})).toBe("not-satisfied rollback-not-tied: Outcome: the rollback d-2 names no deployment that triggered it.");
    expect(said({ rollsBack: "d-7" }, {})).toBe(
      "not-satisfied rollback-not-tied: Outcome: d-1 names the rollback d-2, which says that d-7 triggered it.",
    );
    expect(said({ rollsBack: "d-1" }, { rolledBackBy: "d-9" })).toBe(
      "not-satisfied rollback-not-tied: Outcome: the rollback d-2 says that d-1 triggered it, which names d-9.",
    );
  });
  it("has to end, and well", () => {
    expect(said({ rollsBack: "d-1", endedAt: undefined })).toBe("pending rolling-back: Outcome: the rollback d-2 has not ended.");
    expect(said({ rollsBack: "d-1", state: "Failed" })).toBe(
      "not-satisfied rollback-failed: Outcome: the rollback d-2 of d-1 ended as Failed.",
    );
    expect(said({ restores: "d-0", state: "Failed" })).toBe("not-satisfied rollback-failed: Outcome: the rollback d-2 ended as Failed.");
    expect(said({ restores: "d-0" }, {})).toBe(
      `satisfied satisfied: Outcome: the rollback d-2 put back the revision of d-0 and succeeded at ${minute(9)}; ECS does not say what it undid.`,
    );
  });
});
