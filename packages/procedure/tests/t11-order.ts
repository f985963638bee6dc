import type { Case } from "../dossier/case.ts";
import { isExempt } from "../dossier/coverage.ts";
import { requiredApprovals } from "./required-approvals.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

export const order: AuditTest = {
  id: "T11",
  title: "Order",
  sheet: {
    intent: "Approval comes before production, not after.",
    rule: "The last required approval is earlier than the start of the first production deployment that carries the change, by the senders' clocks. The ledger's order is shown beside.",
    controls: ["soc2/CC8.1/approves", "soc2/CC8.1/deploys", "hitrust/12.a"],
    restsOn: ["review", "linked", "deployment-state", "deployment-lookup"],
    exemptions: "A founded emergency (T13). An exempt bot's own change. A rollback restores and brings nothing new.",
    pass: "The engineering lead approved at 14:00, and the deployment started at 15:00.",
    fail: "An approval that the procedure asks for came after the start, or never.",
    limitations:
      "The two clocks are GitHub's and AWS's. Deployments of groups that the configuration does not name count as production. An approval of the same head that is given again has been there since the first time.",
    remediation: "Let the deployment wait for the approvals; approve what is in production now, and say so.",
  },
  judge,
};

function judge(of: Case): Verdict {
  const stage = mergedPull(of, "Order");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const { changeType, coverage } = of;
  if (changeType.type === "emergency" && changeType.founded)
    return notApplicable(
      "emergency",
      "Order: a founded emergency goes ahead first; T13 judges the order of its authorisation.",
      changeType.told,
    );
  for (const [subject, link] of of.carriers)
    if (!of.deployments.has(subject))
      return notAssessable(
        "deployment-not-on-record",
        `Order: ${subject} carries the change, and none of its events is on record.`,
        "Have the deployment's events sent again, or look it up.",
        link,
      );
  const [release] = of.releases;
  if (release === undefined) return pending("not-deployed", "Order: the change has not gone to production.", pull.told);
  const { deployment, link } = release;
  if (isExempt(coverage)) return notApplicable("exempt-bot", "Order: an exempt bot's own change needs no approval.", pull.told);
  const start = of.releasedAt ?? "";
  const before = requiredApprovals(of, pull, start);
  const told = [link, deployment.told];
  if (before.missing.length === 0 && before.last !== undefined) {
    const { last, used } = before;
    return satisfied(
      `Order: the last required approval (${last.who.id}, ${last.at}) came before the deployment started (${start}). The ledger recorded them at ${last.told.entry.recordedAt} and ${deployment.told.entry.recordedAt}.`,
      told,
      used.map((review) => review.told),
    );
  }
  const ever = requiredApprovals(of, pull);
  if (ever.missing.length === 0 && ever.last !== undefined)
    return notSatisfied(
      "approved-after-start",
      `Order: the deployment started at ${start}, and the last required approval (${ever.last.who.id}) came only at ${ever.last.at}.`,
      "Let deployments wait for the approvals.",
      told,
      ever.used.map((review) => review.told),
    );
  return notSatisfied(
    "approval-missing",
    `Order: when the deployment started at ${start}, approval was wanting: ${before.missing.join(", ")}.`,
    "Have what is in production approved now, and let deployments wait for the approvals.",
    told,
    before.used.map((review) => review.told),
  );
}
