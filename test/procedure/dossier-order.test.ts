import type { FactKind, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { sortIntoBuckets } from "../../packages/procedure/dossier/buckets.ts";
import { compareRecorded, lastOf } from "../../packages/procedure/dossier/recorded.ts";
import { minute, recorded } from "./recorded.ts";

const CHANGE: Subject = "change:github/acme/shop/pull/1";
const LATE = minute(1000);
const fact = (kind: FactKind, subject: Subject = CHANGE, more: Parameters<typeof recorded>[3] = {}): Recorded =>
  recorded(subject, kind, {} as never, more);
const word = (more: Parameters<typeof recorded>[3]) => fact("ticket", "ticket:jira/PAY-1", more);
const ids = (list: readonly Recorded[]) => list.map(({ entry }) => entry.source.id).join(" ");

describe("the order of entries", () => {
  it("is by the sender's clock, then its id, then part, then our clock, place and hash", () => {
    const ordered = [
      word({ at: 1, id: "z" }),
      word({ at: 2, id: "a", part: { index: 1, of: 2 }, recordedAt: 3 }),
      word({ at: 2, id: "b", recordedAt: 9 }),
      word({ at: 2, id: "b", part: { index: 1, of: 3 }, recordedAt: 4 }),
      word({ at: 2, id: "b", part: { index: 2, of: 3 }, recordedAt: 4, seq: 8 }),
      word({ at: 2, id: "b", part: { index: 2, of: 3 }, recordedAt: 5, seq: 7, hash: "y" }),
      word({ at: 2, id: "b", part: { index: 2, of: 3 }, recordedAt: 5, seq: 8, hash: "x" }),
      word({ at: 2, id: "b", part: { index: 2, of: 3 }, recordedAt: 5, seq: 8, hash: "y" }),
    ];
    for (const [x, one] of ordered.entries())
      for (const [y, other] of ordered.entries()) expect(Math.sign(compareRecorded(one, other)), `${x} ${y}`).toBe(Math.sign(x - y));
  });
  it("has a last one", () => {
    const [one, two] = [word({ at: 1 }), word({ at: 2 })];
    expect([lastOf([one, two]), lastOf([two, one]), lastOf([])]).toEqual([two, two, undefined]);
    const copy = word({ at: 2 });
    expect(lastOf([two, copy])).toBe(two);
  });
});

describe("a dossier's entries by kind", () => {
  it("are what each kind is judged as: of the change itself, and of others", () => {
    const other: Subject = "change:github/acme/shop/pull/2";
    const places: readonly (readonly [FactKind, string, string])[] = [
      ["pull-request", "pulls", "otherPulls"],
      ["review", "reviews", ""],
      ["linked", "links", ""],
      ["unlinked", "links", ""],
      ...(
        [
          ["pull-request-lookup", "commitLists"],
          ["files-lookup", "files"],
          ["commit-lookup", "parents"],
          ["push", "pushes"],
          ["merge-group", "mergeGroups"],
          ["branch-protection", "protections"],
          ["ruleset", "rulesets"],
          ["rule-suite-lookup", "ruleSuites"],
          ["check-run", "checks"],
          ["check-suite", "checks"],
          ["status", "checks"],
          ["workflow-run", "checks"],
          ["host-deployment", "hostDeployments"],
          ["host-deployment-status", "hostDeployments"],
          ["ticket", "tickets"],
          ["record", "records"],
          ["incident", "incidents"],
          ["attested", "attested"],
          ["artifact", "artifacts"],
          ["deployment-state", "deployed"],
          ["deployment-lookup", "deployed"],
          ["deployment-created", "deployed"],
          ["unresolved", "deployed"],
          ["verified", "verified"],
          ["reconciled", "reconciled"],
        ] as const
      ).map(([kind, name]) => [kind, name, name] as const),
      ["sealed", "", ""],
      ["assessed", "", ""],
      ["ping", "", ""],
    ];
    for (const [kind, own, strange] of places)
      for (const [subject, name] of [
        [CHANGE, own],
        [other, strange],
      ] as const) {
        const { all, newest: _newest, ...lists } = sortIntoBuckets({ change: CHANGE, entries: [fact(kind, subject)] }, LATE);
        const filled = Object.entries(lists).filter(([, list]) => list.length > 0);
        expect([kind, filled.map(([of]) => of).join(" "), all.length]).toEqual([kind, name, 1]);
      }
  });
  it("are what was on record then, up to that instant", () => {
    const entries = [1, 2, 3].map((at) => word({ at: 9 - at, id: `${at}`, recordedAt: at }));
    const then = sortIntoBuckets({ change: CHANGE, entries }, minute(2));
    expect([ids(then.all), ids(then.tickets), then.newest]).toEqual(["1 2", "2 1", minute(2)]);
    const now = sortIntoBuckets({ change: CHANGE, entries }, minute(3));
    expect([now.all, ids(now.tickets), now.newest]).toEqual([entries, "3 2 1", minute(3)]);
    expect(sortIntoBuckets({ change: CHANGE, entries }, minute(0))).toMatchObject({ all: [], tickets: [], newest: "" });
  });
  it("know the newest that says something of the change: neither of the audit chain, nor a word of our own on it", () => {
    const newest = (...entries: readonly Recorded[]) => sortIntoBuckets({ change: CHANGE, entries }, LATE).newest;
    expect(newest(word({ recordedAt: 5 }), word({ recordedAt: 3 }))).toBe(minute(5));
    expect(newest(word({ recordedAt: 5 }), fact("verified", "audit:default", { recordedAt: 9 }), word({ recordedAt: 6 }))).toBe(minute(6));
    expect(newest(fact("assessed", CHANGE, { recordedAt: 9 }), fact("review", CHANGE, { recordedAt: 7 }))).toBe(minute(7));
  });
  it("stand in order, each event once, its parts and namesakes apart", () => {
    const [one, two, three] = [word({ at: 1, id: "a" }), word({ at: 2, id: "b" }), word({ at: 3, id: "c" })];
    const tickets = (...entries: readonly Recorded[]) => sortIntoBuckets({ change: CHANGE, entries }, LATE).tickets;
    expect(tickets(three, one, two)).toEqual([one, two, three]);
    expect(tickets(one, two, three)).toEqual([one, two, three]);
    expect(tickets(three, one, three, two, one, one)).toEqual([one, two, three]);
    const again = word({ at: 1, id: "a", seq: 9, recordedAt: 7 });
    expect(tickets(again, two, one)).toEqual([one, two]);
    const different = [
      word({ at: 1, id: "a", part: { index: 1, of: 2 } }),
      word({ at: 4, id: "a" }),
      fact("ticket", "ticket:jira/PAY-2", { at: 1, id: "a" }),
    ];
    for (const other of different) expect(tickets(one, other)).toHaveLength(2);
    const checks = sortIntoBuckets(
      { change: CHANGE, entries: [fact("status", CHANGE, { id: "a" }), fact("check-run", CHANGE, { id: "a" })] },
      LATE,
    ).checks;
    expect(checks).toHaveLength(2);
  });
  it("leave the dossier as it was given", () => {
    const entries = Object.freeze([word({ at: 3, id: "c" }), word({ at: 1, id: "a" }), word({ at: 3, id: "c" })]);
    sortIntoBuckets({ change: CHANGE, entries }, LATE);
    expect(ids(entries)).toBe("c a c");
  });
});
