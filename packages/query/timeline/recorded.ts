import { canonicalBytes, type Entry, type PayloadReference, type Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { compareText, told } from "../order.ts";

/** Names an entry, so that whoever sees a mark can check it: its place in its chain, and its hash. */
export interface EntryReference {
  readonly subject: Subject;
  readonly seq: number;
  readonly hash: string;
}

export function referTo({ entry: { subject, seq }, hash }: Recorded): EntryReference {
  return { subject, seq, hash };
}

/** Where the sender's own words lie: messages and log tails are there and nowhere else. */
export function wordsOf({ entry }: Recorded): { readonly payload?: PayloadReference } {
  return told({ payload: entry.payload });
}

/**
 * What was recorded by `asOf`, each entry once, ordered by the sender's clock, then by the sender's id of the event, then by part: the order of arrival
 * decides nothing. Entries of one chain that agree in all of these say the same, or are told apart by what they say.
 */
export function knownBy(entries: Iterable<Recorded>, asOf: string): Recorded[] {
  const known = new Map<string, Recorded>();
  for (const recorded of entries) if (recorded.entry.recordedAt <= asOf) known.set(recorded.hash, recorded);
  return [...known.values()].sort(compareRecorded);
}

function compareRecorded(a: Recorded, b: Recorded): number {
  const x = a.entry;
  const y = b.entry;
  return (
    compareText(x.occurredAt, y.occurredAt) ||
    compareText(x.subject, y.subject) ||
    compareText(x.source.id, y.source.id) ||
    (x.part?.index ?? 0) - (y.part?.index ?? 0) ||
    compareFacts(x, y) ||
    x.seq - y.seq ||
    compareText(a.hash, b.hash)
  );
}

function compareFacts(x: Entry, y: Entry): number {
  return Buffer.compare(canonicalBytes([x.kind, x.facts]), canonicalBytes([y.kind, y.facts]));
}

/** Each chain's entries, in that order. */
export function byChain(ordered: readonly Recorded[]): Map<Subject, Recorded[]> {
  const chains = new Map<Subject, Recorded[]>();
  for (const recorded of ordered) {
    const chain = chains.get(recorded.entry.subject);
    if (chain === undefined) chains.set(recorded.entry.subject, [recorded]);
    else chain.push(recorded);
  }
  return chains;
}

const NO_BYTES = new Uint8Array();

/** A chain's fold, whichever of its entries are there: the read models' own rules, which heed no order. */
export function foldOf<S>(
  chain: readonly Recorded[],
  evolve: (state: S | undefined, sealed: Recorded & { readonly bytes: Uint8Array }) => { readonly state: S } | { readonly gap: unknown },
): S | undefined {
  let state: S | undefined;
  for (const [seq, { entry, hash }] of chain.entries()) {
    const folded = evolve(state, { entry: { ...entry, seq }, hash, bytes: NO_BYTES });
    if ("state" in folded) state = folded.state;
  }
  return state;
}
