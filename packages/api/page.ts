import type { Subject } from "@change-ledger/model";
import {
  decodeCursor,
  encodeCursor,
  type ListName,
  mergedPlaces,
  type Place,
  type Summary,
  scopeOf,
  type Within,
} from "@change-ledger/query";
import { type Caller, listsFor } from "./caller.ts";
import { ApiError } from "./fault.ts";
import type { ApiPorts } from "./ports.ts";

/** Places looked at in one round, and rounds for one page: a filter that nothing passes ends in a short page with a cursor, not in a scan. */
const PLACES_A_ROUND = 100;
const ROUNDS_MAX = 10;

export interface PageQuery<V> {
  /** What they may not read is not listed. */
  readonly caller: Caller;
  readonly list: ListName;
  readonly scope: string | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** Which part of the list, and in which order; absent: all of it, the newest first. */
  readonly within?: Within;
  /** Decided before the summary is read. */
  readonly wants: (subject: Subject) => boolean;
  /** What is shown of the summaries, in their order; undefined of those that the filter leaves out. */
  readonly view: (summaries: readonly Summary[]) => Promise<readonly (V | undefined)[]>;
  readonly filtered: boolean;
  /** Absent: as many as a page may take. */
  readonly rounds?: number;
}

/** @throws ApiError `invalid` for a cursor that was not given out for this list */
export async function pageThrough<V>(ports: ApiPorts, query: PageQuery<V>): Promise<{ items: V[]; next?: string }> {
  const models = listsFor(query.caller, ports.models);
  const { list, scope, limit, within } = query;
  let after = query.cursor === undefined ? undefined : placeOf(list, query.cursor);
  if (after !== undefined && scope !== undefined && scopeOf(after.subject) !== scope) throw badCursor();
  const atOnce = query.filtered ? PLACES_A_ROUND : limit + 1;
  const items: V[] = [];
  const seen = new Set<Subject>();
  for (let round = 0; round < (query.rounds ?? ROUNDS_MAX); round++) {
    const places =
      scope === undefined
        ? await mergedPlaces(models, list, atOnce, after, within)
        : await models.places(list, scope, atOnce, after, within);
    const wanted = places.filter(({ subject }) => query.wants(subject) && !seen.has(subject));
    const stored = await models.get(wanted.map(({ subject }) => subject));
    const summaries = wanted.map(({ subject }) => stored.get(subject)?.state).filter((state) => state !== undefined);
    const views = await query.view(summaries);
    const shown = new Map(summaries.map(({ subject }, at) => [subject, views[at]]));
    for (const [at, place] of places.entries()) {
      const view = shown.get(place.subject);
      if (view !== undefined && !seen.has(place.subject)) {
        items.push(view);
        seen.add(place.subject);
      }
      after = place;
      const last = at === places.length - 1 && places.length < atOnce;
      if (items.length === limit) return last ? { items } : { items, next: encodeCursor(list, place) };
    }
    if (places.length < atOnce) return { items };
  }
  return after === undefined ? { items } : { items, next: encodeCursor(list, after) };
}

function placeOf(list: ListName, cursor: string): Place {
  const place = decodeCursor(list, cursor);
  if (place === undefined) throw badCursor();
  return place;
}

function badCursor(): ApiError {
  return new ApiError("invalid", "expected a cursor from an earlier answer of this list", [
    { field: "cursor", rule: "`next` of an earlier answer, unchanged" },
  ]);
}
