import type { Case } from "../dossier/case.ts";
import { covers, isExempt, uncovered } from "../dossier/coverage.ts";
import { isFromOutside, type Review, reviewersOf } from "../dossier/reviews.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const finalRevision: AuditTest = {
  id: "T5",
  title: "Final revision",
  sheet: {
    intent: "What was approved is what was merged.",
    rule: "The approvals that cover the authors (T4) speak of the head that was merged, by SHA; each is its reviewer's latest verdict and was not dismissed; no change request stands. Times decide nothing: a commit's date is the author's to set.",
    controls: ["soc2/CC8.1/approves", "soc2/CC8.1/tests", "hitrust/07.a", "hitrust/12.a", "chi/SR81", "hipaa/164.312(c)(1)"],
    restsOn: ["pull-request", "review"],
    exemptions: "As T4.",
    pass: "The approval's commit is the merged head. A squash, a rebase or a merge queue makes another merge commit: the reviewed head is what counts.",
    fail: "A commit was pushed, or main was merged in, after the approval. The approval was dismissed. Somebody asked for changes and never took it back.",
    limitations:
      "That the merge commit holds what the head holds is the code host's word. A review that GitHub moved to another commit by itself is taken as it was submitted.",
    remediation: "Approve the merged head, or have the standing change request taken back by whoever made it.",
  },
  judge,
};

function judge(of: Case): Verdict {
  const stage = mergedPull(of, "Final revision");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const { coverage, changeType } = of;
  if (changeType.type === "emergency" && changeType.founded)
    return notApplicable(
      "emergency",
      "Final revision: a founded emergency goes ahead first; T13 judges its review afterwards.",
      changeType.told,
    );
  const objections = of.standing.objections.filter(stands);
  if (objections.length > 0)
    return notSatisfied(
      "change-request-stands",
      `Final revision: ${reviewersOf(objections)} asked for changes and never took it back.`,
      "Have the reviewer approve the merged revision, or dismiss the request with a reason.",
      pull.told,
      objections.map(({ told }) => told),
    );
  const { authors, approvals } = coverage;
  if (isExempt(coverage))
    return notApplicable("exempt-bot", "Final revision: all of it is the work of an exempt bot, by its own account.", pull.told);
  const fresh = approvals.filter(({ commit }) => commit === pull.head);
  // Of authors whom nobody can name T4 says what has to be said: the revision is held to the approvals all the same.
  const known = authors.filter(({ who }) => who !== undefined);
  const independent = fresh.filter((approval) => known.length === 0 || known.some((author) => covers(approval, author)));
  const behind = uncovered(authors, fresh).filter((author) => approvals.some((approval) => covers(approval, author)));
  if (independent.length === 0 || behind.length > 0) return noneOfTheHead(of, pull.head, approvals, pull.told);
  return satisfied(
    `Final revision: ${reviewersOf(independent)} approved ${short(pull.head)}, the head that was merged, and nothing was taken back.`,
    pull.told,
    independent.map(({ told }) => told),
  );
}

/** Whoever has no part in the company cannot stop a change; of whom nobody can name it has to be supposed that they can. */
function stands(review: Review): boolean {
  return review.who?.kind === "person" || !isFromOutside(review);
}

function noneOfTheHead(
  of: Case,
  head: string,
  approvals: readonly Review[],
  merged: Review["told"] | Parameters<typeof satisfied>[1],
): Verdict {
  const stale = approvals.filter(({ commit }) => commit !== head);
  const { dismissed } = of.standing;
  if (stale.length > 0)
    return notSatisfied(
      "stale-approval",
      `Final revision: ${reviewersOf(stale)} approved ${[...new Set(stale.map(({ commit }) => (commit === undefined ? "no revision on record" : short(commit))))].sort().join(" and ")}, and ${short(head)} was merged.`,
      "Have the merged head approved; let the branch's protection dismiss approvals when something is pushed.",
      merged,
      stale.map(({ told }) => told),
    );
  if (dismissed.length > 0)
    return notSatisfied(
      "approval-dismissed",
      `Final revision: the approval of ${reviewersOf(dismissed)} was dismissed, and no other speaks of ${short(head)}.`,
      "Have the merged head approved again.",
      merged,
      dismissed.map(({ told }) => told),
    );
  return notSatisfied(
    "head-not-approved",
    `Final revision: no approval that counts speaks of ${short(head)}, the head that was merged.`,
    "Have the merged head approved by a qualified peer.",
    merged,
    of.standing.approvals.map(({ told }) => told),
  );
}
