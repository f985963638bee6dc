import type { Case } from "../dossier/case.ts";
import { type Author, uncovered } from "../dossier/coverage.ts";
import type { Pull } from "../dossier/pull.ts";
import { isBy, type KnownReview } from "../dossier/reviews.ts";
import { securityTrigger } from "./t10-security-review.ts";

/** Which of the procedure's approvals were there: on the merged head, as their reviewers' latest verdicts. */
export interface RequiredApprovals {
  /** Roles that nobody approved in; "four eyes" where an author is not covered. */
  readonly missing: readonly string[];
  /** The latest of the approvals by which all was there. */
  readonly last: KnownReview | undefined;
  readonly used: readonly KnownReview[];
}

/** @param before only approvals that were submitted earlier; left out: all */
export function requiredApprovals(of: Case, pull: Pull, before?: string): RequiredApprovals {
  const { authors, approvals } = of.coverage;
  const fresh = approvals.filter(({ commit, at }) => commit === pull.head && (before === undefined || at < before));
  const missing: string[] = [];
  const used = new Set<KnownReview>();
  for (const { requires } of of.repository.procedure.steps.normal) {
    for (const block of requires) {
      if (block.block !== "approval") continue;
      if (block.when === "security-relevant" && securityTrigger(of, pull)?.triggered === false) continue;
      const review = fresh.find(isBy(block.roles));
      if (review === undefined) missing.push(block.roles.join(" or "));
      else used.add(review);
    }
  }
  if (uncovered(authors, fresh).length > 0) missing.push("four eyes");
  else cover(authors, fresh, used);
  let last: KnownReview | undefined;
  for (const review of used) if (last === undefined || review.at > last.at) last = review;
  return { missing, last, used: [...used] };
}

/** The earliest approvals that together cover every author. */
function cover(authors: readonly Author[], fresh: readonly KnownReview[], used: Set<KnownReview>): void {
  for (const review of fresh) {
    if (uncovered(authors, [...used]).length === 0) return;
    used.add(review);
  }
}
