import type { Entry, FactKind } from "@change-ledger/model";

/** An entry with the hash that names it: all that judging needs of a sealed entry. */
export interface Recorded {
  readonly entry: Entry;
  readonly hash: string;
}

/** An entry of one kind. */
export type Of<K extends FactKind> = Recorded & { readonly entry: Extract<Entry, { readonly kind: K }> };

/** Later than every instant, where instants are compared as text. */
export const EVER = "~";

/** Orders text by its code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Total order by the sender's clock, then by the sender's id of the event, then by part: the same for every order of arrival. The same event recorded twice
 * (which the ledger prevents) is told apart by its place, which decides nothing but which copy is named.
 */
export function compareRecorded(a: Recorded, b: Recorded): number {
  const x = a.entry;
  const y = b.entry;
  return (
    compareText(x.occurredAt, y.occurredAt) ||
    compareText(x.source.id, y.source.id) ||
    (x.part?.index ?? 0) - (y.part?.index ?? 0) ||
    compareText(x.recordedAt, y.recordedAt) ||
    x.seq - y.seq ||
    compareText(a.hash, b.hash)
  );
}

/** The last of `list` in that order; undefined of an empty one. */
export function lastOf<T extends Recorded>(list: readonly T[]): T | undefined {
  let last: T | undefined;
  for (const one of list) if (last === undefined || compareRecorded(last, one) < 0) last = one;
  return last;
}
