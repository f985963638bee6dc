import type { CommitFact, Subject } from "@change-ledger/model";
import { compareRecorded, type Of } from "./recorded.ts";

/** A push, its continuation entries put together. */
export interface Push {
  readonly ref: Subject;
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly isDefault: boolean;
  readonly at: string;
  /** Oldest first. */
  readonly commits: readonly CommitFact[];
  /** Every commit is listed: the sender cut nothing off, and no part is missing. */
  readonly complete: boolean;
  readonly told: readonly Of<"push">[];
}

/** The pushes of a dossier in order of the sender's clock; what came twice once. */
export function pushesOf(entries: readonly Of<"push">[]): Push[] {
  const groups = new Map<string, Of<"push">[]>();
  for (const recorded of entries) {
    const { entry } = recorded;
    const key = `${entry.subject} ${entry.facts.before} ${entry.facts.after} ${entry.occurredAt} ${entry.source.id}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [recorded]);
    else if (!known.some(({ entry: other }) => (other.part?.index ?? 0) === (entry.part?.index ?? 0))) known.push(recorded);
  }
  const pushes: Push[] = [];
  for (const told of groups.values()) {
    if (told.length > 1) told.sort(compareRecorded);
    const { entry } = told[0] as Of<"push">;
    const { facts, part } = entry;
    pushes.push({
      ref: entry.subject,
      before: facts.before,
      after: facts.after,
      forced: facts.forced === true,
      created: facts.created === true,
      deleted: facts.deleted === true,
      isDefault: facts.default === true,
      at: entry.occurredAt,
      commits: told.length === 1 ? facts.commits : told.flatMap((each) => each.entry.facts.commits),
      complete: facts.truncated !== true && told.length === (part?.of ?? 1),
      told,
    });
  }
  return pushes.sort((a, b) => compareRecorded(a.told[0] as Of<"push">, b.told[0] as Of<"push">));
}

/** `refs/heads/main` of a ref's subject. */
export function refName(ref: Subject): string {
  return ref.slice(ref.indexOf("/refs/") + 1);
}
