import type { ListName } from "./list-names.ts";
import { comparePlaces, type Place } from "./place.ts";
import type { ModelStore, Within } from "./ports.ts";

/** How many scopes are asked at once. */
const SCOPES_AT_ONCE = 16;

/**
 * The next `limit` places of a list over these scopes, in the order asked for: a merge of each scope's own. It costs one query a scope
 * and page; ask for one scope where there is one to ask for.
 */
export async function mergedPlaces(
  models: Pick<ModelStore, "places" | "scopes">,
  list: ListName,
  limit: number,
  after?: Place,
  within: Within = {},
): Promise<readonly Place[]> {
  const scopes = await models.scopes(list);
  const compare = within.oldestFirst === true ? (a: Place, b: Place) => comparePlaces(b, a) : comparePlaces;
  let merged: readonly Place[] = [];
  for (let at = 0; at < scopes.length; at += SCOPES_AT_ONCE) {
    const some = scopes.slice(at, at + SCOPES_AT_ONCE);
    const found = await Promise.all(some.map((scope) => models.places(list, scope, limit, after, within)));
    merged = [...merged, ...found.flat()].sort(compare).slice(0, limit);
  }
  return merged;
}
