import type { Case } from "../dossier/case.ts";
import { uncovered } from "../dossier/coverage.ts";
import type { Pull } from "../dossier/pull.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { isBy } from "../dossier/reviews.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const securityReview: AuditTest = {
  id: "T10",
  title: "Security review",
  sheet: {
    intent: "What touches security controls or sensitive data is approved by the security team.",
    rule: "A path or label that triggers it asks for a designated security reviewer whose approval satisfies T4 and T5: somebody who wrote none of it approved the merged head.",
    controls: ["hitrust/07.b", "soc2/CC8.1/protects-confidential", "soc2/CC8.1/protects-personal", "soc2/CC8.1/approves"],
    restsOn: ["pull-request", "files-lookup", "review"],
    exemptions: "A change that no path and no label triggers. A founded emergency (T13).",
    pass: "The pull request was labelled `security`, and a member of the security team who is no author approved the merged head.",
    fail: "The label was taken off before the merge: it triggers all the same. The security reviewer approved an earlier head.",
    limitations:
      "A label set by mistake triggers it too. Paths come from GitHub's look-up; where the configuration names paths and the look-up is not on record it is not assessable. Nor is it where not all commits are on record: the reviewer may have written some.",
    remediation: "Have the security team review the merged head.",
  },
  judge,
};

/** Whether the change asks for a security review, and what says so; undefined where nobody can tell. */
export function securityTrigger(
  of: Case,
  pull: Pull,
): { readonly triggered: boolean; readonly words: string; readonly told: readonly Recorded[] } | undefined {
  const { rules, securityLabels } = of.repository;
  if (rules.securityReview.always) return { triggered: true, words: "the configuration asks for it always", told: [] };
  for (const told of pull.events) {
    const label = told.entry.facts.labels?.find((one) => securityLabels.has(one));
    if (label !== undefined) return { triggered: true, words: `the label ${label}`, told: [told] };
  }
  if (rules.securityReview.paths.length === 0) {
    if (of.repository.configured) return { triggered: false, words: "no label that triggers it", told: [pull.told] };
    return undefined;
  }
  const files = of.buckets.files.filter(({ entry }) => entry.facts.head === pull.head);
  for (const told of files) {
    const path = told.entry.facts.paths.find((one) => of.repository.securityPath(one));
    if (path !== undefined) return { triggered: true, words: `the path ${path}`, told: [told] };
  }
  const parts = new Set(files.map(({ entry }) => `${entry.source.id} ${entry.part?.index ?? 0}`)).size;
  const [first] = files;
  const complete =
    first !== undefined && files.every(({ entry }) => entry.facts.truncated !== true) && parts >= (first.entry.part?.of ?? 1);
  return complete ? { triggered: false, words: "no path or label that triggers it", told: files } : undefined;
}

function judge(of: Case): Verdict {
  const stage = mergedPull(of, "Security review");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const trigger = securityTrigger(of, pull);
  if (trigger === undefined)
    return notAssessable(
      "paths-unknown",
      "Security review: which paths the change touches, or which paths would need it, is not known.",
      "Give the ledger GitHub's App credentials, so that it can ask for the changed paths, and name the repository in the configuration.",
      pull.told,
    );
  if (!trigger.triggered) return notApplicable("not-triggered", `Security review: the change has ${trigger.words}.`, trigger.told);
  const { changeType } = of;
  if (changeType.type === "emergency" && changeType.founded)
    return notApplicable(
      "emergency",
      "Security review: a founded emergency goes ahead first; T13 judges its review afterwards.",
      changeType.told,
    );
  const roles = of.repository.securityRoles;
  const approvals = of.standing.approvals.filter(isBy(roles));
  const fresh = approvals.filter(({ commit }) => commit === pull.head);
  const [given] = fresh;
  const { authors } = of.coverage;
  const remedy = "Have a member of the security team who wrote none of it approve the merged head.";
  const told = [pull.told, ...trigger.told, ...approvals.map((review) => review.told)];
  if (approvals.length === 0)
    return notSatisfied(
      "no-security-approval",
      `Security review: ${trigger.words} asks for it, and no security reviewer's approval stands.`,
      remedy,
      told,
    );
  if (given === undefined)
    return notSatisfied(
      "stale-security-approval",
      `Security review: ${trigger.words} asks for it, and no security reviewer approved ${short(pull.head)}, the head that was merged.`,
      remedy,
      told,
    );
  const [alone] = uncovered(authors, fresh);
  if (alone !== undefined || authors.some(({ who }) => who === undefined))
    return notSatisfied(
      "security-author-not-covered",
      `Security review: ${trigger.words} asks for it, and the security approval is not somebody else's than ${alone?.named ?? "an author whom nobody can name"}.`,
      remedy,
      told,
    );
  const objection = of.standing.objections.find(isBy(roles));
  if (objection !== undefined)
    return notSatisfied(
      "security-objection",
      `Security review: ${objection.who.id} of the security team asked for changes and never took it back.`,
      remedy,
      told,
      objection.told,
    );
  if (!of.coverage.complete)
    return notAssessable(
      "commits-unknown",
      "Security review: not all commits of the pull request are on record, so whether the security reviewer wrote part of it is not known.",
      "Give the ledger GitHub's App credentials, so that it can ask for the pull request's commits.",
      told,
    );
  return satisfied(
    `Security review: ${trigger.words} asks for it, and ${given.who.id} approved ${short(pull.head)}.`,
    pull.told,
    trigger.told,
    fresh.map((review) => review.told),
  );
}
