import type { Subject } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import { latestRun } from "../dossier/checks.ts";
import type { Pull } from "../dossier/pull.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { after } from "./clock.ts";
import { refusedSignOffs, signOffOf } from "./qa-sign-off.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull, startTold } from "./stage.ts";
import { all, due, notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const tested: AuditTest = {
  id: "T9",
  title: "Tested",
  sheet: {
    intent: "What goes to production was tested, as it is.",
    rule: "The required checks succeeded on the merged head before the merge; QA signed off on that revision in staging before it went to production.",
    controls: ["soc2/CC8.1/tests", "soc2/CC8.1/designs", "hitrust/07.b", "hitrust/07.c", "chi/SR80"],
    restsOn: [
      "check-run",
      "check-suite",
      "status",
      "workflow-run",
      "review",
      "host-deployment-status",
      "ticket",
      "attested",
      "deployment-state",
    ],
    exemptions: "A founded emergency (T13). A company may ask for no sign-off by naming no way of it.",
    pass: "Each required check's latest run before the merge succeeded on the merged head, or on the merge queue's attempt that became main; and QA approved that head.",
    fail: "A check failed, was skipped, is missing, or succeeded only after the merge. QA signed another revision, or after the deployment.",
    limitations:
      "What a check tests is not judged. A ticket's transition names no revision: it counts when it came after the merged head was pushed, by somebody of QA (or of the roles that the configuration names) who wrote none of it.",
    remediation: "Run what is wanting on the revision that is in production, and have the branch's rules require it before the merge.",
  },
  judge(of) {
    return all([of.once(checksOf), of.once(qaOf)]);
  },
};

/** Required checks on the merged head before the merge. */
export function checksOf(of: Case): Verdict {
  const stage = mergedPull(of, "Tested");
  if ("verdict" in stage) return stage.verdict;
  const emergency = emergencyVerdict(of);
  if (emergency !== undefined) return emergency;
  const { pull } = stage;
  const { requiredChecks } = of.repository;
  if (requiredChecks.length === 0)
    return notAssessable(
      "no-required-checks",
      "Tested: the configuration names no required check, so what had to be tested is not known.",
      "Name the repository's required checks in the configuration.",
      pull.told,
    );
  const commits = testedCommits(of, pull);
  const good: Recorded[] = [];
  for (const wanted of requiredChecks) {
    const run = latestRun(of.buckets.checks, wanted, commits, pull.mergedAt);
    if (run?.succeeded === true) {
      good.push(run.told);
      continue;
    }
    const later = latestRun(of.buckets.checks, wanted, commits);
    const remedy = `Run ${wanted.name} on ${short(pull.head)}, and have the branch's rules require it.`;
    if (later?.succeeded === true)
      return notSatisfied(
        "check-after-merge",
        `Tested: ${wanted.name} succeeded only at ${later.at}, after the merge at ${pull.mergedAt}.`,
        remedy,
        pull.told,
        run?.told,
        later.told,
      );
    if (run !== undefined)
      return notSatisfied(
        "check-failed",
        `Tested: the latest run of ${wanted.name} before the merge says ${run.conclusion}.`,
        remedy,
        pull.told,
        run.told,
      );
    return notSatisfied(
      "check-missing",
      `Tested: no run of ${wanted.name} on ${short(pull.head)} before the merge is on record.`,
      remedy,
      pull.told,
      later?.told,
    );
  }
  return satisfied(
    `Tested: ${requiredChecks.map(({ name }) => name).join(", ")} succeeded on ${short(pull.head)} before the merge.`,
    pull.told,
    good,
  );
}

/** The head, and the merge queue's attempt when it is what the branch became. */
function testedCommits(of: Case, pull: Pull): Subject[] {
  const attempts = of.buckets.mergeGroups.filter(({ entry }) => entry.facts.head === of.arrival?.push.after);
  return [pull.head, ...attempts.map(({ entry }) => entry.facts.head)].map((sha) => of.commit(sha));
}

/** QA's sign-off on the revision before production. */
export function qaOf(of: Case): Verdict {
  const stage = mergedPull(of, "Tested");
  if ("verdict" in stage) return stage.verdict;
  const emergency = emergencyVerdict(of);
  if (emergency !== undefined) return emergency;
  const { pull } = stage;
  const ways = of.repository.rules.qaSignOff;
  if (ways.length === 0) return notApplicable("no-sign-off-asked", "Tested: the configuration asks for no sign-off by QA.");
  const { releasedAt } = of;
  const inTime = signOffOf(of, pull, ways, releasedAt);
  if (inTime !== undefined) return satisfied(`Tested: QA signed off on ${short(pull.head)}: ${inTime.words}.`, pull.told, inTime.told);
  const remedy = "Have QA test the revision that is in production and sign it off.";
  const refused = refusedSignOffs(of, pull, ways);
  if (releasedAt === undefined) {
    const dueAt = after(pull.mergedAt, of.inForce.configuration.obligations.qaHours);
    if (of.asOf < dueAt)
      return due(
        "qa-due",
        `Tested: QA has not signed off on ${short(pull.head)} yet; there is time until ${dueAt}.${refused}`,
        dueAt,
        pull.told,
      );
    return notSatisfied(
      "qa-missing",
      `Tested: QA has not signed off on ${short(pull.head)}, and the time for it ended at ${dueAt}.${refused}`,
      remedy,
      pull.told,
    );
  }
  const start = startTold(of);
  const late = signOffOf(of, pull, ways, undefined);
  if (late !== undefined)
    return notSatisfied(
      "qa-after-release",
      `Tested: QA signed off only after the deployment to production had started at ${releasedAt}.`,
      remedy,
      pull.told,
      start,
      late.told,
    );
  return notSatisfied(
    "qa-missing",
    `Tested: QA did not sign off on ${short(pull.head)} before the deployment to production started at ${releasedAt}.${refused}`,
    remedy,
    pull.told,
    start,
  );
}

function emergencyVerdict(of: Case): Verdict | undefined {
  const { type, founded, told } = of.changeType;
  return type === "emergency" && founded
    ? notApplicable("emergency", "Tested: a founded emergency goes ahead first; T13 judges its review afterwards.", told)
    : undefined;
}
