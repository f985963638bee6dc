import type { Entry, FactKind } from "@change-ledger/model";

/** An entry with the hash that names it: all that judging needs of a sealed entry. */
export interface Recorded {
  readonly entry: Entry;
  readonly hash: string;
}

/** An entry of one kind. */
export type Of<K extends FactKind> = Recorded & { readonly entry: Extract<Entry, { readonly kind: K }> };

/**
 * Total order by the sender's clock, then by the sender's id of the event, then by part: the same for every order of arrival. The same event recorded twice
 * (which the ledger prevents) is told apart by its place, which decides nothing but which copy is named.
 */
export function compareRecorded(a: Recorded, b: Recorded): number {
  const x = a.entry;
  const y = b.entry;
  if (x.occurredAt !== y.occurredAt) return x.occurredAt < y.occurredAt ? -1 : 1;
  if (x.source.id !== y.source.id) return x.source.id < y.source.id ? -1 : 1;
  const parts = (x.part?.index ?? 0) - (y.part?.index ?? 0);
  if (parts !== 0) return parts;
  if (x.recordedAt !== y.recordedAt) return x.recordedAt < y.recordedAt ? -1 : 1;
  return x.seq - y.seq || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0);
}

/** The last of `list` in that order; undefined of an empty one. */
export function lastOf<T extends Recorded>(list: readonly T[]): T | undefined {
  let last: T | undefined;
  for (const one of list) if (last === undefined || compareRecorded(last, one) < 0) last = one;
  return last;
}
