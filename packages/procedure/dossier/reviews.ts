import type { Identity } from "@change-ledger/model";
import { holdsOne, nameOf, type Resolve, type Who } from "../configuration/identity.ts";
import { compareText, type Of } from "./recorded.ts";

/** A review as it stands. */
export interface Review {
  readonly id: string;
  readonly reviewer: Identity;
  /** Undefined: nobody can say who. */
  readonly who: Who | undefined;
  readonly state: "approved" | "changes_requested" | "dismissed";
  /** The revision that was reviewed: what binds, never the time. */
  readonly commit: string | undefined;
  readonly association: string | undefined;
  /** When it was submitted, by the sender's clock. */
  readonly at: string;
  readonly told: Of<"review">;
}

/** A review of somebody who is known. */
export type KnownReview = Review & { readonly who: Who };

/** Whether the reviewer holds one of the roles. */
export const isBy =
  (roles: readonly string[]) =>
  (review: Review): review is KnownReview =>
    holdsOne(review.who, roles);

/** Reviews that decide something, one a reviewer: the latest; in the order in which they were submitted. */
export interface Standing {
  readonly approvals: readonly Review[];
  readonly objections: readonly Review[];
  /** Withdrawn, and nothing came after. */
  readonly dismissed: readonly Review[];
  /** Every review that decided something, in order. */
  readonly all: readonly Review[];
}

/**
 * What every reviewer says last. A dismissal is final for its review, whenever it came; a reviewer with two accounts is one person, and has one latest verdict.
 */
export function standingReviews(events: readonly Of<"review">[], resolve: Resolve): Standing {
  const all = reviewsOf(events, resolve);
  const latest = new Map<string, Review>();
  for (const review of all) {
    const key = reviewerKey(review);
    const before = latest.get(key);
    // Whoever approves the same revision again has approved it since the first time.
    if (review.state === "approved" && before?.state === "approved" && before.commit === review.commit) continue;
    latest.delete(key);
    latest.set(key, review);
  }
  const approvals: Review[] = [];
  const objections: Review[] = [];
  const dismissed: Review[] = [];
  for (const review of latest.values())
    (review.state === "approved" ? approvals : review.state === "changes_requested" ? objections : dismissed).push(review);
  return { approvals, objections, dismissed, all };
}

function reviewerKey({ who, reviewer, id }: Review): string {
  if (who !== undefined) return `${who.kind}:${who.id}`;
  const named = reviewer.id ?? reviewer.login ?? reviewer.mail;
  return named === undefined ? `review:${id}` : `?${named}`;
}

/** By the time of submission, then by the sender's number. */
function reviewsOf(events: readonly Of<"review">[], resolve: Resolve): Review[] {
  const byId = new Map<string, Of<"review">[]>();
  for (const event of events) {
    const { state, id } = event.entry.facts;
    if (state === "commented" || state === "pending") continue;
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [event]);
    else known.push(event);
  }
  const reviews: Review[] = [];
  for (const [id, told] of byId) {
    const first = told[0] as Of<"review">;
    const deciding = told.find(({ entry }) => entry.facts.state === "dismissed") ?? (told.at(-1) as Of<"review">);
    const { reviewer, association, commit } = first.entry.facts;
    reviews.push({
      id,
      reviewer,
      who: resolve("github", reviewer),
      state: deciding.entry.facts.state as Review["state"],
      commit,
      association,
      at: first.entry.occurredAt,
      told: deciding,
    });
  }
  return reviews.sort((a, b) => compareText(a.at, b.at) || a.id.length - b.id.length || compareText(a.id, b.id));
}

/** Who they are by, as a sentence names them. */
export function reviewersOf(reviews: readonly Review[]): string {
  return reviews
    .map(({ reviewer }) => nameOf(reviewer))
    .sort()
    .join(" and ");
}

const OUTSIDE: ReadonlySet<string | undefined> = new Set(["NONE", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER", "MANNEQUIN"]);

/** The sender says that the reviewer has no part in the repository's organisation. */
export function isFromOutside({ association }: Review): boolean {
  return OUTSIDE.has(association);
}
