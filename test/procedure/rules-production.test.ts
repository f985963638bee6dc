import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded, TestId } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { Patch } from "../scenarios/configured.ts";
import { CHANGE, deployed, HOME, judge, merged, parts, pull, push, record, review, said, ticket } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const HEAD: Subject = `commit:${HOME}/${sha("c")}`;
const TICKET: Subject = "ticket:jira/PAY-1";
const HOUR = 60;
const named = (...tickets: Subject[]) => [pull(10, { tickets }), push(50, "cd"), merged(50, { tickets })];
const test = (id: TestId, entries: readonly Recorded[], configuration: Patch = {}, at?: number) =>
  said(judge(entries, configuration, CHANGE, at), id);
const approval = (at: number, value = "Approved") => ticket(at, { fields: { approval: value } });

describe("authorised", () => {
  it("is a change whose ticket was linked and approved before the deployment started", () => {
    expect(test("T3", [...named(TICKET), approval(5), ...deployed(100)])).toBe(
      `satisfied satisfied: Authorised: ${TICKET} was approved at ${minute(5)}, before the deployment to production started at ${minute(100)}.`,
    );
    expect(test("T3", [...named(TICKET), ticket(5, { status: "Open" }), approval(101), ...deployed(100)])).toMatch(
      /^not-satisfied not-approved: Authorised: ticket:jira\/PAY-1 was not approved, before the deployment/,
    );
    expect(test("T3", [...named(TICKET), ...deployed(100)])).toMatch(/^not-assessable ticket-not-on-record/);
    expect(test("T3", [...named("ticket:jira/NO-1"), ...deployed(100)])).toMatch(/^not-satisfied unknown-project/);
    expect(test("T3", [...named("ticket:jira/NO-1", TICKET), ...deployed(100)])).toMatch(
      /^not-assessable ticket-not-on-record: .*NO-1 belongs to no project of the configuration; ticket:jira\/PAY-1 is not on record/,
    );
    expect(test("T3", [...named("ticket:jira/NO-1", TICKET), ticket(5, {}), ...deployed(100)])).toMatch(/^not-satisfied not-approved/);
    expect(test("T3", [...named("ticket:jira/NO-1", TICKET), approval(5), ...deployed(100)])).toMatch(/^satisfied/);
  });
  it("is no change that names none, or only afterwards", () => {
    expect(test("T3", [...named(), ...deployed(100)])).toBe("not-satisfied unticketed: Authorised: the pull request names no ticket.");
    const late = pull(101, { action: "edited", state: "merged", tickets: [TICKET, "ticket:jira/PAY-2"] });
    expect(test("T3", [...named(), ...deployed(100), late])).toBe(
      `not-satisfied unticketed: Authorised: ${TICKET}, ticket:jira/PAY-2 was linked only after the deployment started at ${minute(100)}.`,
    );
  });
  it("has time after the merge, while it is not deployed", () => {
    const end = 50 + 24 * HOUR;
    expect(test("T3", named(), {}, end - 1)).toMatch(
      /^pending ticket-due: Authorised: the pull request names no ticket; there is time until /,
    );
    expect(test("T3", named(), {}, end)).toMatch(
      /^not-satisfied unticketed: Authorised: the pull request names no ticket, and the time for it ended at /,
    );
    expect(test("T3", [...named(TICKET), ticket(5, {})], {}, end)).toMatch(
      /^not-satisfied not-approved: .*, before it goes to production\.$/,
    );
    expect(test("T3", [pull(10)])).toMatch(/^pending open: Authorised: the pull request names no ticket; the pull request is still open/);
    expect(test("T3", [...named(TICKET), approval(5)])).toMatch(/^satisfied/);
  });
  it("may be by a change record, whoever approved it being known", () => {
    const change: Subject = "change:servicenow/CHG1";
    const by = (...records: readonly Recorded[]) => test("T3", [...named(change), ...records, ...deployed(100)]);
    expect(by(record(5, { approval: "Approved", approvedBy: { id: "sys-lee" } }))).toMatch(
      /^satisfied satisfied: Authorised: change:servicenow\/CHG1 was approved by lee/,
    );
    expect(by(record(5, { approval: "approved", approvedBy: { id: "nobody" } }))).toMatch(
      /^not-satisfied not-approved: .*is approved, but nobody can say by whom/,
    );
    expect(by(record(5, { approval: "requested" }))).toMatch(/^not-satisfied not-approved: .*was not approved before/);
    expect(by(record(101, { approval: "approved", approvedBy: { id: "sys-lee" } }))).toMatch(/^not-satisfied not-approved/);
    expect(by()).toMatch(/^not-assessable ticket-not-on-record: .*change:servicenow\/CHG1 is not on record/);
  });
});

describe("tested", () => {
  const check = (at: number, id: string, name: string, conclusion?: string, on = HEAD) =>
    recorded(
      on,
      "check-run",
      { action: "x", id, name, status: conclusion === undefined ? "queued" : "completed", ...(conclusion !== undefined && { conclusion }) },
      { at, id: `${id} ${at}` },
    );
  const rules: Patch = { repository: { requiredChecks: ["build", "unit"], qaSignOff: [] } };
  const checked = (...runs: readonly Recorded[]) => parts(judge([...named(), ...runs, ...deployed(100)], rules), "T9")[0];

  it("is what every required check says of the head before the merge", () => {
    expect(checked(check(20, "1", "build", "success"), check(20, "2", "unit", "success"))).toBe(
      "satisfied satisfied: Tested: build, unit succeeded on cccccccccccc before the merge.",
    );
    expect(checked(check(20, "1", "build", "success"))).toMatch(/^not-satisfied check-missing: Tested: no run of unit on cccccccccccc/);
    expect(checked(check(20, "1", "build", "failure"))).toBe(
      "not-satisfied check-failed: Tested: the latest run of build before the merge says failure.",
    );
    expect(checked(check(20, "1", "build", "failure"), check(60, "3", "build", "success"))).toMatch(
      /^not-satisfied check-after-merge: Tested: build succeeded only at /,
    );
    expect(checked(check(60, "3", "build", "failure"))).toMatch(/^not-satisfied check-missing/);
    expect(checked(check(50, "1", "build", "success"), check(50, "2", "unit", "success"))).toMatch(/^satisfied/);
    expect(checked(check(20, "1", "build"))).toMatch(/^not-satisfied check-failed: .* says queued\.$/);
  });
  it("may be what a merge queue tried", () => {
    const queue = recorded(
      "ref:github/acme/shop/refs/heads/queue",
      "merge-group",
      { action: "checks_requested", head: sha("d"), headRef: "queue", base: sha("0"), baseRef: "main" },
      { at: 30 },
    );
    const tried = [
      check(40, "1", "build", "success", `commit:${HOME}/${sha("d")}`),
      check(40, "2", "unit", "success", `commit:${HOME}/${sha("d")}`),
    ];
    expect(checked(...tried, queue)).toMatch(/^satisfied/);
    expect(checked(...tried)).toMatch(/^not-satisfied check-missing/);
  });
  it("needs no sign-off where none is asked for", () => {
    expect(parts(judge([...named(), ...deployed(100)], rules), "T9")).toContain(
      "not-applicable no-sign-off-asked: Tested: the configuration asks for no sign-off by QA.",
    );
  });
});

describe("security review", () => {
  const files = (paths: readonly string[], more: object = {}, id = "files", part?: { index: number; of: number }) =>
    recorded(CHANGE, "files-lookup", { head: sha("c"), paths: [...paths], ...more }, { at: 20, id, ...(part && { part }) });
  const paths: Patch = { repository: { securityReview: { paths: ["src/auth/**"] } } };
  const secure = (entries: readonly Recorded[], configuration: Patch = paths) => test("T10", [...named(), ...entries], configuration);
  const touched = files(["README.md", "src/auth/login.ts"]);

  it("is asked for by a path, and only a whole list can say that there is none", () => {
    expect(secure([touched])).toMatch(/^not-satisfied no-security-approval: Security review: the path src\/auth\/login\.ts asks for it/);
    expect(secure([files(["README.md"])])).toMatch(/^not-applicable not-triggered/);
    expect(secure([files(["README.md"], { truncated: true })])).toMatch(/^not-assessable paths-unknown/);
    expect(secure([files(["README.md"], {}, "f", { index: 0, of: 2 })])).toMatch(/^not-assessable paths-unknown/);
    expect(secure([files(["README.md"], {}, "f", { index: 0, of: 2 }), files(["x"], {}, "f", { index: 1, of: 2 })])).toMatch(
      /^not-applicable/,
    );
    expect(secure([files(["src/auth/x"], { head: sha("b") })])).toMatch(/^not-assessable/);
    expect(secure([])).toMatch(/^not-assessable paths-unknown/);
  });
  it("is given by the security team, on the head, of others' work, without an objection", () => {
    expect(secure([touched, review(30, "chloe")])).toBe(
      "satisfied satisfied: Security review: the path src/auth/login.ts asks for it, and chloe approved cccccccccccc.",
    );
    expect(secure([touched, review(30, "ben")])).toMatch(/no-security-approval/);
    expect(secure([touched, review(30, "chloe", { commit: sha("b") })])).toMatch(/^not-satisfied stale-security-approval/);
    const hers = [
      pull(10, { author: { login: "chloe" } }),
      push(50, "cd"),
      merged(50, { author: { login: "chloe" } }),
      touched,
      review(30, "chloe"),
    ];
    expect(test("T10", hers, paths)).toMatch(/^not-satisfied security-author-not-covered: .*not somebody else's than chloe\.$/);
    const strange = [
      pull(10, { author: { login: "eve" } }),
      push(50, "cd"),
      merged(50, { author: { login: "eve" } }),
      touched,
      review(30, "chloe"),
    ];
    expect(test("T10", strange, paths)).toMatch(/security-author-not-covered: .*than an author whom nobody can name\.$/);
    expect(secure([touched, review(30, "ben", { state: "changes_requested" }), review(31, "chloe")])).toMatch(/^satisfied/);
  });
});

describe("the order of approval and deployment", () => {
  const all = (at: number) => [review(at, "ben"), review(at + 1, "quinn"), review(at + 2, "lee")];
  it("is right when the last required approval came first, by the senders' clocks", () => {
    expect(test("T11", [...named(), ...all(30), ...deployed(100)])).toMatch(
      new RegExp(`^satisfied satisfied: Order: the last required approval \\(\\w+, ${minute(32).replaceAll(".", "\\.")}\\) came before`),
    );
    expect(test("T11", [...named(), ...all(99), ...deployed(100)])).toMatch(/^not-satisfied approved-after-start: Order: .* came only at /);
    expect(test("T11", [...named(), review(30, "ben"), ...deployed(100)])).toMatch(
      /^not-satisfied approval-missing: Order: when the deployment started at .*, approval was wanting: /,
    );
    expect(test("T11", [...named(), ...all(30)])).toMatch(/^pending not-deployed/);
    expect(test("T11", [...named(), ...all(30), ...deployed(100).slice(0, 1)])).toMatch(/^not-assessable deployment-not-on-record/);
    expect(test("T11", [...named(), ...all(30), ...deployed(100).filter(({ entry }) => entry.source.id[0] !== "r")])).toMatch(
      /^not-assessable start-unknown/,
    );
  });
});

describe("the outcome", () => {
  const change: Subject = "change:servicenow/CHG1";
  const outcome = (entries: readonly Recorded[], at?: number) =>
    parts(judge([...named(change, TICKET), ...entries], {}, CHANGE, at), "T14").join("\n");
  const end = 101 + 72 * HOUR;

  it("has a back-out plan before the approval, else before the merge", () => {
    expect(outcome([record(20, { backOutPlan: true }), ...deployed(100)])).toContain(
      "satisfied satisfied: Outcome: a back-out plan was on record before the approval.",
    );
    expect(outcome([record(51, { backOutPlan: true }), ...deployed(100)])).toContain(
      `not-satisfied plan-after-approval: Outcome: the back-out plan was on record only at ${minute(51)}, after the merge at ${minute(50)}.`,
    );
    expect(outcome([record(40, { backOutPlan: true }), review(30, "ben"), review(31, "lee"), ...deployed(100)])).toContain(
      "after the last required approval at ",
    );
    expect(outcome([ticket(20, { fields: { backOutPlan: "given" } }), ...deployed(100)])).toContain("a back-out plan was on record");
    expect(outcome([ticket(20, { fields: { backOutPlan: "" } }), ...deployed(100)])).toContain("not-satisfied no-plan");
    expect(outcome([record(20, { backOutPlan: false }), ...deployed(100)])).toContain("not-satisfied no-plan");
  });
  it("is recorded in time, as it was observed", () => {
    const told = (said: string) => outcome([record(20, { backOutPlan: true }), record(110, { outcome: said }), ...deployed(100)]);
    expect(told("Successful")).toContain(`satisfied satisfied: Outcome: ${change} says Successful, as was observed.`);
    expect(told("unsuccessful")).toContain(
      `not-satisfied outcome-differs: Outcome: ${change} says unsuccessful, and what was observed is that it succeeded.`,
    );
    expect(outcome([record(20, {}), ...deployed(100)], end - 1)).toContain("pending outcome-due: Outcome: the record has to say by ");
    expect(outcome([record(20, {}), ...deployed(100)], end)).toContain("not-satisfied outcome-not-recorded");
    expect(outcome([...deployed(100)])).toContain("not-applicable no-record");
    expect(outcome([record(20, { outcome: "successful" })])).toContain(
      `pending not-deployed: Outcome: ${change} says successful, and nothing was observed`,
    );
    expect(outcome([record(20, {})])).toContain("pending not-deployed: Outcome: the record does not say yet how it went.");
    expect(outcome([ticket(20, { resolution: "Done" }), ...deployed(100)])).toContain(
      `satisfied satisfied: Outcome: ${TICKET} says Done, as was observed.`,
    );
    expect(outcome([ticket(20, { resolution: "Failed" }), ...deployed(100)])).toContain(`outcome-differs: Outcome: ${TICKET} says Failed`);
    expect(outcome([ticket(20, { resolution: "Other" }), ...deployed(100)])).toContain("not-applicable no-record");
  });
});

describe("what was verified", () => {
  type Verified = FactsOf<"verified">;
  const run = (at: number, more: Partial<Verified> = {}) =>
    recorded(
      "audit:default",
      "verified",
      { check: "normalisation", upTo: minute(200), looked: 1, faults: [], faulty: 0, ...more } as Verified,
      { at, id: `run ${at}`, seq: at },
    );
  const accurate = (...runs: readonly Recorded[]) => test("T2", [...named(), ...runs]);
  const fault = (subject: Subject, seq?: number) =>
    ({ faults: [{ subject, code: "differs", ...(seq !== undefined && { seq }) }], faulty: 1 }) as Partial<Verified>;

  it("is what the run says that reached furthest", () => {
    expect(accurate(run(300))).toMatch(/^satisfied/);
    expect(accurate()).toMatch(/^not-assessable normalisation-never-verified/);
    expect(accurate(run(300, { check: "chains" }))).toMatch(/never-verified/);
    expect(accurate(run(300, { upTo: minute(49) }))).toMatch(/^pending normalisation-not-verified-yet/);
    expect(accurate(run(300, { upTo: minute(50) }))).toMatch(/^satisfied/);
    expect(accurate(run(300), run(400, { upTo: minute(10) }))).toMatch(/^satisfied/);
    expect(accurate(run(400, { upTo: minute(10) }), run(300))).toMatch(/^satisfied/);
  });
  it("shows faults in the change's own dossier, and says when some are not named", () => {
    expect(accurate(run(300, fault(CHANGE)))).toMatch(
      /^not-satisfied normalisation-fault: .*found differs in change:github\/acme\/shop\/pull\/1\.$/,
    );
    expect(accurate(run(300, fault("ref:github/acme/shop/refs/heads/main", 7)))).toMatch(
      /found differs in ref:github\/acme\/shop\/refs\/heads\/main at 7\.$/,
    );
    expect(accurate(run(300, fault("ticket:jira/OTHER-1")))).toMatch(/^satisfied/);
    expect(accurate(run(300, { ...fault("ticket:jira/OTHER-1"), faulty: 2 }))).toMatch(
      /^not-assessable normalisation-faults-not-listed: .*found 2 faults and names only 1/,
    );
  });
});
