import type { SealedEntry, Subject } from "@change-ledger/model";
import { timelineOf } from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { chainOf } from "../chain.ts";
import { change, deploy, deployment, fact, minute, roles, seconds, sha, timeline } from "./group.ts";

const good = deploy("d-0", { start: 0, end: 2, state: "Succeeded", commit: "a", targets: { "i-1": undefined, "i-2": undefined } });
const failing = { "i-1": undefined, "i-2": { at: 14 } };

describe("a failed deployment that was rolled back", () => {
  const failed = deploy("d-1", {
    start: 10,
    end: 15,
    state: "Failed",
    commit: "b",
    previous: "a",
    error: "HEALTH_CONSTRAINTS",
    targets: failing,
    skipped: ["i-3"],
    config: "CodeDeployDefault.AllAtOnce",
  });
  const rollback = deploy("d-2", { start: 17, end: 20, state: "Succeeded", commit: "a", rollsBack: "d-1" });
  const shown = timeline("d-1", [good, failed, rollback, change("7", "b", 5, ["d-1"]), change("8", "c", 6, [])]);

  it("tells the figures, each with the entries that it rests on", () => {
    expect(seconds(shown)).toEqual({ duration: 300, timeToDetect: 240, timeToRollBack: 180, timeToRestore: 360, timeToRecover: 360 });
    for (const { from, to, definition } of shown.figures) {
      expect(definition).toMatch(/^From .+\.$/);
      for (const moment of [from, to])
        expect([...failed, ...rollback].find(({ hash }) => hash === moment?.told?.hash)?.entry.occurredAt).toBe(moment?.at);
    }
  });
  it("counts the targets that it touched, of all that the group has", () => {
    expect(shown.blastRadius).toMatchObject({ total: 3, failed: 1, succeeded: 1, skipped: 1, touched: 2, counted: true });
    expect(shown.blastRadius.shareTouched).toBeCloseTo(2 / 3);
    expect(timeline("d-1", [failed], { environment: (application, group) => `${application}-${group}` }).blastRadius.environment).toBe(
      "shop-production",
    );
  });
  it("tells what differs from the last good deployment: change, configuration, targets", () => {
    expect(shown.difference).toEqual({
      since: deployment("d-0"),
      by: "previous-revision",
      fromCommit: sha("a"),
      toCommit: sha("b"),
      sameRevision: false,
      changes: { carried: 1, fresh: 1, retried: 0 },
      config: { from: "CodeDeployDefault.OneAtATime", to: "CodeDeployDefault.AllAtOnce" },
      targets: { added: ["i-3"], gone: [] },
    });
  });
  it("names what runs now: the revision that was put back", () => {
    expect(shown.running).toMatchObject({ deployment: deployment("d-2"), revision: { commit: sha("a") }, unsure: false });
    expect(timeline("d-1", [good, failed]).running).toMatchObject({ deployment: deployment("d-0"), unsure: true });
  });
  it("has the lanes of its changes and of no others", () => {
    const lanes = new Map(shown.lanes.map(({ lane, marks }) => [lane, marks]));
    expect([...lanes.keys()]).toEqual(["ticket", "code", "review", "checks", "deployment", "targets", "rollback", "incident"]);
    expect([...lanes.values()].flat().filter(({ subject }) => subject.endsWith("/8") || subject.endsWith("-8"))).toEqual([]);
    expect(lanes.get("ticket")).toHaveLength(1);
    expect(lanes.get("code")?.map(({ what }) => what)).toEqual(["opened", "merged"]);
    expect(lanes.get("review")?.map(({ what, tone }) => [what, tone])).toEqual([["approved", "good"]]);
    expect(lanes.get("checks")?.map(({ what, tone }) => [what, tone])).toEqual([["build: success", "good"]]);
    expect(lanes.get("targets")?.map(({ what }) => what)).toContain("i-2: Failed");
    expect(new Set(lanes.get("rollback")?.map(({ subject }) => subject))).toEqual(new Set([deployment("d-2")]));
  });
  it("knows at an earlier instant only what was recorded by then", () => {
    const late = failed.map((sealed) =>
      sealed.entry.kind === "deployment-lookup"
        ? { ...sealed, entry: { ...sealed.entry, recordedAt: "2026-11-23T00:00:00.000Z" } }
        : sealed,
    );
    const early = timelineOf({ deployment: deployment("d-1"), entries: late }, { asOf: "2026-11-22T00:00:00.000Z" });
    expect(early).toMatchObject({
      lookedUp: "pending",
      failure: { class: "unknown" },
      firstFailure: { target: "i-2", at: minute(14) },
      blastRadius: { counted: false },
    });
    expect(timelineOf({ deployment: deployment("d-1"), entries: late }, { asOf: "2020-01-01T00:00:00.000Z" })).toBeUndefined();
  });
});

describe("approval", () => {
  const assessed = (t4: string) =>
    fact(minute(30), "assessed", {
      asOf: minute(30),
      configuration: "0".repeat(64),
      procedure: "ENG-PROC-003",
      type: "normal",
      digest: "0".repeat(64),
      outcomes: { T4: t4, T5: "satisfied" },
      opened: [],
      resolved: [],
    });
  const chains: SealedEntry[][] = [
    good,
    change("1", "a", -20, ["d-0"], [assessed("satisfied")]),
    change("2", "b", 5, ["d-1"], [assessed("not-satisfied")]),
    deploy("d-1", { start: 10, end: 15, state: "Failed", commit: "b", previous: "a", targets: failing }),
    deploy("d-2", { start: 17, end: 20, state: "Succeeded", commit: "a", rollsBack: "d-1" }),
  ];
  it("is that of the change which was merged as the revision, by the latest assessment on record", () => {
    const shown = timeline("d-1", chains);
    expect(shown.deployed.approval).toMatchObject({ outcome: "not-satisfied", change: "change:github/acme/shop/pull/2" });
    expect(shown.carries[0]?.approval?.outcome).toBe("not-satisfied");
    for (const state of [shown.previous, shown.restored, shown.running])
      expect(state?.approval).toMatchObject({
        outcome: "satisfied",
        because: expect.stringContaining("T4 satisfied"),
        change: "change:github/acme/shop/pull/1",
      });
  });
  it("is asked of whoever judges it, where somebody does", () => {
    const asked: unknown[] = [];
    const shown = timeline("d-1", chains, {
      approval: (of) => {
        asked.push(of);
        return { outcome: "pending", because: "told so" };
      },
    });
    expect(shown.restored?.approval).toEqual({ outcome: "pending", because: "told so" });
    expect(asked).toContainEqual({ revision: expect.objectContaining({ commit: sha("a") }), change: "change:github/acme/shop/pull/1" });
  });
  it("is silent where nobody judged", () => {
    expect(timeline("d-1", [good].concat(chains.slice(3))).restored).not.toHaveProperty("approval");
  });
});

describe("several failed attempts", () => {
  const first = deploy("d-1", { start: 10, end: 15, state: "Failed", commit: "b", previous: "a", rolledBackBy: "d-2", targets: failing });
  const firstRollback = deploy("d-2", {
    start: 17,
    end: 20,
    state: "Failed",
    commit: "a",
    rollsBack: "d-1",
    targets: { "i-1": { at: 19 } },
  });
  const redone = deploy("d-3", { start: 25, end: 28, state: "Succeeded", commit: "a", rollsBack: "d-2" });
  const second = deploy("d-4", {
    start: 30,
    end: 35,
    state: "Failed",
    commit: "c",
    previous: "a",
    targets: { "i-1": { at: 33, event: "AllowTraffic", error: "UnknownError" } },
  });
  const fix = deploy("d-5", { start: 50, end: 52, state: "Succeeded", commit: "d", previous: "a" });
  const later = deploy("d-6", { start: 60, end: 62, state: "Succeeded", commit: "e", previous: "d" });
  const elsewhere = deploy("d-7", {
    start: 12,
    end: 13,
    state: "Succeeded",
    commit: "f",
    about: { application: "shop", group: "staging" },
  });
  const all = [
    good,
    first,
    firstRollback,
    redone,
    second,
    fix,
    later,
    elsewhere,
    change("7", "b", 5, ["d-1", "d-4"]),
    change("8", "c", 22, ["d-4"]),
  ];

  it("are one lineage, from the last good deployment to the next, of that group alone", () => {
    const lineage = [
      ["d-0", "last-good"],
      ["d-1", "attempt"],
      ["d-2", "rollback"],
      ["d-3", "rollback"],
      ["d-4", "attempt"],
      ["d-5", "recovery"],
    ];
    expect(roles(timeline("d-1", all))).toEqual(lineage);
    expect(roles(timeline("d-4", all))).toEqual(lineage);
    expect(timeline("d-1", all).lineage.map(({ failure }) => failure)).toEqual([
      undefined,
      "script-failed",
      "script-failed",
      undefined,
      "traffic",
      undefined,
    ]);
  });
  it("a rollback that failed is followed to the one that succeeded", () => {
    const shown = timeline("d-1", all);
    expect(shown.restored?.deployment).toBe(deployment("d-3"));
    expect(seconds(shown)).toMatchObject({ timeToRollBack: 180, timeToRestore: 14 * 60 });
    expect(shown.lanes.find(({ lane }) => lane === "rollback")?.marks.some(({ subject }) => subject === deployment("d-3"))).toBe(true);
  });
  it("one that nobody rolled back recovers by a fix, and has no time to restore", () => {
    const shown = timeline("d-4", all);
    expect(shown.recovery).toEqual({ by: "fix-forward", deployment: deployment("d-5") });
    expect(seconds(shown)).toMatchObject({ timeToRestore: "no rollback has succeeded", timeToRecover: 19 * 60 });
    expect(shown.difference.changes).toEqual({ carried: 2, fresh: 1, retried: 1 });
    expect(shown.carries.map(({ change: one, retried }) => [one.slice(-1), retried])).toEqual([
      ["7", true],
      ["8", false],
    ]);
  });
  it("the former revision deployed again by hand is no rollback", () => {
    const again = deploy("d-8", { start: 40, end: 44, state: "Succeeded", commit: "a" });
    expect(timeline("d-4", [good, second, again]).recovery).toEqual({ by: "redeployment", deployment: deployment("d-8") });
  });
  it("a ring of rollbacks that name each other ends", () => {
    const ring = [
      deploy("d-1", { start: 10, end: 15, state: "Failed", commit: "b", rollsBack: "d-2", rolledBackBy: "d-2" }),
      deploy("d-2", { start: 10, end: 15, state: "Failed", commit: "b", rollsBack: "d-1", rolledBackBy: "d-1" }),
    ];
    expect(timeline("d-1", ring).restored).toBeUndefined();
  });
  it("clocks that contradict each other give no figure", () => {
    const early = deploy("d-2", { start: 1, end: 3, state: "Succeeded", commit: "a", rollsBack: "d-1" });
    expect(seconds(timeline("d-1", [first, early]))).toMatchObject({ timeToRestore: "the senders' clocks contradict each other" });
  });
});

describe("a target that is told as failed twice", () => {
  it("failed when it was first told", () => {
    const told = [14, 16].map((n) =>
      fact(minute(n), "target-state", { application: "shop", group: "production", target: "i-1", state: "Failed" }),
    );
    const shown = timeline("d-1", [chainOf(deployment("d-1"), told)]);
    expect(shown.targets).toMatchObject([{ id: "i-1", state: "Failed", failedAt: minute(14), endedAt: minute(14) }]);
  });
});

describe("deployments that end otherwise", () => {
  it("a success that was rolled back went wrong", () => {
    const chains = [
      good,
      deploy("d-1", { start: 10, end: 12, state: "Succeeded", commit: "b", targets: { "i-1": undefined } }),
      deploy("d-2", { start: 13, end: 14, state: "Succeeded", commit: "a", rollsBack: "d-1" }),
    ];
    const shown = timeline("d-1", chains);
    expect(shown).toMatchObject({
      outcome: "failed",
      state: "Succeeded",
      failure: { class: "unknown" },
      running: { deployment: deployment("d-2") },
    });
    expect(seconds(shown)).toMatchObject({ timeToRestore: "when its first target failed is not on record" });
  });
  it("one that was stopped before any target failed is no failure", () => {
    const stopped = deploy("d-1", { start: 10, end: 12, state: "Stopped", commit: "b", targets: { "i-1": undefined } });
    expect(timeline("d-1", [stopped])).toMatchObject({
      outcome: "stopped",
      failure: { class: "manual-stop" },
      figures: [{ name: "duration" }],
    });
    const half = deploy("d-1", { start: 10, end: 12, state: "Stopped", commit: "b", targets: { "i-1": { at: 11 } } });
    expect(timeline("d-1", [half])).toMatchObject({ outcome: "failed", firstFailure: { target: "i-1" } });
  });
  it("one that runs has no end and no failure", () => {
    const shown = timeline("d-1", [deploy("d-1", { start: 10, commit: "b", targets: { "i-1": undefined } })]);
    expect(shown).toMatchObject({ outcome: "running", state: "InProgress", lookedUp: "pending" });
    expect(shown).not.toHaveProperty("failure");
    expect(shown.figures).toMatchObject([{ name: "duration", missing: expect.stringContaining("not ended") }]);
  });
});

describe("ECS's deployments", () => {
  const at = (id: string): Subject => `deployment:ecs/1/eu-west-1/blue/shop/${id}`;
  const about = { application: "shop", group: "blue" };
  const chain = (id: string, ...states: readonly (readonly [number, object])[]) =>
    chainOf(
      at(id),
      states.map(([n, said]) => fact(minute(n), "deployment-state", { ...about, ...said })),
    );
  const trouble = chainOf(
    "audit:ecs/1/eu-west-1/blue/shop",
    [5, 12, 40].map((n) => fact(minute(n), "other", {})),
  ).map((sealed) => {
    const source = { ...sealed.entry.source, system: "ecs", event: "ECS Service Action.SERVICE_TASK_PLACEMENT_FAILURE" };
    return { ...sealed, entry: { ...sealed.entry, source } };
  });
  const chains = [
    chain("1", [0, { state: "InProgress" }], [2, { state: "Succeeded" }]),
    chain("2", [10, { state: "InProgress" }], [16, { state: "Failed", error: "ECS_TASKS_FAILED" }]),
    chain("3", [16, { state: "InProgress", restores: "1" }], [19, { state: "Succeeded" }]),
    trouble,
  ];
  it("tie a rollback, which names only what it puts back, to the failure before it", () => {
    const shown = timeline(at("2"), chains);
    expect(shown).toMatchObject({
      outcome: "failed",
      failure: {
        class: "no-capacity",
        code: "SERVICE_TASK_PLACEMENT_FAILURE",
        consequence: { class: "tasks-failed", code: "ECS_TASKS_FAILED" },
      },
      firstFailure: { at: minute(16) },
      running: { deployment: at("3"), unsure: false },
    });
    expect(seconds(shown)).toEqual({ duration: 360, timeToDetect: 360, timeToRollBack: 0, timeToRestore: 180, timeToRecover: 180 });
    expect(roles(shown)).toEqual([
      ["1", "last-good"],
      ["2", "attempt"],
      ["3", "rollback"],
    ]);
    expect(timeline(at("3"), chains)).toMatchObject({ rollback: true, outcome: "good" });
  });
  it("show what befell the service while they ran", () => {
    expect(timeline(at("2"), chains).lanes.find(({ lane }) => lane === "targets")?.marks).toMatchObject([
      { at: minute(12), what: "SERVICE_TASK_PLACEMENT_FAILURE", tone: "bad" },
    ]);
  });
});

describe("incidents", () => {
  const incident = (id: string, openedAt: number, resolvedAt: number | undefined, changes: readonly string[] = []) =>
    chainOf(`incident:pagerduty/${id}` as Subject, [
      fact(minute(openedAt), "incident", { action: "incident.triggered", openedAt: minute(openedAt), severity: "high", changes }),
      ...(resolvedAt === undefined
        ? []
        : [
            fact(minute(resolvedAt), "incident", {
              action: "incident.resolved",
              openedAt: minute(openedAt),
              resolvedAt: minute(resolvedAt),
            }),
          ]),
    ]);
  const failed = deploy("d-1", { start: 10, end: 15, state: "Failed", commit: "b", previous: "a", targets: failing });
  const rollback = deploy("d-2", { start: 17, end: 20, state: "Succeeded", commit: "a", rollsBack: "d-1" });
  it("stand beside the deployment, by what ties them to it, and never make it fail", () => {
    const chains = [
      good,
      failed,
      rollback,
      change("7", "b", 5, ["d-1"]),
      incident("Q1", 11, 18),
      incident("Q2", 90, undefined, ["change:github/acme/shop/pull/7"]),
      incident("Q3", 1, 9),
      incident("Q4", 21, 22),
    ];
    const shown = timeline("d-1", chains);
    expect(shown.incidents).toEqual([
      { incident: "incident:pagerduty/Q1", tie: "meanwhile", openedAt: minute(11), resolvedAt: minute(18), severity: "high" },
      { incident: "incident:pagerduty/Q2", tie: "named", openedAt: minute(90), severity: "high" },
    ]);
    expect(shown.lanes.find(({ lane }) => lane === "incident")?.marks).toHaveLength(3);
    expect(timeline("d-0", [good, incident("Q1", 1, 2)]).outcome).toBe("good");
  });
});
