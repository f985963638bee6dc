import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { Case } from "../../packages/procedure/dossier/case.ts";
import { configured, type Patch } from "../scenarios/configured.ts";
import { CHANGE, deployed, merged, pull, push, record, ticket } from "./judged.ts";
import { minute } from "./recorded.ts";

const TICKET: Subject = "ticket:jira/PAY-1";
const RECORD: Subject = "change:servicenow/CHG1";
const OTHER: Subject = "change:servicenow/CHG2";
type Facts = Partial<FactsOf<"pull-request">>;
const book = (facts: Facts = {}) => {
  const named: Facts = { tickets: [TICKET, RECORD], ...facts };
  return [pull(1, named), push(5, "cd"), merged(5, named), ...deployed(60)];
};
const typeOf = (entries: readonly Recorded[], configuration: Patch = {}) =>
  new Case({ change: CHANGE, entries }, configured(configuration), minute(9999)).changeType;
const type = (entries: readonly Recorded[], configuration: Patch = {}) => {
  const found = typeOf(entries, configuration);
  return [found.type, found.founded, found.because, found.told.map(({ entry }) => entry.occurredAt.slice(14, 16)).join(" ")];
};
const NORMAL = ["normal", true, "Nothing on record calls it standard or an emergency, so it is a normal change.", ""];
const called = (at: number, facts: Partial<FactsOf<"ticket">>) => ticket(at, facts);

describe("what calls a change standard or an emergency", () => {
  it("is the type of a record or a ticket that the change names, or an item of the catalogue on a record", () => {
    const words = (what: string) => `The record ${RECORD} calls it ${what}.`;
    expect(type([...book(), record(2, { type: "Emergency" })]).slice(0, 3)).toEqual(["emergency", false, words("an emergency")]);
    expect(type([...book(), record(2, { type: "Standard" })]).slice(0, 3)).toEqual(["standard", false, words("a standard change")]);
    expect(type([...book(), record(2, { catalogue: { item: "x" } })]).slice(0, 3)).toEqual(["standard", false, words("a standard change")]);
    expect(type([...book(), record(2, { type: "Normal" })])).toEqual(NORMAL);
    expect(type([...book(), called(2, { type: "Story" }), called(3, {})])).toEqual(NORMAL);
  });
  it("is nothing that the change does not name", () => {
    expect(type([...book(), record(2, { type: "Emergency" }, OTHER)])).toEqual(NORMAL);
    expect(type([...book({ tickets: [RECORD] }), called(2, { type: "Emergency change" })])).toEqual(NORMAL);
  });
  it("may be a label of the pull request, among others", () => {
    const labelled = type(book({ labels: ["urgent", "emergency"] }));
    expect(labelled).toEqual(["emergency", false, "A label of the pull request calls it an emergency.", "01"]);
    expect(type(book({ labels: ["urgent"] }))).toEqual(NORMAL);
    expect(type(book({ labels: ["emergency"] }), { emergency: {} })).toEqual(NORMAL);
  });
  it("is told by the first that says so, however many do", () => {
    const both = (first: number, second: number) =>
      type([...book(), record(first, { type: "Standard" }), called(second, { type: "Standard change" })]).slice(2);
    expect(both(2, 3)).toEqual([`The record ${RECORD} calls it a standard change.`, "02 03"]);
    expect(both(3, 2)).toEqual([`${TICKET} is of type Standard change.`, "02 03"]);
  });
  it("makes a normal change, which is founded, where two things are said", () => {
    const [what, founded, because, told] = type([...book(), record(2, { type: "Emergency" }), called(3, { type: "Standard change" })]);
    expect([what, founded, told]).toEqual(["normal", true, "02 03"]);
    expect(because).toMatch(/^It is called two things/);
  });
  it("makes a normal change, which is founded, where it is said only after the release", () => {
    const [what, founded, because, told] = type([...book(), called(2, { type: "Story" }), record(61, { type: "Emergency" })]);
    expect([what, founded, told]).toEqual(["normal", true, "01"]);
    expect(because).toContain("but only after it went to production");
  });
});

describe("a standard change's item of the catalogue", () => {
  const item = { item: "rotate-certificate", version: "3" };
  const catalogue = (from: string, until: string) => ({ catalogue: [{ ...item, approvedBy: "lee", from, until }] });
  const YEAR = catalogue("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
  const found = (entries: readonly Recorded[], configuration: Patch = YEAR, rest: readonly Recorded[] = book()) => {
    const { catalogued, founded } = typeOf([...rest, ...entries], configuration);
    expect(founded).toBe(catalogued?.founded);
    const told = catalogued?.told.map(({ entry }) => entry.occurredAt.slice(14, 16)).join(" ");
    return [catalogued?.founded, catalogued?.code, catalogued?.words, told];
  };
  const standard = (at: number, fields: Record<string, string>) => called(at, { type: "Standard change", fields });
  const named = [record(2, { type: "Standard", catalogue: item })];

  it("is the one that a record or a ticket names with its version", () => {
    const good = "rotate-certificate, version 3 was pre-approved by lee until 2027-01-01T00:00:00Z";
    expect(found(named)).toEqual([true, "satisfied", good, "02"]);
    expect(found([standard(3, { catalogueItem: item.item, catalogueVersion: item.version })])).toEqual([true, "satisfied", good, "03"]);
    expect(found([standard(3, { catalogueItem: item.item }), standard(4, { catalogueVersion: item.version })])).toEqual([
      true,
      "satisfied",
      good,
      "03",
    ]);
  });
  it("is none without an item, or without its version", () => {
    const none = [false, "no-item", "No item of the catalogue is named with its version", ""];
    for (const said of [
      record(2, { type: "Standard" }),
      record(2, { type: "Standard", catalogue: { item: item.item } }),
      standard(3, { catalogueItem: item.item }),
      standard(3, { catalogueVersion: item.version }),
    ])
      expect(found([said])).toEqual(none);
  });
  it("is not one that was named only after the release, nor one that is not in the catalogue", () => {
    expect(found([standard(3, {}), standard(61, { catalogueItem: item.item, catalogueVersion: item.version })])[1]).toBe("no-item");
    expect(found([record(2, { type: "Standard", catalogue: { ...item, version: "4" } })])).toEqual([
      false,
      "unknown-item",
      "rotate-certificate, version 4 is not in the catalogue",
      "02",
    ]);
    expect(found([record(2, { type: "Standard", catalogue: { item: "resize", version: "3" } })])[1]).toBe("unknown-item");
  });
  it("is the item of whatever called it standard first", () => {
    const other = standard(3, { catalogueItem: "resize", catalogueVersion: "1" });
    expect(found([...named, other])[1]).toBe("satisfied");
    expect(found([record(4, { type: "Standard", catalogue: item }), other])[1]).toBe("unknown-item");
  });
  it("holds from the instant from which it was approved, and not at the one at which that ends", () => {
    const late = "2028-01-01T00:00:00.000Z";
    expect(found(named, catalogue(minute(60), late))[1]).toBe("satisfied");
    expect(found(named, catalogue(minute(61), late))).toEqual([
      false,
      "not-yet-approved",
      `rotate-certificate, version 3 was approved only from ${minute(61)}, after ${minute(60)}`,
      "02",
    ]);
    expect(found(named, catalogue(minute(0), minute(61)))[1]).toBe("satisfied");
    expect(found(named, catalogue(minute(0), minute(60)))).toEqual([
      false,
      "expired",
      `The approval of rotate-certificate, version 3 ended at ${minute(60)}, before ${minute(60)}`,
      "02",
    ]);
  });
  it("is held to the time at which it was named while nothing is released", () => {
    const waiting = book().slice(0, 3);
    expect(found(named, catalogue(minute(2), minute(3)), waiting)[1]).toBe("satisfied");
    expect(found(named, catalogue(minute(3), minute(9)), waiting)[1]).toBe("not-yet-approved");
    expect(found(named, catalogue(minute(0), minute(2)), waiting)[1]).toBe("expired");
  });
});
