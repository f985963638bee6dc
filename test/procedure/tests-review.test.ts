import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded, TestId } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { Case } from "../../packages/procedure/dossier/case.ts";
import { AUDIT_TESTS } from "../../packages/procedure/tests/index.ts";
import { verdictOf } from "../../packages/procedure/tests/sheet.ts";
import { notSatisfied, satisfied } from "../../packages/procedure/tests/verdict.ts";
import { configured, type Patch } from "../scenarios/configured.ts";
import {
  attested,
  CHANGE,
  carried,
  deployed,
  deploymentOf,
  HOME,
  judge,
  merged,
  parts,
  pull,
  push,
  ran,
  record,
  review,
  said,
  ticket,
} from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const TICKET: Subject = "ticket:jira/PAY-1";
const SECOND: Subject = "ticket:jira/PAY-2";
type Pull = Partial<FactsOf<"pull-request">>;
const book = (facts: Pull = {}) => [pull(10, facts), push(50, "cd"), merged(50, facts)];
const test = (id: TestId, entries: readonly Recorded[], configuration: Patch = {}) => said(judge(entries, configuration), id);
/** A procedure of one step that asks for these blocks. */
const asking = (...requires: object[]) => ({
  procedures: [
    { id: "own", version: "1", title: "t", steps: { normal: [{ number: 1, title: "t", who: ["developer"], requires, tests: [] }] } },
  ],
  repository: { procedure: "own", securityReview: { labels: ["security"] } },
});

describe("what came before the deployment", () => {
  it("cannot be said to be there where nothing tells when the deployment started, by the tests that ask for it", () => {
    const entries = [...book(), carried(100, "d-1"), ...ran("d-1", { Succeeded: 100 })];
    const of = new Case({ change: CHANGE, entries }, configured(), minute(200));
    const codes = (judge: () => ReturnType<typeof satisfied>) =>
      AUDIT_TESTS.filter((one) => verdictOf({ ...one, judge: () => judge() }, of).code === "start-unknown").map(({ id }) => id);
    expect(codes(() => satisfied("Well."))).toEqual(["T3", "T9", "T11", "T13", "T15"]);
    expect(codes(() => notSatisfied("c", "Not.", "Do."))).toEqual([]);
    const known = new Case({ change: CHANGE, entries: [...book(), ...deployed(100)] }, configured(), minute(200));
    expect(verdictOf({ ...(AUDIT_TESTS[2] as (typeof AUDIT_TESTS)[number]), judge: () => satisfied("Well.") }, known).code).toBe(
      "satisfied",
    );
  });
});

describe("tested", () => {
  it("is not what a merge queue tried that did not become the branch", () => {
    const group = recorded(
      "ref:github/acme/shop/refs/heads/queue",
      "merge-group",
      { action: "checks_requested", head: sha("e"), headRef: "queue", base: sha("0"), baseRef: "main" },
      { at: 30 },
    );
    const run = (on: string) =>
      recorded(`commit:${HOME}/${sha(on)}`, "status", { id: on, context: "build", state: "success" }, { at: 20, id: `status ${on}` });
    const checks = { repository: { requiredChecks: ["build"], qaSignOff: [] } };
    expect(parts(judge([...book(), group, run("e")], checks), "T9")[0]).toMatch(/^not-satisfied check-missing/);
    expect(parts(judge([...book(), group, run("c")], checks), "T9")[0]).toMatch(/^satisfied/);
  });
  it("by QA has its time after the merge, which ends", () => {
    const at = (minutes: number) => parts(judge(book(), { obligations: { qaHours: 2 } }, CHANGE, minutes), "T9")[1];
    expect(at(50 + 119)).toMatch(/^pending qa-due/);
    expect(at(50 + 120)).toMatch(/^not-satisfied qa-missing: .*the time for it ended at/);
  });
});

describe("a security review", () => {
  const secure = (entries: readonly Recorded[], configuration: Patch = {}) => test("T10", entries, configuration);
  const labelled = (...more: readonly Recorded[]) => [...book({ labels: ["big", "security"] }), ...more];
  const both = asking(
    { block: "approval", roles: ["peer-reviewer"] },
    { block: "approval", roles: ["security-team", "engineering-lead"], when: "security-relevant" },
  );

  it("is asked for by a label among others, or always", () => {
    expect(secure(labelled())).toMatch(/^not-satisfied no-security-approval: Security review: the label security asks for it/);
    expect(secure(book(), { repository: { securityReview: { always: true } } })).toMatch(
      /^not-satisfied no-security-approval: Security review: the configuration asks for it always asks/,
    );
    expect(secure(book(), { repository: { match: "github/acme/other" } })).toMatch(/^not-assessable paths-unknown/);
  });
  it("cannot be ruled out where a part of the list was cut off", () => {
    const files = (index: number, truncated: boolean) =>
      recorded(
        CHANGE,
        "files-lookup",
        { head: sha("c"), paths: [`${index}`], ...(truncated && { truncated }) },
        { at: 20, id: "files", part: { index, of: 2 } },
      );
    const paths = { repository: { securityReview: { paths: ["src/**"] } } };
    expect(secure([...book(), files(0, false), files(1, true)], paths)).toMatch(/^not-assessable paths-unknown/);
    expect(secure([...book(), files(0, false), files(1, false)], paths)).toMatch(/^not-applicable not-triggered/);
  });
  it("comes after a founded emergency, not before", () => {
    const emergency = [
      ...labelled(review(3, "lee")),
      ticket(1, { type: "Emergency change", fields: { emergencyReason: "x" } }),
      recorded("incident:pagerduty/Q1", "incident", { action: "triggered", changes: [CHANGE], openedAt: minute(2) }, { at: 2 }),
    ];
    const named = emergency.map((one) =>
      one.entry.kind === "pull-request" ? { ...one, entry: { ...one.entry, facts: { ...one.entry.facts, tickets: [TICKET] } } } : one,
    ) as Recorded[];
    expect(secure(named)).toMatch(/^not-applicable emergency/);
    expect(secure(emergency)).toMatch(/^not-satisfied no-security-approval/);
  });
  it("is by anybody who holds one of its roles, and stopped by any of them", () => {
    expect(secure(labelled(review(30, "lee")), both)).toMatch(/^satisfied .*and lee approved cccccccccccc\.$/);
    expect(secure(labelled(review(30, "ben")), both)).toMatch(/^not-satisfied no-security-approval/);
    const asked = { state: "changes_requested" } as const;
    expect(secure(labelled(review(30, "lee"), review(31, "chloe", asked)), both)).toMatch(
      /^not-satisfied security-objection: Security review: chloe of the security team asked/,
    );
    for (const other of [review(31, "ben", asked), review(31, "x", { ...asked, reviewer: {} })])
      expect(secure(labelled(review(30, "lee"), other), both)).toMatch(/^satisfied/);
  });
});

describe("the approvals that the procedure asks for", () => {
  const order = (entries: readonly Recorded[], configuration: Patch = {}) => test("T11", entries, configuration);
  const two = asking({ block: "approval", roles: ["peer-reviewer", "engineering-lead"] });

  it("come before the start, not with it", () => {
    const all = (at: number) => [review(at, "ben"), review(at + 1, "quinn"), review(at + 2, "lee")];
    expect(order([...book(), ...all(97), ...deployed(100)])).toMatch(/^satisfied/);
    expect(order([...book(), ...all(98), ...deployed(100)])).toMatch(/^not-satisfied approved-after-start/);
  });
  it("are named by their roles where they are wanting", () => {
    expect(order([...book(), ...deployed(100)], two)).toBe(
      `not-satisfied approval-missing: Order: when the deployment started at ${minute(100)}, approval was wanting: peer-reviewer or engineering-lead, four eyes.`,
    );
  });
  it("are the first that together cover every author", () => {
    const approvals = [review(29, "ada"), review(30, "ben"), review(31, "lee")];
    expect(order([...book(), ...approvals, ...deployed(100)], two)).toContain(
      `the last required approval (ben, ${minute(30)}) came before`,
    );
    expect(order([...book(), review(31, "lee"), ...deployed(100)], two)).toContain(`(lee, ${minute(31)})`);
    // Who asked for changes first approved last.
    const later = [review(28, "ben", { state: "changes_requested" }), review(29, "lee"), review(30, "ben")];
    expect(order([...book(), ...later, ...deployed(100)], two)).toContain(`(lee, ${minute(29)})`);
  });
});

describe("who asked, approved and deployed", () => {
  const person = (id: string, roles: readonly string[] = []) => ({
    id,
    roles: ["developer", ...roles],
    accounts: { github: [id], jira: [`j-${id}`], servicenow: [`s-${id}`], aws: [`a-${id}`] },
  });
  const people = [person("ada"), person("ben", ["peer-reviewer"]), person("omar"), person("zed")];
  const asked = (who: string, subject = TICKET) => ticket(5, { reporter: { id: `j-${who}` } }, "lee", subject);
  const created = (principal: FactsOf<"deployment-created">["principal"], id = "d-1") =>
    recorded(
      deploymentOf(id),
      "deployment-created",
      { application: "shop", group: "production", principal },
      { at: 99, id: JSON.stringify(principal), seq: 70 },
    );
  const apart = (entries: readonly Recorded[], any = false, more: Patch = {}) =>
    test("T12", [...book({ tickets: [SECOND, TICKET] }), review(30, "ben"), ...entries], {
      people,
      catalogue: [],
      ...(any && { segregation: "any-two" }),
      ...more,
    });
  const by = (...names: string[]) => [...deployed(100), ...names.map((name) => created({ arn: `a-${name}` }))];
  const one = "not-satisfied one-person: Segregation: ";

  it("may not be one person for all three", () => {
    expect(apart([asked("ben"), ...by("ben")])).toBe(`${one}ben asked for it, was its only approver and deployed it.`);
    expect(apart([asked("ben"), ...by("omar", "zed")])).toBe(
      "satisfied satisfied: Segregation: ben asked for it, ben approved it, and omar and zed deployed it.",
    );
    expect(apart([asked("omar"), ...by("ben")])).toBe("satisfied satisfied: Segregation: omar asked for it and ben approved it.");
  });
  it("may not be one person for any two, where the configuration says so", () => {
    expect(apart([asked("ben"), ...by("omar")], true)).toBe(`${one}ben asked for it and was its only approver.`);
    expect(apart([asked("omar"), ...by("zed", "ben")], true)).toBe(`${one}ben was its only approver and deployed it.`);
    expect(apart([asked("omar"), ...by("zed", "omar")], true)).toBe(`${one}omar asked for it and deployed it.`);
    expect(apart([asked("zed"), asked("omar", SECOND), ...by("omar")], true)).toBe(`${one}omar asked for it and deployed it.`);
    expect(apart([asked("omar"), ...by("zed")], true)).toBe(
      "satisfied satisfied: Segregation: omar asked for it, ben approved it, and zed deployed it.",
    );
  });
  it("is told of whoever makes it worst, where several asked", () => {
    expect(apart([asked("omar"), asked("ben", SECOND), ...by("ben")])).toBe(
      `${one}ben asked for it, was its only approver and deployed it.`,
    );
    expect(apart([asked("omar"), asked("x", SECOND), ...by("zed")])).toMatch(
      /^not-satisfied unknown-identity: Segregation: nobody can say which person j-x is, so nobody can say that it is not ben/,
    );
    expect(apart([asked("zed", SECOND), asked("omar")])).toContain("omar asked for it and ben approved it");
    const change: Subject = "change:servicenow/CHG1";
    const entries = [...book({ tickets: [change] }), review(30, "ben"), record(5, { requestedBy: { id: "s-zed" } })];
    expect(test("T12", entries, { people, catalogue: [] })).toContain("zed asked for it and ben approved it");
  });
  it("knows the deployer by any name that CloudTrail gives", () => {
    const bots = [{ id: "pipeline", accounts: { aws: ["AIDA1", "role/deploy"] } }];
    const deployer = (principal: FactsOf<"deployment-created">["principal"]) =>
      apart([asked("ben"), ...deployed(100), created(principal)], false, { bots });
    for (const principal of [{ id: "AIDA1" }, { arn: "role/deploy" }, { name: "role/deploy" }, { arn: "role/deploy", id: "x" }])
      expect(deployer(principal)).toContain("and pipeline deployed it.");
  });
  it("is not known where one of the deployments has no deployer on record", () => {
    const second = [carried(200, "d-2"), ...ran("d-2", { InProgress: 200, Succeeded: 205 })];
    expect(apart([asked("ben"), ...by("omar"), ...second])).toMatch(/^not-assessable deployer-unknown/);
    expect(apart([asked("ben"), ...by("ben"), ...second])).toMatch(/^not-satisfied one-person/);
  });
});

describe("QA's sign-off", () => {
  const signed = (way: object, entries: readonly Recorded[], more: Patch = {}) =>
    parts(judge([...entries, ...deployed(100)], { repository: { qaSignOff: [way], requiredChecks: [] }, ...more }), "T9")[1];
  const word = (facts: Partial<FactsOf<"attested">>) => attested(60, { what: "qa-sign-off", ...facts });

  it("attested without a revision is of none, though the merge's is not known either", () => {
    const { mergeSha: _, ...unknown } = merged(50).entry.facts;
    const entries = [pull(10), push(50, "cd"), recorded(CHANGE, "pull-request", unknown, { at: 50, id: "merged" })];
    expect(signed({ attested: "qa-sign-off" }, [...entries, word({})])).toMatch(/^not-satisfied/);
    expect(signed({ attested: "qa-sign-off" }, [...entries, word({ commit: sha("c") })])).toMatch(/^satisfied/);
  });
  it("that may not be attested is said where it is of the revision", () => {
    const attesters = [{ account: "111111111111" }];
    const refused = (commit: string) => signed({ attested: "qa-sign-off" }, [...book(), word({ commit: sha(commit) })], { attesters });
    expect(refused("c")).toContain("does not count");
    expect(refused("b")).not.toContain("does not count");
  });
  it("by staging needs the deployment's own events, and is not undone by another that began", () => {
    const host = (at: number, kind: "host-deployment" | "host-deployment-status", state: object) =>
      recorded(
        `commit:${HOME}/${sha("c")}`,
        kind,
        { action: "created", id: `${at}`, environment: "staging", commit: sha("c"), ...state } as FactsOf<"host-deployment-status">,
        { at, id: `host ${at}` },
      );
    expect(signed({ deployment: "staging" }, [...book(), carried(60, "d-9")])).toMatch(/^not-satisfied/);
    expect(
      signed({ deployment: "staging" }, [
        ...book(),
        host(60, "host-deployment-status", { state: "success" }),
        host(70, "host-deployment", {}) as Recorded,
      ]),
    ).toMatch(/^satisfied/);
  });
  it("in a ticket may come with other changes of the same event", () => {
    const changes = [
      { field: "assignee", to: "x" },
      { field: "status", to: "Tested" },
    ];
    const entries = [...book({ tickets: [TICKET] }), ticket(60, { changes }, "quinn")];
    expect(signed({ ticket: { statuses: ["Tested"] } }, entries)).toMatch(/^satisfied/);
  });
  it("in a ticket is any of the statuses, by anybody who holds one of the roles, and what a field was set to last", () => {
    const told = (at: number, changes: readonly (readonly [field: string, to: string])[]) =>
      ticket(at, { changes: changes.map(([field, to]) => ({ field, to })) }, "quinn");
    const moved = (way: object, ...events: readonly Recorded[]) => signed({ ticket: way }, [...book({ tickets: [TICKET] }), ...events]);
    const statuses = { statuses: ["Verified", "Tested"], roles: ["engineering-lead", "qa-team"] };
    expect(moved(statuses, told(60, [["status", "Tested"]]))).toMatch(/^satisfied/);
    const field = { field: "qa", values: ["Passed"] };
    expect(moved(field, told(60, [["qa", "Passed"]]), told(70, [["assignee", "x"]]))).toMatch(/^satisfied/);
    const taken = told(70, [
      ["assignee", "x"],
      ["qa", "Failed"],
    ]);
    expect(moved(field, told(60, [["qa", "Passed"]]), taken)).toMatch(/^not-satisfied/);
  });
  it("is not by a reviewer whom nobody can name", () => {
    expect(signed({ review: { roles: ["qa-team"] } }, [...book(), review(60, "x", { reviewer: {} })])).toMatch(/^not-satisfied/);
  });
});
