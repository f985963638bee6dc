import { verifyChain } from "@change-ledger/ledger";
import { type Entry, NO_PREVIOUS, type SealedEntry, type Subject, sealEntry } from "@change-ledger/model";
import { describe, expect, it } from "vitest";

const SUBJECT: Subject = "ticket:jira/PAY-12";

function entry(seq: number, prev: string, more: Partial<Entry> = {}): SealedEntry {
  return sealEntry({
    v: 1,
    subject: SUBJECT,
    seq,
    prev,
    occurredAt: "2026-01-01T00:00:00.000Z",
    recordedAt: "2026-01-01T00:00:01.000Z",
    source: { system: "jira", event: "created", id: `event ${seq}`, auth: "hmac-sha256", norm: 1 },
    kind: "ticket",
    facts: { action: "created" },
    ...more,
  } as Entry);
}

const first = entry(0, NO_PREVIOUS);
const second = entry(1, first.hash);
const third = entry(2, second.hash);
const faultsOf = (...chain: readonly { readonly bytes: Uint8Array }[]) =>
  verifyChain(
    SUBJECT,
    chain.map(({ bytes }) => bytes),
  );

describe("a chain that is verified", () => {
  it("is well when it is numbered from 0 and each entry names the one before", () => {
    expect(faultsOf()).toEqual([]);
    expect(faultsOf(first)).toEqual([]);
    expect(faultsOf(first, second, third)).toEqual([]);
  });
  it("shows what is missing: at its beginning, and within", () => {
    expect(faultsOf(second)).toEqual([
      { subject: SUBJECT, seq: 0, field: "seq", expected: "0", found: "1" },
      { subject: SUBJECT, seq: 0, field: "prev", expected: NO_PREVIOUS, found: first.hash },
    ]);
    expect(faultsOf(first, third)).toEqual([
      { subject: SUBJECT, seq: 1, field: "seq", expected: "1", found: "2" },
      { subject: SUBJECT, seq: 1, field: "prev", expected: first.hash, found: second.hash },
    ]);
  });
  it("shows an entry that was put in the place of another: the next one names what was there", () => {
    const other = entry(1, first.hash, { occurredAt: "2026-01-02T00:00:00.000Z" });
    expect(faultsOf(first, other, third)).toEqual([{ subject: SUBJECT, seq: 2, field: "prev", expected: other.hash, found: second.hash }]);
  });
  it("shows an entry of another chain", () => {
    const strange = entry(1, first.hash, { subject: "ticket:jira/PAY-13" });
    expect(faultsOf(first, strange)).toEqual([
      { subject: SUBJECT, seq: 1, field: "subject", expected: SUBJECT, found: "ticket:jira/PAY-13" },
    ]);
  });
  it("shows bytes that are no entry, and goes on behind them", () => {
    const spoilt = { bytes: Buffer.concat([second.bytes, Buffer.from("\n")]) };
    const faults = faultsOf(first, spoilt, third);
    expect(faults.map(({ seq, field }) => `${seq} ${field}`)).toEqual(["1 bytes", "2 prev"]);
    expect(faults[0]).toMatchObject({ subject: SUBJECT, expected: "an entry, version 1" });
    expect(faults[0]?.found).toContain("RFC 8785");
  });
});
