import type { Case } from "../dossier/case.ts";
import { continuityOf, type Lapse } from "../dossier/protection.ts";
import { refName } from "../dossier/pushes.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, satisfied, type Verdict } from "./verdict.ts";

export const continuity: AuditTest = {
  id: "T17",
  title: "Continuity",
  sheet: {
    intent: "The rules that were to prevent it were there when it happened.",
    rule: "Branch protection and rule sets did not lapse; a lapse is a finding for the whole time that it lasted. For a change: none lapsed when it came to the branch.",
    controls: ["soc2/CC8.1/manages", "soc2/CC8.1/baseline", "hitrust/12.a", "iso27001-2013/A.9.4.5", "iso27001-2022/8.4"],
    restsOn: ["branch-protection", "ruleset", "push", "pull-request"],
    exemptions: "Branches that are not protected by configuration.",
    pass: "Protection and rule set of main were active, as strict as the configuration asks, when the change was merged.",
    fail: "The protection was deleted at 10:00 and made again at 12:00, and the change was merged at 11:00. The rule set was edited to cover another branch, or to hold a rule less.",
    limitations:
      "What was in force before the first word on it is not known. Lists of who may pass the rules are on record, and not judged. A guard that another one replaced counts as lapsed from its deletion: say so with a waiver.",
    remediation: "Put the protection back; review what came in while it was gone.",
  },
  judge,
};

function judge(of: Case): Verdict {
  if (of.kind !== "direct-push" || of.claim !== undefined) {
    const stage = mergedPull(of, "Continuity");
    if ("verdict" in stage) return stage.verdict;
  }
  const { arrival, pull } = of;
  const ref = arrival === undefined ? `refs/heads/${pull?.baseRef ?? ""}` : refName(arrival.push.ref);
  // Of a push that is not on record it is not known whether it was to the default branch.
  const isDefault = arrival?.push.isDefault ?? true;
  if (arrival !== undefined && !of.repository.isProtected(ref, isDefault))
    return notApplicable("not-protected", `Continuity: ${ref} is no protected branch.`, pull?.told, arrival.push.told);
  const at = pull?.mergedAt ?? arrival?.push.at ?? of.asOf;
  const { lapses, since, told } = continuityOf(of.buckets, of.home, ref, isDefault, of.repository.rules.protection);
  const come = [pull?.told, arrival?.push.told[0]];
  if (since === undefined || at < since)
    return notAssessable(
      "protection-unknown",
      `Continuity: nothing is on record of what protected ${ref} at ${at}.`,
      "Have GitHub send branch_protection_rule and repository_ruleset events, and save each rule once so that it is told.",
      come,
      told[0],
    );
  const lapse = lapses.find((one) => one.from <= at && (one.until === undefined || at < one.until));
  if (lapse !== undefined)
    return notSatisfied(
      "lapsed",
      `Continuity: when the change came to ${ref} at ${at}, ${lapseWords(lapse)}.`,
      "Put the protection back; review what came in while it was gone.",
      come,
      lapse.began,
      lapse.ended,
    );
  return satisfied(
    `Continuity: what protects ${ref} was in force at ${at}.`,
    come,
    told.filter(({ entry }) => entry.occurredAt <= at),
  );
}

export function lapseWords({ guard, why, from, until }: Lapse): string {
  return `${guard} had lapsed (${why}) from ${from} ${until === undefined ? "and is not back" : `to ${until}`}`;
}
