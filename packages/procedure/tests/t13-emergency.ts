import { attestationsOf, refusedWords } from "../dossier/attestations.ts";
import type { Case } from "../dossier/case.ts";
import type { TypeOfChange } from "../dossier/change-type.ts";
import { type Emergency, retrospectiveOf } from "../dossier/emergency.ts";
import { after } from "./clock.ts";
import type { AuditTest } from "./sheet.ts";
import { startTold } from "./stage.ts";
import { all, due, notApplicable, notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

export const emergencyTest: AuditTest = {
  id: "T13",
  title: "Emergency",
  sheet: {
    intent: "An emergency is one, somebody answers for it, and it is looked at afterwards.",
    rule: "The incident was opened before the deployment started; authoriser and reason are on record; the retrospective review came within the procedure's limit (48 hours unless configured). A share of emergencies over the configured limit (10 %) is flagged for the period.",
    controls: ["soc2/CC8.1/emergency", "soc2/CC8.1/remediates", "soc2/CC8.1/approves"],
    restsOn: ["incident", "ticket", "record", "review", "attested", "deployment-state"],
    exemptions: "Changes that nothing calls an emergency.",
    pass: "PagerDuty's incident opened at 02:10, the engineering lead approved with a reason at 02:30, the fix went out at 02:45, and was reviewed the next day.",
    fail: "Called an emergency without an incident. The incident was opened after the deployment. Nobody who may authorised it. No review within 48 hours.",
    limitations:
      "Whether the incident was grave enough, or was over already, is not judged. An incident that is made by hand was opened when it was made, whatever date it bears.",
    remediation:
      "Review it now and record why it was late; give the authoriser's word and the reason in the ticket before the next one goes out.",
  },
  judge(of) {
    const { changeType } = of;
    if (changeType.emergency === undefined) return notApplicable("not-an-emergency", `Emergency: ${changeType.because}`, changeType.told);
    return all([of.once(incidentOf), of.once(authorisationOf), of.once(reviewOf)]);
  },
};

type Claimed = TypeOfChange & { readonly emergency: Emergency };

function claimed({ changeType }: Case): Claimed | undefined {
  return changeType.emergency === undefined ? undefined : (changeType as Claimed);
}

const NOT_CLAIMED = notApplicable("not-an-emergency", "Emergency: nothing calls the change an emergency.");

/** The incident that it answers to, opened before the deployment started. */
export function incidentOf(of: Case): Verdict {
  const type = claimed(of);
  if (type === undefined) return NOT_CLAIMED;
  const { releasedAt } = of;
  const { incident } = type.emergency;
  const remedy = "Link the incident; if there was none, the change was a normal one and has to meet every test.";
  if (incident === undefined) {
    const words = `Emergency: ${type.because} No incident is on record for it.`;
    return releasedAt === undefined && of.pull?.state === "open"
      ? pending("no-incident-yet", words, type.told)
      : notSatisfied("no-incident", words, remedy, type.told);
  }
  const start = startTold(of);
  if (releasedAt !== undefined && incident.openedAt >= releasedAt)
    return notSatisfied(
      "incident-after-release",
      `Emergency: ${incident.subject} was opened at ${incident.openedAt}, and the deployment had started at ${releasedAt}.`,
      remedy,
      type.told,
      incident.told,
      start,
    );
  return satisfied(
    `Emergency: ${incident.subject} was opened at ${incident.openedAt}${releasedAt === undefined ? "" : `, before the deployment started at ${releasedAt}`}.`,
    incident.told,
    start,
  );
}

/** Somebody who may let it go ahead, and said why, in time. */
export function authorisationOf(of: Case): Verdict {
  const type = claimed(of);
  if (type === undefined) return NOT_CLAIMED;
  const { authoriser, reason } = type.emergency;
  if (authoriser !== undefined && reason !== undefined)
    return satisfied(`Emergency: ${authoriser.who.id} let it go ahead, and the reason is on record.`, authoriser.told, reason);
  const lacking = [
    authoriser === undefined ? "the word of anybody who may authorise it" : "",
    reason === undefined ? "a reason" : "",
  ].filter((one) => one !== "");
  const words = `Emergency: ${lacking.join(" and ")} ${lacking.length === 1 ? "is" : "are"} not on record${of.releasedAt === undefined ? "" : ` before the deployment started at ${of.releasedAt}`}.${refusedWords(attestationsOf(of, "authorisation").refused)}`;
  if (of.releasedAt === undefined) return pending("not-authorised-yet", words, type.told);
  return notSatisfied(
    authoriser === undefined ? "not-authorised" : "no-reason",
    words,
    "Have an authoriser say now why it went ahead, and have them say it before the next one does.",
    type.told,
    authoriser?.told,
    reason,
  );
}

/** The review afterwards, in time. */
export function reviewOf(of: Case): Verdict {
  const type = claimed(of);
  if (type === undefined) return NOT_CLAIMED;
  const { releasedAt } = of;
  if (releasedAt === undefined)
    return pending(
      "not-deployed",
      "Emergency: the change has not gone to production, so there is nothing to review afterwards yet.",
      type.told,
    );
  const { withinHours } = of.inForce.configuration.emergency.retrospective;
  const dueAt = after(releasedAt, withinHours);
  const review = retrospectiveOf(of, type.emergency.sources, releasedAt);
  if (review !== undefined && review.entry.occurredAt <= dueAt)
    return satisfied(`Emergency: it was reviewed at ${review.entry.occurredAt}, within ${withinHours} hours of the deployment.`, review);
  const start = startTold(of);
  if (review !== undefined)
    return notSatisfied(
      "retrospective-late",
      `Emergency: it was reviewed only at ${review.entry.occurredAt}; the time for it ended at ${dueAt}.`,
      "Record why the review was late.",
      review,
      start,
    );
  const refused = refusedWords(attestationsOf(of, "retrospective-review").refused);
  if (of.asOf < dueAt) return due("retrospective-due", `Emergency: it has to be reviewed by ${dueAt}.${refused}`, dueAt, start);
  return notSatisfied(
    "retrospective-missing",
    `Emergency: no review afterwards is on record; the time for it ended at ${dueAt}.${refused}`,
    "Review it now, and record why it was late.",
    start,
  );
}
