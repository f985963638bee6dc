import { comparePlaces, type Place } from "./place.ts";
import type { ListName, ModelStore } from "./ports.ts";

/** How many scopes are asked at once. */
const SCOPES_AT_ONCE = 16;

/**
 * The next `limit` places of a list over all of its scopes, newest first: a merge of each scope's own order. It costs one query a scope
 * and page; ask for one scope where there is one to ask for.
 */
export async function mergedPlaces(
  models: Pick<ModelStore, "places" | "scopes">,
  list: ListName,
  limit: number,
  after?: Place,
): Promise<readonly Place[]> {
  const scopes = await models.scopes(list);
  let merged: readonly Place[] = [];
  for (let from = 0; from < scopes.length; from += SCOPES_AT_ONCE) {
    const some = scopes.slice(from, from + SCOPES_AT_ONCE);
    const found = await Promise.all(some.map((scope) => models.places(list, scope, limit, after)));
    merged = [...merged, ...found.flat()].sort(comparePlaces).slice(0, limit);
  }
  return merged;
}
