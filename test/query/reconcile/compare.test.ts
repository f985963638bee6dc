import type { Entry } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareUpdates, updatesTold, windowOf } from "../../../packages/query/reconcile/compare.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
const sha = (n: number): string => n.toString(16).padStart(40, "0");
const WHOLE = { from: at(0), to: at(1_000_000) };

/** A push as it is told. */
const told = (before: number, after: number, minute: number, system = "github", auth = "hmac-sha256"): Entry =>
  ({
    kind: "push",
    occurredAt: at(minute),
    source: { system, event: "push", id: `${before} ${after} ${minute} ${system}`, auth, norm: 1 },
    facts: { before: sha(before), after: sha(after), commits: [] },
  }) as unknown as Entry;
const update = (before: number, after: number, minute: number) => ({ before: sha(before), after: sha(after), at: at(minute) });

describe("what a branch's chain tells", () => {
  it("is each update once, whoever told it and however often", () => {
    const entries = [told(1, 2, 10), told(1, 2, 10), told(1, 2, 11, "github-history", "api"), told(2, 3, 20)];
    expect(updatesTold(entries)).toEqual([update(1, 2, 10), update(2, 3, 20)]);
  });

  it("is as many of a pair as the sort of sender tells that tells most", () => {
    const entries = [told(1, 2, 10), told(2, 1, 15), told(1, 2, 20), told(1, 2, 10, "github-history", "api")];
    expect(updatesTold(entries).filter(({ after }) => after === sha(2))).toEqual([update(1, 2, 10), update(1, 2, 20)]);
  });
});

describe("a list compared", () => {
  it("finds exactly what is on one side alone, in whatever order both come", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 30 }),
        fc.func(fc.constantFrom("both", "list", "ledger")),
        fc.integer({ min: -59, max: 59 }),
        (pushes, sideOf, skew) => {
          const on = (side: string) => pushes.filter((n) => sideOf(n) === side || sideOf(n) === "both");
          const listed = on("list").map((n) => update(n, n + 1, n * 100));
          // A webhook's clock differs.
          const ledger = on("ledger").map((n) => update(n, n + 1, n * 100 + skew));
          const found = compareUpdates(listed, ledger.toReversed(), { from: at(-100), to: at(100_000) });
          expect(found.missing.map(({ before }) => before)).toEqual(
            pushes
              .filter((n) => sideOf(n) === "list")
              .sort((a, b) => a - b)
              .map(sha),
          );
          expect(found.unlisted.map(({ before }) => before)).toEqual(
            pushes
              .filter((n) => sideOf(n) === "ledger")
              .sort((a, b) => a - b)
              .map(sha),
          );
          expect(found.listed).toHaveLength(listed.length);
        },
      ),
    );
  });

  it("counts a pair as often as it went: the one that is missing is the one that nothing of its time tells", () => {
    const listed = [update(1, 2, 10), update(1, 2, 500)];
    expect(compareUpdates(listed, [update(1, 2, 501)], WHOLE).missing).toEqual([update(1, 2, 10)]);
    expect(compareUpdates(listed, [update(1, 2, 9)], WHOLE).missing).toEqual([update(1, 2, 500)]);
  });

  it("takes a webhook that was received late for the push that it tells of", () => {
    expect(compareUpdates([update(1, 2, 10)], [update(1, 2, 9000)], { from: at(0), to: at(100) })).toMatchObject({
      missing: [],
      unlisted: [],
    });
  });

  it("calls nothing missing at the edges of a window that is beside it", () => {
    const window = { from: at(100), to: at(200) };
    const found = compareUpdates([update(1, 2, 99), update(2, 3, 100), update(3, 4, 200)], [update(2, 3, 99)], window);
    expect(found).toMatchObject({ listed: [update(2, 3, 100)], missing: [], unlisted: [] });
  });
});

describe("windows", () => {
  it("follow each other without a gap, and hold at most so many unless one instant has more", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (minutes, most) => {
        const items = minutes.map((minute) => ({ at: at(minute) }));
        let from = at(0);
        let seen = 0;
        for (let windows = 0; from < at(60); windows++) {
          const window = windowOf({ from, to: at(60) }, items, most);
          const inside = items.filter((one) => window.from <= one.at && one.at < window.to);
          expect(window.from).toBe(from);
          expect(window.to > from).toBe(true);
          expect(inside.length <= most || new Set(inside.map((one) => one.at)).size === 1).toBe(true);
          seen += inside.length;
          from = window.to;
          expect(windows).toBeLessThan(200);
        }
        expect(seen).toBe(items.length);
      }),
    );
  });
});
