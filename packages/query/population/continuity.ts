import { instantSchema, shaSchema, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import type { PeriodSpan } from "../timeline/period.ts";
import { compareItems, type RefUpdateItem, restSchema } from "./item.ts";
import type { Outsider } from "./population.ts";

/** An update beside others: what proves a gap, and what comes before and behind the period. */
const aroundSchema = z.strictObject({
  id: z.string().min(1),
  at: instantSchema,
  before: shaSchema,
  after: shaSchema,
  restsOn: restSchema,
});
type Around = z.infer<typeof aroundSchema>;

export const continuitySchema = z.strictObject({
  ref: subjectSchema,
  /** Items. */
  updates: z.int().nonnegative(),
  /** The update before the period's first, and the one behind its last, as far as there are any on record. */
  previous: aroundSchema.optional(),
  next: aroundSchema.optional(),
  /** How the record begins: behind `previous`; with the branch's creation; or anyhow, and what was before is not known. */
  begins: z.enum(["previous", "creation", "record"]),
  /** The branch stood at `from.after`, and the next thing on record begins at `to.before`: something between is not on record. */
  gaps: z.array(z.strictObject({ from: aroundSchema, to: aroundSchema })),
});
export type Continuity = z.infer<typeof continuitySchema>;

/**
 * Holds the updates of a branch to this: each begins where the one before it ended.
 * @param items of this branch
 * @param outside of the same branch, before and behind the period, in any order
 */
export function continuityOf(
  ref: RefUpdateItem["subject"],
  period: PeriodSpan,
  items: readonly RefUpdateItem[],
  outside: readonly Outsider[],
): Continuity {
  const around = outside.flatMap(({ id, at, before, after, restsOn }) =>
    before === undefined || after === undefined ? [] : [{ id, at, before, after, restsOn }],
  );
  const within = items.map(({ id, at, before, after, restsOn }): Around => ({ id, at, before, after, restsOn }));
  const ordered = inOrder([...around, ...within]);
  const previous = ordered.findLast(({ at }) => at < period.from);
  const next = ordered.find(({ at }) => at >= period.to);
  const seen = ordered.filter((one) => one === previous || one === next || (one.at >= period.from && one.at < period.to));
  const gaps = seen.flatMap((to, at) => {
    const from = seen[at - 1];
    return from === undefined || from.after === to.before ? [] : [{ from, to }];
  });
  const first = items.find(({ id }) => id === seen[0]?.id);
  return {
    ref,
    updates: items.length,
    ...(previous === undefined ? {} : { previous }),
    ...(next === undefined ? {} : { next }),
    begins: previous !== undefined ? "previous" : first?.created === true ? "creation" : "record",
    gaps,
  };
}

/** A branch with more updates in one instant is not gone through in every way: where it came back to where it was, a gap may then be told that is none. */
const TANGLE_MAX = 200;

/** By the sender's clock; within one instant (GitHub's has seconds) so that each begins where another ended, if they do. */
function inOrder(updates: readonly Around[]): Around[] {
  const ordered: Around[] = [];
  for (const [, group] of Map.groupBy([...updates].sort(compareItems), ({ at }) => at)) {
    const left = [...group];
    while (left.length > 0) ordered.push(...left.splice(nextOf(left, ordered.at(-1)?.after), 1));
  }
  return ordered;
}

/**
 * Place of the update to go on with (Fleury's rule): of those that begin at the tip one from which all others can still be reached. Where nothing begins at the tip there
 * is a gap, and it goes on with one that begins where no other ends.
 */
function nextOf(left: readonly Around[], tip: string | undefined): number {
  const follows = [...left.keys()].filter((at) => left[at]?.before === tip);
  if (follows.length === 1) return follows[0] ?? 0;
  if (follows.length > 1) return (left.length > TANGLE_MAX ? undefined : follows.find((at) => reachesAll(left, at))) ?? follows[0] ?? 0;
  const ends = new Set(left.map(({ after }) => after));
  return Math.max(
    0,
    left.findIndex(({ before }) => !ends.has(before)),
  );
}

function reachesAll(left: readonly Around[], first: number): boolean {
  const steps = Map.groupBy(
    left.filter((_, at) => at !== first),
    ({ before }) => before,
  );
  const reached = new Set([left[first]?.after]);
  for (const place of reached) for (const { after } of steps.get(place ?? "") ?? []) reached.add(after);
  return [...steps.keys()].every((before) => reached.has(before));
}
