import type { Subject } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import { type Pull, ticketsNamed } from "../dossier/pull.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { type Authorisation, authorisationOf } from "../dossier/tickets.ts";
import { after } from "./clock.ts";
import { recordAuthorisation } from "./record.ts";
import type { AuditTest } from "./sheet.ts";
import { claimed, releaseWords, startTold, unmatchedVerdict } from "./stage.ts";
import { due, notApplicable, notAssessable, notSatisfied, pending, satisfied, short, type Verdict } from "./verdict.ts";

export const authorised: AuditTest = {
  id: "T3",
  title: "Authorised",
  sheet: {
    intent: "Somebody who may asked for the change and let the work begin.",
    rule: "A linked ticket exists and was approved, or is of an approved type, before the deployment to production started; else the change is unticketed.",
    controls: [
      "soc2/CC8.1/authorizes",
      "soc2/CC8.1/documents",
      "soc2/CC8.1/tracks",
      "iso27001-2013/A.12.1.2",
      "iso27001-2022/8.32",
      "chi/SR80",
    ],
    restsOn: ["pull-request", "ticket", "record", "deployment-state"],
    exemptions:
      "Where the configuration says so, a linked issue authorises by itself. A standard change is authorised by its catalogue item (T15), an emergency by its authoriser (T13).",
    pass: "The pull request named PAY-12 before the deployment, and PAY-12 was approved before it.",
    fail: "No ticket. A ticket that was linked or approved after the deployment. An approval that was taken back.",
    limitations:
      "That the ticket describes this change is not judged. What a sender calls approved is as good as the sender's own permissions, unless the configuration names the roles that approve. Where nothing tells when the deployment started, nothing is shown to have come before it.",
    remediation: "Link a ticket and have it approved; where it is too late, record why in the ticket's review.",
  },
  judge,
};

function judge(of: Case): Verdict {
  if (of.kind === "record") return recordAuthorisation(of);
  if (of.kind === "unmatched-deployment") return unmatchedVerdict(of, "Authorised");
  if (of.claim !== undefined) return claimed(of, "Authorised");
  if (of.kind === "direct-push")
    return notSatisfied(
      "unticketed",
      `Authorised: ${short(of.change.slice(of.change.lastIndexOf("/") + 1))} was pushed straight to the branch: no ticket can be linked to it.`,
      "Write down who asked for it; open a pull request that names the ticket next time.",
      of.arrival?.push.told,
    );
  const { pull, changeType } = of;
  if (pull === undefined)
    return notAssessable(
      "no-pull-request-event",
      "Authorised: no event of the pull request is on record.",
      "Have its events delivered again.",
    );
  if (pull.state === "closed") return notApplicable("never-merged", "Authorised: the pull request was closed and never merged.", pull.told);
  if (changeType.type === "standard" && changeType.founded)
    return satisfied(`Authorised: a pre-approved standard change. ${changeType.because}`, changeType.told);
  if (changeType.type === "emergency" && changeType.founded)
    return satisfied(`Authorised: an emergency with its authoriser on record. ${changeType.because}`, changeType.told);
  const { releasedAt } = of;
  const { tickets, told } = ticketsNamed(pull, releasedAt);
  const found = tickets.map((ticket) => authorisationFor(of, ticket, releasedAt));
  const good = found.find(({ state }) => state === "authorised");
  if (good !== undefined) return satisfied(`Authorised: ${good.words}, ${releaseWords(of)}.`, told, good.told, startTold(of));
  if (releasedAt === undefined) return notYet(of, pull, found, told);
  const late = ticketsNamed(pull).tickets;
  const remedy = "Link a ticket and have it approved; for this change, record in the ticket why it went ahead without.";
  if (tickets.length === 0)
    return notSatisfied(
      "unticketed",
      late.length === 0
        ? "Authorised: the pull request names no ticket."
        : `Authorised: ${late.join(", ")} was linked only after the deployment started at ${releasedAt}.`,
      remedy,
      told ?? pull.told,
      startTold(of),
    );
  return refusal(of, found, told, startTold(of));
}

function authorisationFor(of: Case, ticket: Subject, until: string | undefined): Authorisation {
  if (ticket.startsWith("change:")) {
    const verdict = recordAuthorisation(of, ticket, until);
    const told = of.records.get(ticket)?.events ?? [];
    return {
      state: verdict.outcome === "satisfied" ? "authorised" : told.length === 0 ? "not-on-record" : "refused",
      words: verdict.because.slice("Authorised: ".length, -1),
      told,
    };
  }
  return authorisationOf(ticket, of.tickets.get(ticket), of.inForce, until);
}

function refusal(of: Case, found: readonly Authorisation[], ...told: readonly (Recorded | undefined)[]): Verdict {
  const words = found.map((one) => one.words).join("; ");
  const rest = [...told, ...found.flatMap((one) => one.told)];
  const remedy = "Have the ticket approved before the deployment; for this change, have it reviewed and say so in the ticket.";
  if (
    found.every(({ state }) => state === "not-on-record" || state === "unknown-project") &&
    found.some(({ state }) => state === "not-on-record")
  )
    return notAssessable(
      "ticket-not-on-record",
      `Authorised: ${words}.`,
      "Connect the ticketing system, or have it send the ticket's events again.",
      rest,
    );
  if (found.every(({ state }) => state === "unknown-project"))
    return notSatisfied(
      "unknown-project",
      `Authorised: ${words}.`,
      "Name the project in the configuration, or link a ticket of one that is there.",
      rest,
    );
  return notSatisfied("not-approved", `Authorised: ${words}, ${releaseWords(of)}.`, remedy, rest);
}

/** Merged and not deployed, or still open: there is time until the configuration's limit. */
function notYet(of: Case, { mergedAt }: Pull, found: readonly Authorisation[], told: Recorded | undefined): Verdict {
  const words = found.length === 0 ? "the pull request names no ticket" : found.map((one) => one.words).join("; ");
  if (mergedAt === undefined) return pending("open", `Authorised: ${words}; the pull request is still open.`, told);
  const dueAt = after(mergedAt, of.inForce.configuration.obligations.ticketHours);
  if (of.asOf < dueAt)
    return due(
      "ticket-due",
      `Authorised: ${words}; there is time until ${dueAt}.`,
      dueAt,
      told,
      found.flatMap((one) => one.told),
    );
  if (found.length > 0) return refusal(of, found, told);
  return notSatisfied(
    "unticketed",
    `Authorised: ${words}, and the time for it ended at ${dueAt}.`,
    "Link a ticket and have it approved before the change is deployed.",
    told,
  );
}
