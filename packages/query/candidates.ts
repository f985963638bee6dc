import type { Subject } from "@change-ledger/model";
import { listedAt } from "./lists.ts";
import { comparePlaces, type Place, scopeOf } from "./place.ts";
import type { ModelStore, Stored } from "./ports.ts";

/** The lists that hold these subjects alone: what an index names is paged through as the whole list is, with the same cursors. */
export function listsAmong(stored: ReadonlyMap<Subject, Stored>): Pick<ModelStore, "places" | "scopes"> {
  const all = [...stored.values()].flatMap(({ state }): Place[] => {
    const at = state && listedAt(state);
    return state === undefined || at === undefined ? [] : [{ at, subject: state.subject }];
  });
  const byScope = Map.groupBy(all, ({ subject }) => scopeOf(subject));
  return {
    scopes: async () => [...byScope.keys()].sort(),
    async places(_list, scope, limit, after, { from = "", to = "~", oldestFirst = false } = {}) {
      const compare = oldestFirst ? (a: Place, b: Place) => comparePlaces(b, a) : comparePlaces;
      return (byScope.get(scope) ?? [])
        .filter((place) => place.at >= from && place.at < to && (after === undefined || compare(after, place) < 0))
        .sort(compare)
        .slice(0, limit);
    },
  };
}
