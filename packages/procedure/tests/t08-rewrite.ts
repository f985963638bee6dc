import type { Case } from "../dossier/case.ts";
import { refName } from "../dossier/pushes.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const rewrite: AuditTest = {
  id: "T8",
  title: "Rewrite",
  sheet: {
    intent: "A protected branch's history only grows.",
    rule: "No forced push: `before` is an ancestor of `after`. The branch is not deleted and made again.",
    controls: ["soc2/CC8.1/tracks", "hitrust/12.a", "hipaa/164.312(c)(1)"],
    restsOn: ["push"],
    exemptions: "Branches that are not protected.",
    pass: "The push that brought the change, and every later one on record here, went forward.",
    fail: "The push was forced. A later push was forced, so that what was merged may be gone. Two pushes begin at one commit.",
    limitations: "Whether a push went forward is the code host's word, checked against the pushes around it.",
    remediation: "Put the lost commits back through a pull request, and forbid forced pushes.",
  },
  judge,
};

function judge(of: Case): Verdict {
  if (of.kind !== "direct-push" || of.claim !== undefined) {
    const stage = mergedPull(of, "Rewrite");
    if ("verdict" in stage) return stage.verdict;
  }
  const { arrival, pull } = of;
  if (arrival === undefined)
    return notAssessable(
      "push-not-on-record",
      "Rewrite: the push that brought the change is not on record.",
      "Have it delivered again.",
      pull?.told,
    );
  const { push } = arrival;
  const name = refName(push.ref);
  if (!of.repository.isProtected(name, push.isDefault))
    return notApplicable("not-protected", `Rewrite: ${name} is no protected branch.`, push.told);
  const remedy = "Put the lost commits back through a pull request, and forbid forced pushes to the branch.";
  if (push.forced)
    return notSatisfied(
      "forced-push",
      `Rewrite: the push to ${name} was forced: ${short(push.before)} is no ancestor of ${short(push.after)}.`,
      remedy,
      push.told,
    );
  const pushes = of.pushes.filter((one) => one.ref === push.ref);
  const later = pushes.find((one) => (one.forced || one.deleted) && one.at >= push.at);
  if (later !== undefined)
    return notSatisfied(
      "rewritten-later",
      `Rewrite: ${name} was ${later.deleted ? "deleted" : "rewritten by a forced push"} at ${later.at}, after the change came to it.`,
      remedy,
      push.told,
      later.told,
    );
  const fork = pushes.find((one) => one.before === push.before && one.after !== push.after && !push.created);
  if (fork !== undefined)
    return notSatisfied(
      "two-successors",
      `Rewrite: two pushes to ${name} begin at ${short(push.before)}: one of them put the branch back without saying so.`,
      remedy,
      push.told,
      fork.told,
    );
  if (push.created && pushes.some(({ at }) => at < push.at))
    return notSatisfied("made-again", `Rewrite: ${name} was made again by this push, and there was one before.`, remedy, push.told);
  return satisfied(`Rewrite: the push to ${name} went forward, and so did every later one on record here.`, push.told);
}
