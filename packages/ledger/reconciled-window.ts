import type { Entry, Subject } from "@change-ledger/model";
import { changesBrought, claimantsOf } from "./brought-changes.ts";
import { type Home, pushKey, refOf } from "./link-keys.ts";
import type { LinkItem, LinkKey } from "./ports.ts";

/** Pushes and deployments of a time in which a list and the ledger differ, or did when it was compared before. */
interface Differing {
  readonly pushes: readonly { readonly home: Home; readonly after: string; readonly key: LinkKey }[];
  readonly deployments: readonly Subject[];
  /** Whose list does not say what else was in that time. */
  readonly home?: Home | undefined;
}

/**
 * What a comparison says of others than of what is missing: every change of its time is judged by it (audit test T1). Undefined where nothing differs and nothing did: then
 * it says no more than is said whenever a change is judged.
 */
export function differing(entry: Entry): Differing | undefined {
  if (entry.kind !== "reconciled") return undefined;
  const { scope, missing, unlisted, missingBefore = 0, list } = entry.facts;
  if (missing.length + unlisted.length + missingBefore === 0) return undefined;
  const of = scope.startsWith("ref:") ? refOf(scope as Subject) : undefined;
  if (of === undefined) return { pushes: [], deployments: list?.form === "deployments" ? list.deployments.map(({ id }) => id) : [] };
  const listed = list?.form === "updates" ? list.updates.map(({ after }) => after) : [];
  const afters = new Set([...listed, ...[...missing, ...unlisted].flatMap((pair) => pair.split("..")[1] ?? [])]);
  const pushes = [...afters].map((after) => ({ home: of.home, after, key: pushKey(of.home, of.ref, after) }));
  return { pushes, deployments: [], home: list === undefined ? of.home : undefined };
}

/** All changes that the pushes brought, however many pull requests claim one. What is not on record is nobody's yet. */
export function broughtWithin({ pushes }: Differing, asked: ReadonlyMap<LinkKey, LinkItem>): Subject[] {
  return pushes.flatMap(({ home, after, key }) => {
    const item = asked.get(key);
    return item === undefined ? [] : changesBrought(home, after, claimantsOf(item));
  });
}
