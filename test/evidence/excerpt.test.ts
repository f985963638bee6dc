import { sealEntry } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { type DossierChain, orderedChains } from "../../packages/evidence/dossier.ts";

const change = "change:github/acme/cargo/push/0000000000000000000000000000000000000001" as const;
const ref = "ref:github/acme/cargo/refs/heads/main" as const;

function chain(subject: typeof change | typeof ref, length: number): DossierChain {
  const entries: DossierChain["entries"][number][] = [];
  for (let seq = 0; seq < length; seq++) {
    const at = "2026-01-01T00:00:00.000Z";
    const source = { system: "test", event: "e", id: `${seq}`, auth: "bus", norm: 1 } as const;
    const prev = entries.at(-1)?.hash ?? "0".repeat(64);
    entries.push(sealEntry({ v: 1, subject, seq, prev, occurredAt: at, recordedAt: at, source, kind: "other", facts: {} }));
  }
  return { subject, entries };
}

describe("an excerpt of a chain", () => {
  const pick = (...seqs: number[]): DossierChain => ({
    subject: ref,
    excerpt: true,
    entries: seqs.flatMap((seq) => chain(ref, 9).entries[seq] ?? []),
  });
  const ordered = (excerpt: DossierChain) => orderedChains({ change, chains: [chain(change, 1), excerpt] });

  it("may leave entries out, at its beginning and between", () => {
    expect(ordered(pick(2, 3, 7))[1]?.entries.map(({ entry }) => entry.seq)).toEqual([2, 3, 7]);
  });

  it("may not turn back, repeat, or hold an altered entry", () => {
    expect(() => ordered(pick(3, 2))).toThrow(/seq/);
    expect(() => ordered(pick(3, 3))).toThrow(/seq/);
    const [entry] = pick(4).entries;
    if (entry === undefined) throw new Error("no entry");
    expect(() => ordered({ subject: ref, excerpt: true, entries: [{ ...entry, hash: "0".repeat(64) }] })).toThrow(/hash/);
  });

  it("is not taken for a whole chain", () => {
    const { excerpt: _excerpt, ...whole } = pick(2, 3);
    expect(() => ordered(whole)).toThrow(/seq 0/);
  });
});
