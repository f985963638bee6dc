import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { Patch } from "../scenarios/configured.ts";
import { attested, CHANGE, deployed, judge, merged, parts, pull, push, record, review, said, ticket } from "./judged.ts";
import { minute, recorded } from "./recorded.ts";

const TICKET: Subject = "ticket:jira/PAY-1";
const HOUR = 60;
const called = (at = 1, more: Partial<FactsOf<"ticket">> = {}) => ticket(at, { type: "Emergency change", ...more });
const named = (more: Partial<FactsOf<"pull-request">> = {}) => [
  pull(1, { tickets: [TICKET], ...more }),
  push(5, "cd"),
  merged(5, { tickets: [TICKET], ...more }),
];
const incident = (openedAt: number | undefined, at: number, id = "Q1", changes: Subject[] = [CHANGE]) =>
  recorded(
    `incident:pagerduty/${id}`,
    "incident",
    { action: "triggered", changes, ...(openedAt !== undefined && { openedAt: minute(openedAt) }) },
    { at, id: `${id} ${at}` },
  );
const reason = (at = 2) => called(at, { fields: { emergencyReason: "Payments time out" } });
const of = (entries: readonly Recorded[], configuration: Patch = {}, at?: number) =>
  parts(judge(entries, configuration, CHANGE, at), "T13");

describe("the incident of an emergency", () => {
  it("is the first one opened, before the release", () => {
    const said = (...incidents: readonly Recorded[]) => of([...named(), called(), ...incidents, ...deployed(60)])[0];
    const opened = (id: string, at: number) =>
      `satisfied satisfied: Emergency: incident:pagerduty/${id} was opened at ${minute(at)}, before the deployment started at ${minute(60)}.`;
    expect(said(incident(9, 9), incident(4, 20, "Q2"))).toBe(opened("Q2", 4));
    expect(said(incident(4, 9), incident(9, 4, "Q2"))).toBe(opened("Q1", 4));
    expect(said(incident(4, 9, "Q2"), incident(4, 9))).toBe(opened("Q1", 4));
    expect(said(incident(4, 9), incident(4, 9, "Q2"))).toBe(opened("Q1", 4));
    expect(said(incident(undefined, 8))).toBe(opened("Q1", 8));
    expect(said(incident(30, 30), incident(7, 40))).toBe(opened("Q1", 7));
    expect(said(incident(60, 60))).toMatch(/^not-satisfied incident-after-release/);
    expect(said(incident(4, 4, "Q1", ["change:github/acme/shop/pull/2"]))).toMatch(/^not-satisfied no-incident/);
    expect(said(incident(4, 4, "Q1", [TICKET]))).toBe(opened("Q1", 4));
    expect(said(incident(4, 4, "Q1", ["change:github/acme/shop/pull/2", CHANGE]))).toBe(opened("Q1", 4));
    const alone = recorded("incident:pagerduty/Q1", "incident", { action: "triggered" }, { at: 4, id: "alone" });
    expect(said(alone)).toMatch(/^not-satisfied no-incident/);
  });
  it("may be named by a record that the change names, and by no other", () => {
    const alone = recorded("incident:pagerduty/Q1", "incident", { action: "triggered" }, { at: 4, id: "alone" });
    const by = (change: Subject) =>
      of([
        ...named({ tickets: [TICKET, "change:servicenow/CHG1"] }),
        called(),
        alone,
        record(2, { incident: "incident:pagerduty/Q1" }, change),
        ...deployed(60),
      ])[0];
    expect(by("change:servicenow/CHG1")).toMatch(/^satisfied/);
    expect(by("change:servicenow/CHG2")).toMatch(/^not-satisfied no-incident/);
  });
  it("may be a ticket, opened when its own word says or its first event came", () => {
    const number: Subject = "ticket:jira/INC-1";
    const entries = (...events: readonly Recorded[]) =>
      of([...named({ tickets: [TICKET, number] }), called(), ...events, ...deployed(60)])[0];
    const event = (at: number, openedAt?: number) =>
      ticket(at, { type: "Incident", ...(openedAt !== undefined && { incident: { openedAt: minute(openedAt) } }) }, "lee", number);
    expect(entries(event(9), event(20))).toContain(`${number} was opened at ${minute(9)}`);
    expect(entries(event(9), event(20, 3))).toContain(`${number} was opened at ${minute(3)}`);
    expect(entries(event(9, 12))).toContain(`${number} was opened at ${minute(9)}`);
    for (const other of [
      ticket(9, { type: "Story" }, "lee", number),
      ticket(9, { incident: { openedAt: minute(3) } }, "lee", number),
      ticket(9, { type: "Incident" }, "lee", "ticket:jira/INC-2"),
    ])
      expect(entries(other)).toMatch(/no-incident/);
    expect(entries(event(9), incident(9, 9))).toContain(`incident:pagerduty/Q1 was opened at ${minute(9)}`);
    expect(entries(event(8), incident(9, 9))).toContain(`${number} was opened at ${minute(8)}`);
  });
  it("is waited for while the pull request is open, and not after", () => {
    expect(of([pull(1, { tickets: [TICKET] }), called()])[0]).toMatch(
      /^pending no-incident-yet: Emergency: .*No incident is on record for it\.$/,
    );
    expect(of([...named(), called()])[0]).toMatch(/^not-satisfied no-incident:/);
    expect(of([pull(1, { tickets: [TICKET] }), called(), incident(2, 2)])[0]).toBe(
      `satisfied satisfied: Emergency: incident:pagerduty/Q1 was opened at ${minute(2)}.`,
    );
  });
});

describe("who lets an emergency go ahead", () => {
  const by = (login: string) => ({ by: { system: "bus", login } });
  const says = (entries: readonly Recorded[], configuration: Patch = {}) =>
    of([...named(), called(), reason(), ...entries, ...deployed(60)], configuration)[1];
  const ahead = (who: string) => `satisfied satisfied: Emergency: ${who} let it go ahead, and the reason is on record.`;
  const nobody = `not-satisfied not-authorised: Emergency: the word of anybody who may authorise it is not on record before the deployment started at ${minute(60)}.`;

  it("may say so by a review, in the ticket, in a record, or through another system", () => {
    expect(says([review(3, "lee")])).toBe(ahead("lee"));
    expect(says([called(3, { fields: { approval: "Approved", emergencyReason: "x" } })])).toBe(ahead("lee"));
    expect(says([attested(3, by("lee"))])).toBe(ahead("lee"));
    expect(says([attested(3, { ...by("lee"), change: CHANGE }, "audit:default")])).toBe(ahead("lee"));
    expect(says([attested(3, by("lee"), TICKET)])).toBe(ahead("lee"));
  });
  it("has to be somebody who may, in time, of this change, and say yes", () => {
    for (const word of [
      attested(3, by("ada")),
      attested(3, {}),
      attested(3, { ...by("lee"), outcome: "failed" }),
      attested(3, by("lee"), "audit:default"),
      attested(3, { ...by("lee"), change: "change:github/acme/shop/pull/2" }, "audit:default"),
      attested(60, by("lee")),
      attested(3, { ...by("lee"), what: "qa-sign-off" }),
      review(3, "ben"),
      review(3, "eve"),
      review(60, "lee"),
      called(3, { fields: { approval: "Rejected", emergencyReason: "x" } }),
    ])
      expect(says([word])).toBe(nobody);
  });
  it("is the first who did", () => {
    const roles = { emergency: { authoriserRoles: ["engineering-lead", "qa-team"], labels: ["emergency"] } };
    expect(says([review(4, "lee"), review(3, "quinn")], roles)).toBe(ahead("quinn"));
    expect(says([review(3, "lee"), attested(4, by("quinn"))], roles)).toBe(ahead("lee"));
    expect(says([review(4, "lee"), attested(3, by("quinn"))], roles)).toBe(ahead("quinn"));
  });
  it("said so in the ticket where that stood at the release: an approval taken back before lets nothing go ahead", () => {
    const approval = { emergencyReason: "x", approval: "Approved" };
    const then = (at: number, facts: Partial<FactsOf<"ticket">>) => says([called(3, { fields: approval }), called(at, facts)]);
    for (const back of [
      { fields: { approval: "Rejected" } },
      { changes: [{ field: "approval", from: "Approved" }] },
      { status: "Rejected" },
    ]) {
      expect(then(59, back)).toBe(nobody);
      expect(then(61, back)).toBe(ahead("lee"));
    }
    expect(then(59, { status: "Doing" })).toBe(ahead("lee"));
  });
  it("is told to be lacking together with the reason", () => {
    const words = of([...named(), called(), ...deployed(60)])[1];
    expect(words).toBe(
      `not-satisfied not-authorised: Emergency: the word of anybody who may authorise it and a reason are not on record before the deployment started at ${minute(60)}.`,
    );
    expect(of([...named(), called(), review(3, "lee"), ...deployed(60)])[1]).toMatch(
      /^not-satisfied no-reason: Emergency: a reason is not on record before/,
    );
    expect(of([...named(), called()])[1]).toMatch(/^pending not-authorised-yet: .* are not on record\.$/);
    // The label calls it an emergency first, and gives no reason; the ticket does.
    expect(of([...named({ labels: ["emergency"] }), called(2), reason(3), review(3, "lee"), ...deployed(60)])[1]).toBe(ahead("lee"));
    expect(of([...named(), called(), reason(60), review(3, "lee"), ...deployed(60)])[1]).toMatch(/no-reason/);
  });
  it("may be told by the record that calls it an emergency, with its reason", () => {
    const change: Subject = "change:servicenow/CHG1";
    const told = (more: Partial<FactsOf<"record">>) =>
      of([...named({ tickets: [change] }), record(2, { type: "Emergency", ...more }), ...deployed(60)])[1];
    expect(told({ reason: true, approval: "Approved", approvedBy: { id: "sys-lee" } })).toBe(ahead("lee"));
    expect(told({ reason: false, approval: "approved", approvedBy: { id: "sys-lee" } })).toMatch(/no-reason/);
    expect(told({ reason: true, approval: "requested", approvedBy: { id: "sys-lee" } })).toMatch(/not-authorised/);
    expect(told({ reason: true, approval: "approved" })).toMatch(/not-authorised/);
    expect(told({ reason: true, approval: "approved", approvedBy: { id: "sys-eve" } })).toMatch(/not-authorised/);
    const twice = [
      record(2, { type: "Emergency", reason: true, approval: "approved" }),
      record(3, { approval: "approved", approvedBy: { id: "sys-lee" } }),
    ];
    const also = [...named({ tickets: [change] }), ...twice, ...deployed(60)];
    expect(of(also)[1]).toBe(ahead("lee"));
    // The project of ServiceNow's tickets is that of its records, which are no tickets.
    expect(of(also, { tickets: [{ project: "servicenow" }] })[1]).toBe(ahead("lee"));
    const approved = record(2, { type: "Emergency", reason: true, approval: "approved", approvedBy: { id: "sys-lee" } });
    const then = (at: number, more: Partial<FactsOf<"record">>) =>
      of([...named({ tickets: [change] }), approved, record(at, more), ...deployed(60)])[1];
    expect(then(3, { state: "Implement" })).toBe(ahead("lee"));
    expect(then(3, { approval: "rejected" })).toMatch(/not-authorised/);
    expect(then(61, { approval: "rejected" })).toBe(ahead("lee"));
  });
});

describe("the review after an emergency", () => {
  const by = (login: string) => ({ what: "retrospective-review", by: { system: "bus", login } });
  const reviewed = (...entries: readonly Recorded[]) => of([...named(), called(), ...entries, ...deployed(60)])[2];
  const at = (minutes: number) =>
    `satisfied satisfied: Emergency: it was reviewed at ${minute(minutes)}, within 48 hours of the deployment.`;

  it("is a review that decides, a ticket's field or an attestation, the first of them", () => {
    expect(reviewed(review(90, "ben"))).toBe(at(90));
    expect(reviewed(review(90, "ben", { state: "changes_requested" }))).toBe(at(90));
    expect(reviewed(called(80, { fields: { retrospective: "Done" } }))).toBe(at(80));
    expect(reviewed(called(80, { changes: [{ field: "retrospective", to: "Done" }] }))).toBe(at(80));
    expect(reviewed(called(80, { changes: [{ field: "status" }, { field: "retrospective", to: "Done" }] }))).toBe(at(80));
    expect(reviewed(called(60, { fields: { retrospective: "Done" } }))).toBe(at(60));
    expect(reviewed(attested(60, by("chloe")))).toBe(at(60));
    expect(reviewed(attested(70, by("chloe")))).toBe(at(70));
    expect(reviewed(attested(70, { ...by("chloe"), change: CHANGE }, "audit:default"))).toBe(at(70));
    expect(reviewed(review(90, "ben"), attested(70, by("chloe")), called(80, { fields: { retrospective: "Done" } }))).toBe(at(70));
  });
  it("is not one of before, by an author, by somebody without a role, or of another change", () => {
    for (const word of [
      review(59, "ben"),
      review(90, "ada"),
      review(90, "omar"),
      called(80, { fields: { retrospective: "Planned" } }),
      called(80, { changes: [{ field: "other", to: "Done" }] }),
      called(59, { fields: { retrospective: "Done" } }),
      ticket(80, { type: "Emergency change", fields: { retrospective: "Done" } }, "omar"),
      attested(70, { ...by("chloe"), outcome: "failed" }),
      attested(70, { what: "retrospective-review" }),
      attested(59, by("chloe")),
      attested(70, by("omar")),
      attested(70, by("chloe"), "audit:default"),
    ])
      expect(reviewed(word)).toMatch(/^not-satisfied retrospective-missing/);
    expect(reviewed(review(60, "ben"))).toBe(at(60));
    expect(reviewed(review(90, "ben", { id: "5" }), review(91, "ben", { id: "5", state: "dismissed" }))).toMatch(/retrospective-missing/);
  });
  it("has its time, which ends", () => {
    const end = 60 + 48 * HOUR;
    expect(reviewed(review(end, "ben"))).toBe(at(end));
    expect(reviewed(review(end + 1, "ben"))).toMatch(/^not-satisfied retrospective-late/);
    const entries = [...named(), called(), ...deployed(60)];
    expect(of(entries, {}, end - 1)[2]).toMatch(/^pending retrospective-due/);
    expect(of(entries, {}, end)[2]).toMatch(/^not-satisfied retrospective-missing/);
    expect(of([...named(), called()])[2]).toMatch(/^pending not-deployed/);
  });
});

describe("a change's type", () => {
  const type = (entries: readonly Recorded[], configuration: Patch = {}) => {
    const { claimed, judgedAs, because } = judge(entries, configuration).type;
    return `${claimed} ${judgedAs}: ${because}`;
  };
  it("is what a ticket's type says that stands at the end, before the release", () => {
    expect(type([...named(), called(1), ...deployed(60)])).toBe(`emergency normal: ${TICKET} is of type Emergency change.`);
    expect(type([...named(), ticket(1, { type: "Standard change" }), ...deployed(60)])).toBe(
      `standard normal: ${TICKET} is of type Standard change.`,
    );
    expect(type([...named(), called(1), ticket(3, { type: "Story" }), ...deployed(60)])).toMatch(/^normal normal: Nothing on record/);
    expect(type([...named(), ticket(1, { type: "Story" }), called(61), ...deployed(60)])).toBe(
      `normal normal: ${TICKET} is of type Emergency change, but only after it went to production at ${minute(60)}: it is judged as a normal change.`,
    );
    expect(type([...named(), ticket(1, { type: "Story" }), called(60), ...deployed(60)])).toMatch(/^emergency/);
  });
  it("is a normal one where two are claimed", () => {
    const two = [...named({ labels: ["emergency"] }), ticket(1, { type: "Standard change" }), ...deployed(60)];
    expect(type(two)).toBe(
      `normal normal: It is called two things (A label of the pull request calls it an emergency; ${TICKET} is of type Standard change), so it is judged as a normal change.`,
    );
    expect(type(two, { emergency: {} })).toMatch(/^standard/);
  });
  it("shows in the test of emergencies whether it is founded", () => {
    const founded = [...named(), called(), reason(), review(3, "lee"), incident(2, 2), review(90, "ben"), ...deployed(60)];
    expect(said(judge(founded), "T13")).toMatch(/^satisfied/);
    expect(said(judge([...named(), ...deployed(60)]), "T13")).toMatch(/^not-applicable/);
    expect(judge(founded).type.judgedAs).toBe("emergency");
    expect(judge(founded.filter(({ entry }) => entry.kind !== "incident")).type.judgedAs).toBe("normal");
  });
});
