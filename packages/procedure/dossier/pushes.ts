import type { CommitFact, Subject } from "@change-ledger/model";
import type { Of } from "./recorded.ts";

/** In order: never empty. */
type Parts = readonly [Of<"push">, ...Of<"push">[]];

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
  readonly told: Parts;
}

/** The pushes of a dossier in order of the sender's clock. @param entries in that order */
export function pushesOf(entries: readonly Of<"push">[]): Push[] {
  // Stryker disable next-line all: where every entry has an id of its own there is nothing to put together, as grouping would find
  if (new Set(entries.map(({ entry }) => entry.source.id)).size === entries.length) return entries.map((only) => pushOf([only]));
  const parts = Map.groupBy(entries, ({ entry: { subject, source } }) => `${subject} ${source.id}`);
  return [...parts.values()].map((told) => pushOf(told as [Of<"push">, ...Of<"push">[]]));
}

function pushOf(told: Parts): Push {
  const { subject, occurredAt, facts, part } = told[0].entry;
  return {
    ref: subject,
    before: facts.before,
    after: facts.after,
    forced: facts.forced === true,
    created: facts.created === true,
    deleted: facts.deleted === true,
    isDefault: facts.default === true,
    at: occurredAt,
    // Stryker disable next-line ConditionalExpression: of one entry they need no putting together
    commits: told.length === 1 ? facts.commits : told.flatMap((each) => each.entry.facts.commits),
    complete: facts.truncated !== true && told.length === (part?.of ?? 1),
    told,
  };
}

/** `refs/heads/main` of a ref's subject. */
export function refName(ref: Subject): string {
  return ref.slice(ref.indexOf("/refs/") + 1);
}
