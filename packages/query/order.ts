import { canonicalBytes, type Entry } from "@change-ledger/model";

/**
 * When something was said, by the sender's clock, and by which event. Of two facts about one attribute the one with the greater
 * (at, id) holds, wherever they stand in the chain: the order of arrival decides nothing that is shown.
 */
export interface Stamp {
  readonly at: string;
  readonly id: string;
}

export function stampOf(entry: Entry): Stamp {
  return { at: entry.occurredAt, id: entry.source.id };
}

/** Negative, 0 or positive, by UTF-16 code units: the order of `<`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Total order over stamped values. Equal stamps (a sender that repeats an id) are told apart by the values' canonical bytes. */
export function compareStamped<T extends Stamp>(a: T, b: T): number {
  return compareText(a.at, b.at) || compareText(a.id, b.id) || Buffer.compare(canonicalBytes(a), canonicalBytes(b));
}

/** The latest of two stamped values. */
export function latest<T extends Stamp>(a: T | undefined, b: T): T {
  return a === undefined || compareStamped(a, b) < 0 ? b : a;
}

/** The value of the higher rank; of equal ranks the latest. */
export function highest<T extends Stamp>(a: T | undefined, b: T, rank: (value: T) => number): T {
  if (a === undefined) return b;
  return rank(a) === rank(b) ? latest(a, b) : rank(a) < rank(b) ? b : a;
}

/** The lesser of two instants of RFC 3339 with milliseconds in UTC, whose text sorts as they do. */
export function earliest(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a;
}

/** The greater of two instants. */
export function lastOf(a: string | undefined, b: string): string {
  return a === undefined || b > a ? b : a;
}

/** A map as sorted pairs: the same content has the same form, and a hostile key (`__proto__`) is text like any other. */
export type Keyed<V> = readonly (readonly [key: string, value: V])[];

/**
 * `pairs` with the value under `key` joined, keeping the first `cap` keys of the order: a key that stays was never dropped before, so
 * that the outcome does not depend on the order of the joins.
 */
export function joined<V>(
  pairs: Keyed<V> | undefined,
  key: string,
  join: (before: V | undefined) => V,
  cap: number,
  order: (a: string, b: string) => number = compareText,
): Keyed<V> {
  const list = [...(pairs ?? [])];
  const at = list.findIndex(([known]) => order(known, key) >= 0);
  const found = at >= 0 && list[at]?.[0] === key ? list[at] : undefined;
  if (found !== undefined) list[at] = [key, join(found[1])];
  else list.splice(at < 0 ? list.length : at, 0, [key, join(undefined)]);
  return list.slice(0, cap);
}

/** The `cap` least of a set of values under `order`, each once. */
export function least<T>(values: readonly T[], order: (a: T, b: T) => number, cap: number): readonly T[] {
  const sorted = [...values].sort(order);
  return sorted.filter((value, index) => index === 0 || order(sorted[index - 1] as T, value) !== 0).slice(0, cap);
}

/** Without the members whose value is undefined: canonical JSON has none, and an absent attribute costs no storage. */
export function told<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
