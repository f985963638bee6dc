import type { Case } from "../dossier/case.ts";
import { uncovered } from "../dossier/coverage.ts";
import type { AuditTest } from "./sheet.ts";
import { verdictOf } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { fourEyes } from "./t04-four-eyes.ts";
import { finalRevision } from "./t05-final-revision.ts";
import { notSatisfied, rests, satisfied, type Verdict } from "./verdict.ts";

export const bypass: AuditTest = {
  id: "T7",
  title: "Bypass",
  sheet: {
    intent: "Nobody went round the rules, and where the rules let them, it shows.",
    rule: "No bypass of a rule is on record for the push that brought the change; a merge while four eyes (T4) or the final revision (T5) were wanting is an inferred bypass.",
    controls: ["soc2/CC8.1/authorizes", "soc2/CC8.1/approves", "hitrust/12.a"],
    restsOn: ["rule-suite-lookup", "push", "pull-request", "review"],
    exemptions: "A founded emergency (T13) may be merged before it is reviewed.",
    pass: "The code host's rules passed the push, and the approvals were there when it was merged.",
    fail: "GitHub's rule suite says `bypass`. The pull request was merged without the approvals, or before them: somebody could.",
    limitations: "Where rule suites are not looked up a bypass shows only by what was wanting.",
    remediation: "Find out whose permissions allowed it and take them back; review the change now.",
  },
  judge,
};

function judge(of: Case): Verdict {
  const { arrival } = of;
  const pushed = arrival?.push.after ?? of.pull?.mergeSha;
  const suite = of.buckets.ruleSuites.find(({ entry }) => entry.facts.result === "bypass" && entry.facts.after === pushed);
  if (suite !== undefined)
    return notSatisfied(
      "rule-bypass",
      `Bypass: ${suite.entry.actor?.login ?? suite.entry.actor?.id ?? "somebody"} passed the branch's rules with the push that brought the change.`,
      "Find out whose permissions allowed it and take them back; review the change now.",
      suite,
      arrival?.push.told,
    );
  const stage = mergedPull(of, "Bypass");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const { changeType, coverage } = of;
  if (changeType.type === "emergency" && changeType.founded)
    return satisfied("Bypass: none is on record; a founded emergency may be merged before it is reviewed.", pull.told, changeType.told);
  for (const test of [fourEyes, finalRevision]) {
    const verdict = verdictOf(test, of);
    if (verdict.outcome === "not-satisfied")
      return {
        outcome: "not-satisfied",
        code: "inferred-bypass",
        because: `Bypass: it was merged although ${test.id} is not satisfied, so the branch's rules were passed or do not ask for it. ${verdict.because}`,
        remedy: "Find out why the rules let it pass: an administrator's right, a rule that does not ask for reviews, or a lapse (T17).",
        restsOn: verdict.restsOn,
      };
    if (verdict.outcome === "not-assessable")
      return {
        ...verdict,
        code: "approvals-unknown",
        because: `Bypass: whether the approvals were there cannot be told. ${verdict.because}`,
        restsOn: rests(pull.told),
      };
  }
  const { mergedAt } = pull;
  const inTime = coverage.approvals.filter(({ at, commit }) => at <= mergedAt && commit === pull.head);
  const late = uncovered(coverage.authors, inTime);
  if (late.length > 0)
    return notSatisfied(
      "approved-after-merge",
      `Bypass: it was merged at ${mergedAt}, before anybody else had approved what ${late.map(({ named }) => named).join(" and ")} wrote.`,
      "Have the branch's rules ask for the approval before the merge.",
      pull.told,
      coverage.approvals.map(({ told }) => told),
    );
  return {
    ...satisfied("Bypass: none is on record, and the approvals were there when it was merged."),
    restsOn: rests(
      pull.told,
      inTime.map(({ told }) => told),
    ),
  };
}
