import { nameOf } from "../configuration/identity.ts";
import type { Case } from "../dossier/case.ts";
import { type Author, covers, isExempt, uncovered } from "../dossier/coverage.ts";
import { isFromOutside, reviewersOf } from "../dossier/reviews.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const fourEyes: AuditTest = {
  id: "T4",
  title: "Four eyes",
  sheet: {
    intent: "Nobody's work reaches production on their own word.",
    rule: "Each author of a commit in the pull request, each co-author, and whoever opened it is covered by a standing approval of another person whose approval the procedure asks for. An identity that cannot be resolved is never covered, and is named first. Whoever pressed merge is no author.",
    controls: [
      "soc2/CC8.1/authorizes",
      "soc2/CC8.1/approves",
      "hitrust/07.a",
      "hitrust/07.b",
      "iso27001-2013/A.6.1.2",
      "iso27001-2022/5.3",
    ],
    restsOn: ["pull-request", "review", "pull-request-lookup", "push"],
    exemptions:
      "A bot that the configuration exempts, where its own account opened the pull request and pushed all of it (T16). A founded emergency (T13).",
    pass: "Ada and Ben wrote it and each approved: each covers the other. Or Ada wrote it and Ben approved.",
    fail: "Ben added a commit to Ada's pull request and is its only approver. A commit whose author GitHub knows by no account. An approval of somebody outside the company.",
    limitations:
      "One person with two accounts that the configuration does not join is two people to it. A commit's author is what git says; only accounts are authenticated. Where the merge is a squash or a rebase the commits come from GitHub's look-up or the branch's pushes; without either it is not assessable. Pushes to a branch do not tell what it was made of: whom the squash names as co-author counts besides.",
    remediation: "Have somebody who wrote none of it review the merged revision; name unknown accounts in the configuration.",
  },
  judge,
};

function judge(of: Case): Verdict {
  const stage = mergedPull(of, "Four eyes");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const { changeType, coverage } = of;
  if (changeType.type === "emergency" && changeType.founded)
    return notApplicable(
      "emergency",
      "Four eyes: a founded emergency goes ahead first; T13 judges its review afterwards.",
      changeType.told,
    );
  const { authors, approvals, complete } = coverage;
  const told = [pull.told, ...of.commits.told];
  const unknown = authors.filter(({ who }) => who === undefined);
  if (unknown.length > 0)
    return notSatisfied(
      "unknown-identity",
      `Four eyes: nobody can say who ${unknown.map(authorWords).join(" and ")} is, so nobody can say that somebody else approved it.`,
      "Name the account (or the address's hash) in the configuration, or have the author put it on their GitHub account.",
      told,
    );
  if (isExempt(coverage))
    return notApplicable(
      "exempt-bot",
      `Four eyes: all of it is the work of the exempt bot ${nameOf(pull.author)}, by its own account.`,
      told,
    );
  if (approvals.length === 0) return nobodyApproved(of, told);
  // One at most: whoever approved covers everybody but themselves.
  const [alone] = uncovered(authors, approvals);
  if (alone !== undefined)
    return notSatisfied(
      "author-not-covered",
      `Four eyes: ${alone.named} is an author whom no other person's approval covers.`,
      "Have somebody else approve the merged revision as well.",
      told,
      approvals.map((review) => review.told),
    );
  if (!complete)
    return notAssessable(
      "commits-unknown",
      "Four eyes: not all commits of the pull request are on record, so there may be authors whom nobody knows of.",
      "Give the ledger GitHub's App credentials, so that it can ask for the pull request's commits.",
      told,
      approvals.map((review) => review.told),
    );
  const people = authors.filter(({ exempt }) => !exempt).map(({ named }) => named);
  const used = approvals.filter((approval) => authors.some((author) => covers(approval, author)));
  return satisfied(
    `Four eyes: ${people.join(", ")} ${people.length === 1 ? "is" : "are"} covered by the approval of ${reviewersOf(used)}.`,
    told,
    used.map((review) => review.told),
  );
}

function authorWords({ named, commit, unknown }: Author): string {
  if (commit === undefined) return `${named}, who opened it,`;
  return `the author of ${short(commit)} (${unknown === "bot-by-name" ? "only the author string says " : ""}${named})`;
}

function nobodyApproved(of: Case, told: readonly Parameters<typeof satisfied>[1][]): Verdict {
  const { standing } = of;
  const why = standing.approvals.some((review) => review.who === undefined || isFromOutside(review) || review.who.kind !== "person")
    ? ` ${reviewersOf(standing.approvals)} approved, and is nobody whose approval counts.`
    : standing.approvals.length > 0
      ? " Who approved holds no role that approves."
      : standing.dismissed.length > 0
        ? " The approval that there was is dismissed."
        : "";
  const others = [...standing.approvals, ...standing.dismissed].map((review) => review.told);
  return notSatisfied(
    "no-approval",
    `Four eyes: no approval stands of anybody whose approval counts.${why}`,
    "Have a qualified peer approve the merged revision.",
    ...told,
    others,
  );
}
