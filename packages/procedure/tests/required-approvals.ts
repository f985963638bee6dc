import type { Case } from "../dossier/case.ts";
import { uncovered } from "../dossier/coverage.ts";
import type { Pull } from "../dossier/pull.ts";
import type { Review } from "../dossier/reviews.ts";
import { securityTrigger } from "./t10-security-review.ts";

/** Which of the procedure's approvals were there: on the merged head, as their reviewers' latest verdicts. */
export interface RequiredApprovals {
  /** Roles that nobody approved in; "four eyes" where an author is not covered. */
  readonly missing: readonly string[];
  /** The latest of the approvals by which all was there. */
  readonly last: Review | undefined;
  readonly used: readonly Review[];
}

/** @param before only approvals that were submitted earlier; left out: all */
export function requiredApprovals(of: Case, pull: Pull, before?: string): RequiredApprovals {
  return before === undefined
    ? of.once("required approvals", () => approvalsBefore(of, pull, undefined))
    : approvalsBefore(of, pull, before);
}

function approvalsBefore(of: Case, pull: Pull, before: string | undefined): RequiredApprovals {
  const fresh = (of.coverage?.approvals ?? []).filter(({ commit, at }) => commit === pull.head && (before === undefined || at < before));
  const missing: string[] = [];
  const used = new Set<Review>();
  for (const { requires } of of.repository.procedure.steps.normal) {
    for (const block of requires) {
      if (block.block !== "approval") continue;
      if (block.when === "security-relevant" && securityTrigger(of, pull)?.triggered === false) continue;
      const review = fresh.find(({ who }) => block.roles.some((role) => who?.roles.has(role)));
      if (review === undefined) missing.push(block.roles.join(" or "));
      else used.add(review);
    }
  }
  const authors = (of.coverage?.authors ?? []).filter(({ who }) => who !== undefined);
  if (uncovered(authors, fresh).length > 0) missing.push("four eyes");
  else cover(of, fresh, used);
  let last: Review | undefined;
  for (const review of used) if (last === undefined || review.at > last.at) last = review;
  return { missing, last, used: [...used] };
}

/** The earliest approvals that together cover every author. */
function cover(of: Case, fresh: readonly Review[], used: Set<Review>): void {
  const authors = (of.coverage?.authors ?? []).filter(({ who }) => who !== undefined);
  const sofar: Review[] = [...used];
  for (const review of fresh) {
    if (uncovered(authors, sofar).length === 0) return;
    sofar.push(review);
    used.add(review);
  }
}
