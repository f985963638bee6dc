import type { Identity, Subject } from "@change-ledger/model";
import type { Buckets } from "./buckets.ts";
import { EVER, type Of } from "./recorded.ts";

/** The pull request as its events tell it. */
export interface Pull {
  readonly state: "open" | "closed" | "merged";
  readonly author: Identity;
  readonly openedAt: string;
  /** The head that was merged; of an open one the latest. */
  readonly head: string;
  readonly headRef: string;
  readonly fork: boolean;
  readonly baseRef: string;
  readonly mergeSha?: string | undefined;
  readonly mergedAt?: string | undefined;
  /** What says so. */
  readonly told: Of<"pull-request">;
  /** In order. */
  readonly events: readonly Of<"pull-request">[];
}

/** One that was merged. */
export type Merged = Pull & { readonly mergedAt: string };

export function isMerged(pull: Pull): pull is Merged {
  return pull.mergedAt !== undefined;
}

/**
 * One merged event beats every other; of several the one that closed it, then the earliest: what is told after the merge cannot change what was merged.
 * Undefined without any event of the pull request.
 */
export function pullOf({ pulls: events }: Pick<Buckets, "pulls">): Pull | undefined {
  const told =
    events.find(({ entry: { facts } }) => facts.state === "merged" && facts.action === "closed") ??
    events.find(({ entry }) => entry.facts.state === "merged") ??
    events.at(-1);
  if (told === undefined) return undefined;
  const { facts } = told.entry;
  const [opened] = events as readonly [Of<"pull-request">];
  return {
    state: facts.state,
    author: facts.author,
    openedAt: facts.openedAt ?? opened.entry.occurredAt,
    head: facts.head,
    headRef: facts.headRef,
    fork: facts.headRepository !== undefined,
    baseRef: facts.baseRef,
    mergeSha: facts.mergeSha,
    mergedAt: facts.state === "merged" ? (facts.mergedAt ?? told.entry.occurredAt) : undefined,
    told,
    events,
  };
}

/** The event that first told of the head: when reviewers could first see it, by the sender's clock. */
export function firstToldOfHead(pull: Pull): Of<"pull-request"> {
  return pull.events.find(({ entry }) => entry.facts.head === pull.head) ?? pull.told;
}

/** Tickets that the pull request named at that time, by its latest event until then; at any time when `until` is left out. */
export function ticketsNamed(
  pull: Pull,
  until = EVER,
): { readonly tickets: readonly Subject[]; readonly told?: Of<"pull-request"> | undefined } {
  const told = pull.events.findLast(({ entry }) => entry.occurredAt <= until);
  return { tickets: told?.entry.facts.tickets ?? [], told };
}
