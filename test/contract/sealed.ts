import { randomUUID } from "node:crypto";
import { ENTRY_MAX_BYTES, NO_PREVIOUS, type SealedEntry, type Subject, sealEntry } from "@change-ledger/model";

/** A subject that no other case has: engines keep their tables from case to case. */
export const newSubject = (suffix = ""): Subject => `ticket:contract/${randomUUID()}${suffix}`;

/** An entry for a place of its chain. Stores do not look at links: `prev` is no hash of anything. */
export function entryAt(subject: Subject, seq: number, text = ""): SealedEntry {
  return sealEntry({
    v: 1,
    subject,
    seq,
    prev: NO_PREVIOUS,
    occurredAt: "2026-01-01T00:00:00.000Z",
    recordedAt: "2026-01-01T00:00:00.000Z",
    source: { system: "contract", event: "told", id: `e${seq}`, auth: "ledger", norm: 1 },
    kind: "ticket",
    facts: { action: "told", fields: { text } },
  });
}

/** An entry of exactly `bytes` bytes. */
export function entryOf(subject: Subject, seq: number, bytes = ENTRY_MAX_BYTES): SealedEntry {
  return entryAt(subject, seq, "x".repeat(bytes - entryAt(subject, seq).bytes.length));
}

/** What stores must give back to the bit. */
export const stored = (entries: readonly SealedEntry[]) =>
  entries.map(({ entry, bytes, hash }) => ({ entry, hash, hex: Buffer.from(bytes).toString("hex") }));

/** Another order of the same, the same in every run. */
export const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((one, at) => ({ one, by: ((at * 7919 + 13) % 104_729) % (list.length + 1) }))
    .sort((a, b) => a.by - b.by)
    .map(({ one }) => one);
