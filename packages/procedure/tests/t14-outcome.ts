import type { Case } from "../dossier/case.ts";
import type { Deployment } from "../dossier/deployments.ts";
import { compareRecorded, type Recorded } from "../dossier/recorded.ts";
import { cleared, latestWord, sinceWhen } from "../dossier/tickets.ts";
import { after } from "./clock.ts";
import { requiredApprovals } from "./required-approvals.ts";
import { restored } from "./rollback.ts";
import type { AuditTest } from "./sheet.ts";
import { claimed, unmatchedVerdict } from "./stage.ts";
import { all, due, notApplicable, notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

export const outcomeTest: AuditTest = {
  id: "T14",
  title: "Outcome",
  sheet: {
    intent: "There was a way back before there was a way forward, and the record says how it went.",
    rule: "A back-out plan was on record before the last required approval; the recorded outcome equals the observed one; a rollback is tied to the deployment that triggered it, and what failed was restored or fixed forward.",
    controls: [
      "soc2/CC8.1/documents",
      "soc2/CC8.1/deploys",
      "soc2/CC8.1/identifies",
      "iso27001-2013/A.12.1.2",
      "iso27001-2022/8.32",
      "chi/SR80",
    ],
    restsOn: ["ticket", "record", "pull-request", "review", "deployment-state", "deployment-lookup"],
    exemptions:
      "The recorded outcome is asked for only where an ITSM record is linked, or the configuration says which resolutions mean what.",
    pass: "The ticket's back-out plan was given before the lead approved; the record was closed as successful, and the deployment succeeded.",
    fail: "The plan came after the approval, was taken back before it, or never came. The record says successful, and the deployment failed. A rollback names no deployment that triggered it.",
    limitations:
      "That the plan would have worked is not judged. A deployment that AWS calls successful counts as such until it is rolled back.",
    remediation: "Write the plan into the ticket before asking for approval; correct the record's outcome.",
  },
  judge(of) {
    const { unmatched } = of;
    if (unmatched?.environment === "production") return unmatched.rollback ? restored(unmatched) : wentWell(of, [unmatched]);
    if (of.kind === "unmatched-deployment") return unmatchedVerdict(of, "Outcome");
    if (of.claim !== undefined) return claimed(of, "Outcome");
    if (of.pull?.state === "closed")
      return notApplicable("never-merged", "Outcome: the pull request was closed and never merged.", of.pull.told);
    return all([
      of.once(backOutPlanOf),
      recordedOutcome(of),
      wentWell(
        of,
        of.releases.map(({ deployment }) => deployment),
      ),
    ]);
  },
};

/** The back-out plan, there before the approval that authorised the deployment. */
export function backOutPlanOf(of: Case): Verdict {
  const { pull } = of;
  const last = pull === undefined ? undefined : requiredApprovals(of, pull).last;
  const until = last?.at ?? pull?.mergedAt ?? of.releasedAt;
  const plan = planOf(of, until) ?? planOf(of);
  if (plan === undefined) {
    const words = "Outcome: no back-out plan is on record.";
    const openRecord = of.kind === "record" && of.records.get(of.change)?.latest((facts) => facts.closedAt) === undefined;
    if (pull?.state === "open" || openRecord) return pending("no-plan-yet", words, pull?.told);
    return notSatisfied(
      "no-plan",
      words,
      "Write the back-out plan into the ticket before asking for approval.",
      pull?.told ?? of.arrival?.push.told,
      last?.told,
    );
  }
  if (until !== undefined && plan.entry.occurredAt > until)
    return notSatisfied(
      "plan-after-approval",
      `Outcome: the back-out plan was on record only at ${plan.entry.occurredAt}, after ${last === undefined ? "the merge" : "the last required approval"} at ${until}.`,
      "Write the back-out plan into the ticket before asking for approval.",
      plan,
      last?.told,
    );
  return satisfied("Outcome: a back-out plan was on record before the approval.", plan, last?.told);
}

/** What gave the plan that stood then: one that was taken back before is none. @param until left out: that stands now */
function planOf(of: Case, until?: string): Recorded | undefined {
  const { field, item } = of.inForce.configuration.backOut;
  const found: (Recorded | undefined)[] = [];
  for (const subject of of.named) {
    const isGiven = (value: string | undefined) => (value === undefined ? undefined : value !== "");
    found.push(
      sinceWhen(of.tickets.get(subject) ?? [], (facts) => isGiven(facts.fields?.[field] ?? cleared(facts, field)), until),
      sinceWhen(of.records.get(subject)?.events ?? [], (facts) => facts.backOutPlan, until),
    );
  }
  found.push(sinceWhen(of.pull?.events ?? [], (facts) => facts.checklists?.some(({ checked }) => checked.includes(item)) === true, until));
  return found.filter((told) => told !== undefined).sort(compareRecorded)[0];
}

const SUCCESSFUL = /^succe/i;

/** What the change's own records say of how it went, held to what was observed. */
function recordedOutcome(of: Case): Verdict {
  const said: { readonly succeeded: boolean; readonly words: string; readonly told: Recorded }[] = [];
  let asked = false;
  for (const subject of of.named) {
    const record = of.records.get(subject);
    asked ||= record !== undefined;
    const outcome = record?.latest((facts) => facts.outcome);
    if (outcome !== undefined)
      said.push({ succeeded: SUCCESSFUL.test(outcome.value), words: `${subject} says ${outcome.value}`, told: outcome.told });
    const resolution = latestWord(of.tickets.get(subject) ?? [], (facts) => facts.resolution);
    if (resolution === undefined) continue;
    const rules = of.inForce.ticketRules(subject)?.outcomes;
    if (rules === undefined) continue;
    const succeeded = rules.succeeded.includes(resolution.value);
    if (succeeded || rules.failed.includes(resolution.value))
      said.push({ succeeded, words: `${subject} says ${resolution.value}`, told: resolution.told });
  }
  const ended = of.releases.map(({ deployment }) => deployment).filter(({ endedAt }) => endedAt !== undefined);
  const observed = ended.at(-1);
  if (said.length === 0) {
    if (!asked) return notApplicable("no-record", "Outcome: no record is asked to say how it went.");
    if (observed?.endedAt === undefined) return pending("not-deployed", "Outcome: the record does not say yet how it went.");
    const dueAt = after(observed.endedAt, of.inForce.configuration.obligations.recordHours);
    if (of.asOf < dueAt) return due("outcome-due", `Outcome: the record has to say by ${dueAt} how it went.`, dueAt, observed.endTold);
    return notSatisfied(
      "outcome-not-recorded",
      `Outcome: the record does not say how it went; the time for it ended at ${dueAt}.`,
      "Close the record with its outcome.",
      observed.endTold,
    );
  }
  const words = said.map((one) => one.words).join(" and ");
  if (observed === undefined)
    return pending(
      "not-deployed",
      `Outcome: ${words}, and nothing was observed in production yet.`,
      said.map(({ told }) => told),
    );
  const succeeded = ended.some((one) => one.state === "Succeeded" && one.rolledBackBy === undefined);
  const wrong = said.find((one) => one.succeeded !== succeeded);
  if (wrong !== undefined)
    return notSatisfied(
      "outcome-differs",
      `Outcome: ${wrong.words}, and what was observed is that it ${succeeded ? "succeeded" : "failed"}.`,
      "Correct the record, and say why it was wrong.",
      wrong.told,
      ended.map(({ endTold }) => endTold),
    );
  return satisfied(
    `Outcome: ${words}, as was observed.`,
    said.map(({ told }) => told),
    ended.map(({ endTold }) => endTold),
  );
}

/** What failed was rolled back, by a rollback that is tied to it, or fixed forward. */
function wentWell(of: Case, deployments: readonly Deployment[]): Verdict {
  if (deployments.length === 0)
    return of.kind === "record"
      ? notApplicable("no-code", "Outcome: the record brings no deployment of its own.")
      : pending("not-deployed", "Outcome: the change has not gone to production.", of.pull?.told);
  const parts = deployments.map((deployment): Verdict => {
    const { state, endedAt } = deployment;
    if (endedAt === undefined) return pending("deploying", "Outcome: the deployment has not ended.", deployment.told);
    const id = deployment.subject.slice(deployment.subject.lastIndexOf("/") + 1);
    const home = deployment.subject.slice(0, deployment.subject.lastIndexOf("/") + 1);
    const rollbacks = [...of.deployments.values()].filter((one) => one.rollback && one.subject.startsWith(home));
    const rollback =
      rollbacks.find(({ rollsBack }) => rollsBack === id) ?? rollbacks.find((one) => one.subject === `${home}${deployment.rolledBackBy}`);
    if (rollback !== undefined) return restored(rollback, deployment);
    if (deployment.rolledBackBy !== undefined)
      return pending(
        "rollback-not-on-record",
        `Outcome: ${id} was rolled back by ${deployment.rolledBackBy}, which is not on record yet.`,
        deployment.lookup,
      );
    if (state === "Succeeded") return satisfied(`Outcome: the deployment succeeded at ${endedAt}.`, deployment.endTold);
    const later = deployments.find((one) => one.state === "Succeeded" && (one.startedAt ?? "") > (deployment.startedAt ?? ""));
    if (later !== undefined)
      return satisfied(`Outcome: the deployment ended as ${state}, and a later one succeeded.`, deployment.endTold, later.endTold);
    const dueAt = after(endedAt, of.inForce.configuration.obligations.recordHours);
    const words = `Outcome: the deployment ended as ${state}, and nothing rolled it back or fixed it forward`;
    if (of.asOf < dueAt) return due("restore-due", `${words} yet; there is time until ${dueAt}.`, dueAt, deployment.endTold);
    return notSatisfied(
      "not-restored",
      `${words}; the time for it ended at ${dueAt}.`,
      "Roll back to a known good state, or fix it forward.",
      deployment.endTold,
    );
  });
  return all(parts);
}
