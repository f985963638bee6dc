import { checkpointTold, notificationsOf } from "@change-ledger/ledger";
import type { Entry, FactKind, FactsOf, SealedEntry } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { HEALTH_DETAIL_TYPES, TOLD_DETAIL_TYPES, TOLD_SOURCE } from "../../stacks/definitions.ts";

const AT = "2026-11-22T05:00:00.000Z";

function sealed<K extends FactKind>(kind: K, facts: FactsOf<K>, subject: Entry["subject"], part?: Entry["part"]): SealedEntry {
  const entry = { v: 1, subject, seq: 3, prev: "0".repeat(64), kind, occurredAt: AT, recordedAt: AT, facts, ...(part && { part }) };
  return { entry: entry as unknown as Entry, hash: "a".repeat(64), bytes: new Uint8Array() };
}

const told = (of: SealedEntry) =>
  notificationsOf(of).map(({ source, detailType, detail }) => ({ source, detailType, detail: JSON.parse(detail) }));
const CHANGE = "change:github/acme/pay/pull/1";
const ASSESSED: FactsOf<"assessed"> = {
  asOf: AT,
  configuration: "b".repeat(64),
  procedure: "ENG-PROC-003@1",
  type: "emergency",
  digest: "c".repeat(64),
  outcomes: { change: "pending" },
  opened: [{ test: "T4", code: "self-approved", because: "Four eyes: ada approved what ada wrote." }],
  resolved: ["T9/qa-missing"],
  due: [
    { test: "T9", code: "qa-due", at: "2026-11-23T05:00:00.000Z" },
    { test: "T13", code: "retrospective-due", at: "2026-11-24T05:00:00.000Z" },
  ],
};

describe("what an entry makes known to others", () => {
  it("are findings opened and resolved, and a review that is due", () => {
    const about = { version: 1, subject: CHANGE, at: AT, entry: { subject: CHANGE, seq: 3, hash: "a".repeat(64) } };
    expect(told(sealed("assessed", ASSESSED, CHANGE))).toEqual([
      {
        source: "change-ledger",
        detailType: "Finding opened",
        detail: { ...about, finding: { id: `${CHANGE}#T4/self-approved`, ...ASSESSED.opened[0] } },
      },
      { source: "change-ledger", detailType: "Finding resolved", detail: { ...about, finding: { id: `${CHANGE}#T9/qa-missing` } } },
      {
        source: "change-ledger",
        detailType: "Retrospective review due",
        detail: { ...about, obligation: { id: `${CHANGE}#T13/retrospective-due`, dueAt: "2026-11-24T05:00:00.000Z" } },
      },
    ]);
  });
  it("are not said again by what a long entry goes on with", () => {
    const on = told(sealed("assessed", { ...ASSESSED, opened: [] }, CHANGE, { index: 1, of: 2 }));
    expect(on).toEqual([]);
  });
  it("is a deployment that failed, and none that did not", () => {
    const of = "deployment:codedeploy/123456789012/us-east-1/d-1";
    const state = (name: "Failed" | "Succeeded" | "InProgress") =>
      told(sealed("deployment-state", { state: name, application: "pay", group: "production" }, of));
    expect(state("Failed")).toMatchObject([
      {
        detailType: "Deployment failed",
        detail: { subject: of, deployment: { state: "Failed", application: "pay", group: "production" } },
      },
    ]);
    expect([...state("Succeeded"), ...state("InProgress")]).toEqual([]);
  });
  it("is a configuration that was refused, until one comes into force", () => {
    const version = "d".repeat(64);
    const faults = [{ code: "unknown-member", field: "people.0", line: 3, column: 1 }];
    const of = (facts: FactsOf<"configuration">) => told(sealed("configuration", facts, "config:default"));
    expect(of({ status: "refused", version, faults })).toMatchObject([
      {
        detailType: "Finding opened",
        detail: { finding: { id: "config:default#configuration/refused", because: expect.stringContaining("at line 3") } },
      },
    ]);
    expect(of({ status: "in-force", version })).toMatchObject([
      { detailType: "Finding resolved", detail: { finding: { id: "config:default#configuration/refused" } } },
    ]);
    expect(of({ status: "offered", version })).toEqual([]);
  });
  it("has the source and the detail types that the bus lets it put", () => {
    const all = [
      ...told(sealed("assessed", ASSESSED, CHANGE)),
      ...told(sealed("deployment-state", { state: "Failed", application: "pay", group: "p" }, "deployment:codedeploy/1/r/d-1")),
    ];
    expect(new Set(all.map(({ detailType }) => detailType))).toEqual(new Set(TOLD_DETAIL_TYPES));
    const late = { since: AT, because: "An entry waits.", entry: { subject: CHANGE, seq: 3, hash: "a".repeat(64) } } as const;
    const health = [checkpointTold("ledger.example/acme", late, AT), checkpointTold("ledger.example/acme", undefined, AT)];
    expect(health.map(({ detailType }) => detailType)).toEqual([...HEALTH_DETAIL_TYPES]);
    expect(new Set([...all, ...health].map(({ source }) => source))).toEqual(new Set([TOLD_SOURCE]));
  });
});
