import { RecordCheck } from "@change-ledger/evidence";
import { type SealedEntry, type Subject, sealEntry } from "@change-ledger/model";
import { describe, expect, it } from "vitest";

const AT = "2026-03-08T09:00:00.000Z";
const UP_TO = "2026-03-09T00:00:00.000Z";

function chain(
  subject: Subject,
  length: number,
  facts: (seq: number) => { kind: string; facts: object } = () => ({ kind: "other", facts: {} }),
): SealedEntry[] {
  const entries: SealedEntry[] = [];
  for (let seq = 0; seq < length; seq++) {
    const prev = entries.at(-1)?.hash ?? "0".repeat(64);
    const source = { system: "github", event: "ping", id: `${seq}`, auth: "api" as const, norm: 1 };
    entries.push(sealEntry({ v: 1, subject, seq, prev, occurredAt: AT, recordedAt: AT, source, ...facts(seq) } as SealedEntry["entry"]));
  }
  return entries;
}
const bundle = (change: Subject) => ({
  change,
  head: "h",
  key: `evidence/${change.slice(7)}`,
  versionId: "v",
  sha256: "a".repeat(64),
  bytes: 10,
});

async function checked(ledger: readonly SealedEntry[], faults: Readonly<Record<string, string>> = {}) {
  const check = new RecordCheck({ faultOf: async ({ change }) => faults[change] });
  const passed: SealedEntry[] = [];
  async function* all() {
    yield* ledger;
  }
  for await (const one of check.through(all())) passed.push(one);
  expect(passed).toEqual(ledger);
  return check;
}

describe("the check of the whole record", () => {
  it("finds nothing in a record that is whole", async () => {
    const sealed = chain("evidence:github/acme/shop", 2, () => ({
      kind: "sealed",
      facts: { bundles: [bundle("change:a/1"), bundle("change:a/2")] },
    }));
    const check = await checked([...chain("ticket:a/1", 3), ...chain("ticket:a/2", 1), ...sealed]);
    const none = { upTo: UP_TO, faults: [], faulty: 0 };
    expect(check.verified(UP_TO)).toEqual([
      { ...none, check: "chains", looked: 6 },
      { ...none, check: "log", looked: 6 },
      { ...none, check: "evidence", looked: 4 },
    ]);
  });

  it("names what is gone, what does not link, and what is no longer locked", async () => {
    const [first, second, third] = chain("ticket:a/1", 3) as [SealedEntry, SealedEntry, SealedEntry];
    const [, other] = chain("ticket:a/2", 2) as [SealedEntry, SealedEntry];
    const altered = sealEntry({ ...second.entry, occurredAt: UP_TO });
    const sealed = chain("evidence:github/acme/shop", 1, () => ({
      kind: "sealed",
      facts: { bundles: [bundle("change:a/1"), bundle("change:a/2")] },
    }));
    const check = await checked([first, altered, third, other, ...sealed], { "change:a/2": "not-locked" });
    check.differs({ kind: "other-bytes", subject: "ticket:a/1", seq: 1 });
    check.differs({ kind: "unplaced", subject: "ticket:a/1", seq: 0 });
    check.differs({ kind: "not-an-entry", subject: undefined, seq: undefined });
    const [chains, log, evidence] = check.verified(UP_TO);
    expect(chains?.faults).toEqual([
      { subject: "ticket:a/1", seq: 2, code: "wrong-link" },
      { subject: "ticket:a/2", seq: 1, code: "gap" },
    ]);
    // What concerns no chain by name is counted: not all are named.
    expect(log).toMatchObject({ faults: [{ subject: "ticket:a/1", seq: 1, code: "other-bytes" }], faulty: 2 });
    expect(evidence?.faults).toEqual([{ subject: "change:a/2", code: "not-locked" }]);
  });

  it("counts all of many faults and names the first", async () => {
    const gone = Array.from({ length: 150 }, (_, n) => chain(`ticket:a/${n}`, 2)[1] as SealedEntry);
    const [chains] = (await checked(gone)).verified(UP_TO);
    expect([chains?.faulty, chains?.faults.length]).toEqual([150, 100]);
  });
});
