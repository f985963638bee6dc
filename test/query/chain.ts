import { type Entry, type Fact, NO_PREVIOUS, type SealedEntry, type Subject, sealEntry } from "@change-ledger/model";
import { evolve, type Summary } from "@change-ledger/query";

/** A fact with its sender's clock and event id. */
export type Told = Fact & {
  readonly at: string;
  readonly id: string;
  readonly part?: { readonly index: number; readonly of: number };
  /** By our clock; always the same unless said. */
  readonly recordedAt?: string;
};

const RECORDED_AT = "2026-11-21T22:14:45.000Z";

/** The facts as a chain, in the order given. */
export function chainOf(subject: Subject, told: readonly Told[]): SealedEntry[] {
  const chain: SealedEntry[] = [];
  for (const { at, id, part, recordedAt = RECORDED_AT, ...fact } of told) {
    const derived = fact.kind === "linked" || fact.kind === "unlinked" || fact.kind === "sealed";
    const entry = {
      v: 1,
      subject,
      seq: chain.length,
      prev: chain.at(-1)?.hash ?? NO_PREVIOUS,
      occurredAt: at,
      recordedAt,
      source: { system: derived ? "ledger" : "github", event: fact.kind, id, auth: derived ? "ledger" : "hmac-sha256", norm: 1 },
      ...(part && { part }),
      ...fact,
    } as Entry;
    chain.push(sealEntry(entry));
  }
  return chain;
}

/** The chain folded from nothing. */
export function foldAll(chain: readonly SealedEntry[]): Summary {
  let state: Summary | undefined;
  for (const sealed of chain) {
    const folded = evolve(sealed.entry.subject, state, sealed);
    if (folded === undefined || !("state" in folded)) throw new Error(`expected seq ${sealed.entry.seq} to fold`);
    state = folded.state;
  }
  if (state === undefined) throw new Error("expected a chain with entries");
  return state;
}

/** Without what the order of arrival may decide: the chain's head. */
export function shown(state: Summary): Omit<Summary, "next" | "head"> {
  const { next: _next, head: _head, ...rest } = state;
  return rest;
}
