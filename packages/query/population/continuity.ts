import { instantSchema, shaSchema, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import type { PeriodSpan } from "../timeline/period.ts";
import { compareItems, type RefUpdateItem, restSchema } from "./item.ts";
import type { Outsider } from "./population.ts";

/** An update beside others: what proves a gap, and what comes before and behind the period. */
export const aroundSchema = z.strictObject({
  id: z.string().min(1),
  at: instantSchema,
  before: shaSchema,
  after: shaSchema,
  restsOn: restSchema,
});
export type Around = z.infer<typeof aroundSchema>;

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

/** By the sender's clock; within one instant (GitHub's has seconds) so that each begins where another ended, as far as they do. */
function inOrder(updates: readonly Around[]): Around[] {
  const ordered: Around[] = [];
  for (const [, group] of Map.groupBy([...updates].sort(compareItems), ({ at }) => at)) {
    const left = [...group];
    while (left.length > 0) {
      const tip = ordered.at(-1)?.after;
      const ends = new Set(left.map(({ after }) => after));
      const begins = new Set(left.map(({ before }) => before));
      const follows = left.filter(({ before }) => before === tip);
      // Of two that begin at the tip, one that another goes on from; where none does, one that begins where no other of the instant ends.
      const chosen =
        follows.find(({ after }) => begins.has(after)) ?? follows[0] ?? left.find(({ before }) => !ends.has(before)) ?? left[0];
      ordered.push(...left.splice(left.indexOf(chosen as Around), 1));
    }
  }
  return ordered;
}
