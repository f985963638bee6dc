import { saidThen } from "@change-ledger/api/findings-then.ts";
import type { FactsOf, SealedEntry, Subject } from "@change-ledger/model";
import type { Summary } from "@change-ledger/query";
import { describe, expect, it } from "vitest";

const CHANGE: Subject = "change:github/acme/pay/pull/1";
const at = (day: number) => `2026-11-${String(day).padStart(2, "0")}T00:00:00.000Z`;
const FINDING = { test: "T4", code: "no-approval", because: "Four eyes: nobody approved." };
const LATER = { test: "T9", code: "qa-missing", because: "Tested: QA did not sign off." };

function assessed(seq: number, day: number, more: Partial<FactsOf<"assessed">>): SealedEntry {
  const facts = { asOf: at(day), outcomes: { change: "not-satisfied" }, type: "normal", opened: [], resolved: [], ...more };
  const entry = { subject: CHANGE, seq, kind: "assessed", occurredAt: at(day), recordedAt: at(day), facts };
  return { entry, hash: "", bytes: new Uint8Array() } as unknown as SealedEntry;
}

const CHAIN = [
  assessed(0, 2, { opened: [FINDING] }),
  // The beginning of what goes on in the next entry: said once, open since the first.
  assessed(1, 4, { opened: [LATER, FINDING], type: "emergency" }),
  assessed(2, 6, { resolved: ["T4/no-approval"], outcomes: { change: "pending" } }),
];
const chains = {
  read: async (_subject: Subject, from: number, limit: number) => CHAIN.slice(from, from + limit),
  tail: () => Promise.reject(new Error("not asked")),
};
const then = async (day: number) => (await saidThen({ chains }, [{ subject: CHANGE } as Summary], at(day)))[0];

describe("what had been said of a change by then", () => {
  it("is nothing before the first word", async () => {
    expect(await then(1)).toBeUndefined();
  });
  it("are the findings that were open, each since it was first said", async () => {
    expect(await then(3)).toEqual({
      change: CHANGE,
      at: at(2),
      outcome: "not-satisfied",
      type: "normal",
      open: [{ name: "T4/no-approval", since: at(2) }],
    });
    expect(await then(5)).toEqual({
      change: CHANGE,
      at: at(4),
      outcome: "not-satisfied",
      type: "emergency",
      open: [
        { name: "T4/no-approval", since: at(2) },
        { name: "T9/qa-missing", since: at(4) },
      ],
    });
    expect(await then(6)).toMatchObject({ at: at(6), outcome: "pending", open: [{ name: "T9/qa-missing", since: at(4) }] });
  });
});
