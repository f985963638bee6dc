import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { CHANGE, carried, deployed, judge, merged, parts, pull, push, ran, record, restsOn, review, said, ticket } from "./judged.ts";
import { minute, recorded } from "./recorded.ts";

const TICKET: Subject = "ticket:jira/PAY-1";
const SECOND: Subject = "ticket:jira/PAY-2";
const RECORD: Subject = "change:servicenow/CHG1";
const named = (...tickets: Subject[]) => [pull(10, { tickets }), push(50, "cd"), merged(50, { tickets })];
const authorised = (entries: readonly Recorded[], change = CHANGE, at?: number) => said(judge(entries, {}, change, at), "T3");
const based = (entries: readonly Recorded[], at?: number) => restsOn(judge(entries, {}, CHANGE, at), "T3", entries);
const ids = (...entries: readonly (Recorded | undefined)[]) => entries.map((one) => one?.entry.source.id);

describe("the ticket of a change", () => {
  it("that is not on record excuses none that is and was not approved", () => {
    const entries = [...named(TICKET, SECOND), ticket(5, {}), ...deployed(100)];
    expect(authorised(entries)).toMatch(/^not-satisfied not-approved: .*PAY-1 was not approved; .*PAY-2 is not on record/);
  });
  it("is missing by the last word on it before the deployment", () => {
    const edited = pull(60, { action: "edited", state: "merged" });
    const [link, start, end] = deployed(100) as [Recorded, Recorded, Recorded];
    const entries = [...named(), edited, link, start, end];
    expect(based(entries)).toEqual(ids(edited, start));
    // The code host's events came only afterwards: then what says that it was merged.
    const late = [pull(110), push(150, "cd"), merged(150), link, start, end];
    expect(authorised(late)).toMatch(/^not-satisfied unticketed/);
    expect(based(late)).toEqual(ids(late[2], start));
  });
  it("has time after the merge, each of them said", () => {
    const one = ticket(5, {});
    const two = ticket(6, {}, "lee", SECOND);
    const entries = [...named(TICKET, SECOND), one, two];
    expect(authorised(entries, CHANGE, 60)).toMatch(
      /^pending ticket-due: Authorised: ticket:jira\/PAY-1 was not approved; ticket:jira\/PAY-2 was not approved; there is time until/,
    );
    expect(based(entries, 60)).toEqual(ids(entries[2], one, two));
  });
});

describe("a change that is a record", () => {
  const by = { id: "sys-lee" };
  const of = (...entries: readonly Recorded[]) => authorised(entries, RECORD);

  it("is authorised by who approved it", () => {
    expect(of(record(5, { approval: "Approved", approvedBy: by }))).toBe(`satisfied satisfied: Authorised: ${RECORD} was approved by lee.`);
    expect(of(record(5, { approval: "approved", approvedBy: { id: "x" } }))).toMatch(/^not-satisfied unknown-identity/);
    expect(of(record(5, { approval: "approved" }))).toMatch(/^not-satisfied unknown-identity/);
    expect(of()).toBe(`not-assessable record-not-on-record: Authorised: ${RECORD} is not on record.`);
  });
  it("waits for its approval while it is neither refused nor closed", () => {
    const waits = `pending not-approved-yet: Authorised: ${RECORD} was not approved.`;
    expect(of(record(5, {}))).toBe(waits);
    expect(of(record(5, { approval: "requested" }))).toBe(waits);
    const refused = `not-satisfied not-approved: Authorised: ${RECORD} was not approved.`;
    expect(of(record(5, { approval: "Rejected" }))).toBe(refused);
    const entries = [record(5, { approval: "requested" }), record(6, { closedAt: minute(6) })];
    expect(of(...entries)).toBe(refused);
    expect(restsOn(judge(entries, {}, RECORD), "T3", entries)).toHaveLength(2);
  });
  it("is authorised by its catalogue item where it is a standard change", () => {
    const standard = (version: string) => record(5, { type: "Standard", catalogue: { item: "rotate-certificate", version } });
    expect(of(standard("3"))).toMatch(/^satisfied satisfied: Authorised: a pre-approved standard change\. .*rotate-certificate.*\.$/);
    expect(of(standard("9"))).toMatch(/^pending not-approved-yet/);
  });
});

describe("an emergency", () => {
  const attesters = [{ account: "111111111111", what: ["authorisation"] }];
  const called = ticket(1, { type: "Emergency change" });
  const emergency = (entries: readonly Recorded[], change = CHANGE, more = {}) => parts(judge(entries, more, change), "T13");
  const attested = (what: string, account: string, at: number) =>
    recorded(CHANGE, "attested", { what, outcome: "passed", by: { system: "bus", login: "lee" } } as FactsOf<"attested">, {
      at,
      id: `${what} ${at}`,
      seq: at,
      system: "bus",
      actor: { system: "aws", id: account },
    });

  it("needs its incident once it went to production, merged or not, and as a record at once", () => {
    expect(emergency([pull(1, { tickets: [TICKET] }), called, carried(60, "d-1"), ...ran("d-1", { InProgress: 60 })])[0]).toMatch(
      /^not-satisfied no-incident:/,
    );
    expect(emergency([record(2, { type: "Emergency" })], RECORD)[0]).toMatch(/^not-satisfied no-incident:/);
  });
  it("has its review by whom the configuration lets attest it, and says whom it does not let", () => {
    const reviewed = (account: string) =>
      emergency([...named(TICKET), called, ...deployed(60), attested("retrospective-review", account, 90)], CHANGE, {
        attesters: [{ account: "111111111111", what: ["retrospective-review"] }],
      })[2];
    expect(reviewed("111111111111")).toMatch(/^satisfied/);
    expect(reviewed("222222222222")).toMatch(
      /^not-satisfied retrospective-missing: .* The attested retrospective-review of .* does not count: .*the account 222222222222/,
    );
    const letGo = emergency([...named(TICKET), called, attested("authorisation", "222222222222", 2)], CHANGE, { attesters })[1];
    expect(letGo).toMatch(/^pending not-authorised-yet: .* The attested authorisation of .* does not count/);
  });
  it("asks nothing of a change that nothing calls one", () => {
    expect(emergency([...named(), review(30, "ben")])).toEqual([expect.stringMatching(/^not-applicable not-an-emergency/)]);
  });
});
