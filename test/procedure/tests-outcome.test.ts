import type { Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { Deployment } from "../../packages/procedure/dossier/deployments.ts";
import { restored } from "../../packages/procedure/tests/rollback.ts";
import {
  CHANGE,
  carried,
  deployed,
  HOME,
  judge,
  lookedUp,
  merged,
  parts,
  pull,
  push,
  ran,
  record,
  restsOn,
  review,
  ticket,
} from "./judged.ts";
import { minute, sha } from "./recorded.ts";

const TICKET: Subject = "ticket:jira/PAY-1";
const RECORD: Subject = "change:servicenow/CHG1";
const HOUR = 60;
const named = (...tickets: Subject[]) => [pull(10, { tickets }), push(50, "cd"), merged(50, { tickets })];
const outcome = (entries: readonly Recorded[], at?: number) => parts(judge(entries, {}, CHANGE, at), "T14");
const succeeded = (id: string, at: number) => [carried(at, id), ...ran(id, { InProgress: at, Succeeded: at + 5 })];
const failed = (id: string, at: number) => [carried(at, id), ...ran(id, { InProgress: at, Failed: at + 5 })];

describe("how a deployment ended", () => {
  const went = (entries: readonly Recorded[], at?: number) => outcome([...named(), ...entries], at).slice(2);
  const open = (state: string) => new RegExp(`^pending restore-due: Outcome: the deployment ended as ${state}, and nothing rolled it back`);

  it("is not known while it runs", () => {
    expect(went([carried(100, "d-1"), ...ran("d-1", { InProgress: 100 })])).toEqual([
      "pending deploying: Outcome: the deployment has not ended.",
    ]);
    expect(went([carried(100, "d-1"), lookedUp(100, "d-1", { state: "InProgress", startedAt: minute(99) })])).toEqual([
      "pending deploying: Outcome: the deployment has not ended.",
    ]);
  });
  it("is put right in time where it failed, or it stays a finding", () => {
    const end = 105 + 72 * HOUR;
    expect(went(failed("d-1", 100), end - 1)[0]).toMatch(open("Failed"));
    expect(went(failed("d-1", 100), end)).toEqual([
      `not-satisfied not-restored: Outcome: the deployment ended as Failed, and nothing rolled it back or fixed it forward; the time for it ended at ${minute(end)}.`,
    ]);
  });
  it("is put right by one that started later and succeeded", () => {
    const first = (entries: readonly Recorded[]) => went(entries, 300)[0];
    expect(first([...failed("d-1", 100), ...succeeded("d-2", 200)])).toMatch(
      /^satisfied satisfied: .*ended as Failed, and a later one succeeded/,
    );
    expect(first([...failed("d-1", 100), ...succeeded("d-2", 100)])).toMatch(open("Failed"));
    expect(first([...failed("d-1", 100), ...succeeded("d-2", 50)])).toMatch(open("Failed"));
    expect(first([...failed("d-1", 100), carried(200, "d-2"), ...ran("d-2", { InProgress: 200, Stopped: 205 })])).toMatch(open("Failed"));
  });
});

describe("a rollback", () => {
  const went = (entries: readonly Recorded[]) => outcome([...named(), ...entries], 300)[2];
  const back = (id: string, rollsBack: string | undefined, region?: string) => [
    ...ran(id, { InProgress: 110, Succeeded: 115 }, {}, region),
    lookedUp(
      116,
      id,
      { creator: "codeDeployRollback", startedAt: minute(110), completedAt: minute(115), ...(rollsBack !== undefined && { rollsBack }) },
      region,
    ),
  ];
  const undone = "satisfied satisfied: Outcome: d-1 was rolled back by d-2, which succeeded at ";

  it("is one of this deployment, which it names", () => {
    expect(went([...failed("d-1", 100), ...back("d-2", "d-1")])).toContain(undone);
    expect(went([...failed("d-1", 100), ...back("d-2", "d-9")])).toMatch(/^pending restore-due/);
    expect(went([...failed("d-1", 100), ...back("d-3", "d-9"), ...back("d-2", "d-1")])).toContain(undone);
    expect(went([...failed("d-1", 100), ...back("d-2", "d-1", "eu-west-1")])).toMatch(/^pending restore-due/);
  });
  it("is one that the failed deployment names, as long as it is on record as a rollback", () => {
    const naming = [
      ...failed("d-1", 100),
      lookedUp(120, "d-1", { state: "Failed", startedAt: minute(100), completedAt: minute(105), rolledBackBy: "d-2" }),
    ];
    expect(went([...naming, ...back("d-2", "d-1")])).toContain(undone);
    expect(went([...naming, ...back("d-3", "d-9"), ...back("d-2", undefined)])).toMatch(
      /^not-satisfied rollback-not-tied: Outcome: the rollback d-2 names no deployment that triggered it/,
    );
    const waited = "pending rollback-not-on-record: Outcome: d-1 was rolled back by d-2, which is not on record yet.";
    expect(went(naming)).toBe(waited);
    expect(went([...naming, ...back("d-3", "d-9")])).toBe(waited);
    expect(went([...naming, ...ran("d-2", { InProgress: 110, Succeeded: 115 })])).toBe(waited);
  });
  it("that says what it undoes is tied to it, whatever it puts back", () => {
    const rollback = {
      subject: "deployment:ecs/1/eu/d-2",
      rollsBack: "d-1",
      restores: "d-0",
      state: "Succeeded",
      endedAt: "then",
    } as unknown as Deployment;
    expect(restored(rollback).because).toBe("Outcome: d-1 was rolled back by d-2, which succeeded at then; each names the other.");
    expect(restored(rollback, { subject: "deployment:ecs/1/eu/d-7" } as unknown as Deployment).code).toBe("rollback-not-tied");
  });
});

describe("the outcome on record", () => {
  const told = (entries: readonly Recorded[], ...more: readonly Recorded[]) =>
    outcome([...named(RECORD, TICKET), ...entries, ...more], 300)[1];
  const says = (value: string, subject = RECORD) => record(110, { outcome: value }, subject);

  it("is that of the last attempt where an earlier one failed", () => {
    const fixed = [...failed("d-1", 100), ...succeeded("d-2", 200)];
    expect(told(fixed, says("successful"))).toMatch(/^satisfied .*says successful, as was observed\.$/);
    expect(told(fixed, says("unsuccessful"))).toMatch(/^not-satisfied outcome-differs: .*what was observed is that it succeeded/);
    expect(told(failed("d-1", 100), says("unsuccessful"))).toMatch(/^satisfied .*as was observed\.$/);
    expect(told(failed("d-1", 100), says("successful"))).toMatch(/^not-satisfied outcome-differs: .*what was observed is that it failed/);
  });
  it("is a failure where what succeeded was rolled back", () => {
    const undone = [carried(100, "d-1"), lookedUp(120, "d-1", { startedAt: minute(100), completedAt: minute(105), rolledBackBy: "d-2" })];
    expect(told(undone, says("successful"))).toMatch(/^not-satisfied outcome-differs: .*it failed\.$/);
    expect(told(undone, says("unsuccessful"))).toMatch(/^satisfied/);
  });
  it("is held to what ended, and waits for it", () => {
    const running = [carried(100, "d-1"), ...ran("d-1", { InProgress: 100 })];
    expect(told(running, says("successful"))).toMatch(
      /^pending not-deployed: .*says successful, and nothing was observed in production yet/,
    );
    expect(told([...failed("d-1", 90), carried(100, "d-2"), ...ran("d-2", { InProgress: 100 })], says("unsuccessful"))).toMatch(
      /^satisfied/,
    );
  });
  it("is what all of its records say", () => {
    const done = ticket(120, { resolution: "Done" });
    expect(told(deployed(100), says("successful"), done)).toBe(
      `satisfied satisfied: Outcome: ${RECORD} says successful and ${TICKET} says Done, as was observed.`,
    );
    expect(told(deployed(100), says("successful"), ticket(120, { resolution: "Failed" }))).toMatch(/^not-satisfied outcome-differs/);
  });
  it("is not what a ticket says of whose project nobody said what resolutions mean", () => {
    for (const other of ["ticket:jira/INC-1", "ticket:jira/NO-1"] as const)
      expect(outcome([...named(other), ticket(120, { resolution: "Done" }, "lee", other), ...deployed(100)])[1]).toMatch(
        /^not-applicable no-record/,
      );
  });
});

describe("the back-out plan", () => {
  it("may be given with the approval, and not after it", () => {
    const at = (minutes: number) =>
      outcome([...named(RECORD), record(minutes, { backOutPlan: true }), review(30, "ben"), ...deployed(100)])[0];
    expect(at(30)).toMatch(/^satisfied/);
    expect(at(31)).toMatch(/^not-satisfied plan-after-approval/);
  });
  it("is waited for while the pull request or the record is open", () => {
    const plan = (entries: readonly Recorded[], change: Subject) => parts(judge(entries, {}, change), "T14")[0];
    expect(plan([pull(10)], CHANGE)).toBe("pending no-plan-yet: Outcome: no back-out plan is on record.");
    expect(plan([record(10, { approval: "requested" })], RECORD)).toMatch(/^pending no-plan-yet/);
    expect(plan([record(10, {}), record(20, { closedAt: minute(20) })], RECORD)).toMatch(/^not-satisfied no-plan/);
    expect(plan([record(10, { backOutPlan: true })], RECORD)).toMatch(/^satisfied/);
    expect(plan([push(50, "cd")], `change:${HOME}/push/${sha("d")}`)).toMatch(/^not-satisfied no-plan/);
  });
  it("that is missing is told of the push where there is no pull request", () => {
    const entries = [push(50, "cd")];
    const said = judge(entries, {}, `change:${HOME}/push/${sha("d")}`);
    expect(restsOn(said, "T14", entries)).toHaveLength(1);
  });
});
