import { AUTHENTICATED_BY, type Entry } from "@change-ledger/model";
import { compareText } from "../order.ts";
import type { Update, Window } from "./ports.ts";

/** Clocks of a webhook and of a list of one push differ by at most so much, unless the webhook tells no time of its own. */
const SAME_PUSH_MS = 3_600_000;

/**
 * The updates that a branch's chain tells, each once. One sender's tellings of one time are one update; those of several sorts of senders are the same updates, told
 * again: of each pair of ends there are as many as the sort has that tells most.
 */
export function updatesTold(entries: Iterable<Entry>): Update[] {
  const pairs = new Map<string, Map<string, Set<string>>>();
  for (const { kind, facts, source, occurredAt } of entries) {
    if (kind !== "push") continue;
    const pair = `${facts.before}..${facts.after}`;
    const sorts = pairs.get(pair) ?? new Map<string, Set<string>>();
    pairs.set(pair, sorts);
    // Of equal counts the times of whoever is authenticated best.
    const sort = `${AUTHENTICATED_BY.indexOf(source.auth)} ${source.system}`;
    sorts.set(sort, (sorts.get(sort) ?? new Set()).add(occurredAt));
  }
  return [...pairs].flatMap(([pair, sorts]) => {
    const [most = new Set<string>()] = [...sorts].sort(([a, x], [b, y]) => y.size - x.size || compareText(a, b)).map(([, times]) => times);
    const [before = "", after = ""] = pair.split("..");
    return [...most].map((at) => ({ before, after, at }));
  });
}

export interface ComparedUpdates<T extends Update> {
  /** Of the window. */
  readonly listed: readonly T[];
  readonly missing: readonly T[];
  readonly unlisted: readonly Update[];
}

/**
 * Compares a branch's own record with what the ledger tells of it, by both ends and as often as each went. Both may reach beyond the window, so that clocks that
 * differ make nothing missing at its edges; what is told of the result lies within it.
 */
export function compareUpdates<T extends Update>(listed: readonly T[], told: readonly Update[], window: Window): ComparedUpdates<T> {
  const inside = ({ at }: Update) => window.from <= at && at < window.to;
  const byTime = (a: Update, b: Update) => compareText(a.at, b.at);
  const waiting = Map.groupBy(told.toSorted(byTime), ({ before, after }) => `${before}..${after}`);
  const missing: T[] = [];
  const matched = new Set<Update>();
  const late: T[] = [];
  const ordered = listed.toSorted(byTime);
  const among = (one: T, near: boolean): Update | undefined =>
    waiting
      .get(`${one.before}..${one.after}`)
      ?.find((other) => !matched.has(other) && (!near || Math.abs(Date.parse(other.at) - Date.parse(one.at)) <= SAME_PUSH_MS));
  // First those of about one time; a webhook that was delivered again later and tells no time of its own is what is left for the rest.
  for (const one of ordered) {
    const same = among(one, true);
    if (same === undefined) late.push(one);
    else matched.add(same);
  }
  for (const one of late) {
    const same = among(one, false);
    if (same === undefined) missing.push(one);
    else matched.add(same);
  }
  return {
    listed: ordered.filter(inside),
    missing: missing.filter(inside),
    unlisted: told.filter((one) => inside(one) && !matched.has(one)).sort(byTime),
  };
}

/**
 * The first window of what is to be compared: it ends where it would hold more than `most`, else at `to`. What happened in one instant is not divided, unless it is
 * more than `most` alone.
 */
export function windowOf(within: Window, items: readonly { readonly at: string }[], most: number): Window {
  const times = items
    .map(({ at }) => at)
    .filter((at) => within.from <= at && at < within.to)
    .sort(compareText);
  if (times.length <= most) return within;
  const end = times[most] ?? within.to;
  const [first = end] = times;
  return { from: within.from, to: first < end ? end : new Date(Date.parse(end) + 1).toISOString() };
}
