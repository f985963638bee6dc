import { at, daysLater } from "../scenario.ts";
import { ada, ben, lee, omar, quinn } from "../story.ts";
import {
  abandoned,
  BOOK,
  byTheBook,
  direct,
  emergencyFix,
  merged,
  opened,
  pullLost,
  RECORD,
  record,
  startLost,
  unresolved,
} from "./usual.ts";

const CHG = RECORD;

export const AUTHORISED = [
  at(301, "Approved before production", BOOK, "its ticket was approved before the work began", byTheBook, { T3: "satisfied" }),
  at(
    302,
    "Unticketed",
    "a company that asks for tickets",
    "a change that names none is reviewed, merged and deployed",
    (s) => s.change({ ticket: false }).pull.subject,
    {
      T3: "not-satisfied unticketed",
      T14: "not-satisfied no-plan",
    },
    { configuration: { backOut: { field: "backOutPlan", item: "nothing" } } },
  ),
  at(
    303,
    "Approved too late",
    "a ticket that nobody approved yet",
    "the change is deployed, and the ticket is approved afterwards",
    (s) => {
      const ticket = s.ticket({ approved: false });
      const { pull } = s.change({ ticket });
      ticket.approve(lee);
      return pull.subject;
    },
    { T3: "not-satisfied not-approved" },
  ),
  at(
    304,
    "Taken back before production",
    "an approved ticket",
    "the approval is taken back between merge and deployment",
    (s) => {
      const ticket = s.ticket();
      return s.change({ ticket, after: () => ticket.set(lee, "approval", "Rejected") }).pull.subject;
    },
    { T3: "not-satisfied not-approved" },
  ),
  at(
    305,
    "Approved by somebody who may not",
    "the configuration lets the engineering lead approve tickets",
    "the developer approves the own ticket",
    (s) => {
      const ticket = s.ticket({ approved: false }).approve(ada);
      return s.change({ ticket }).pull.subject;
    },
    { T3: "not-satisfied not-approved" },
  ),
  at(
    306,
    "Linked after production",
    "an approved ticket",
    "the pull request names it only after the deployment",
    (s) => {
      const { pull } = s.change({ ticket: false });
      const ticket = s.ticket();
      pull.edit(ada, `${ticket.key}: named afterwards`);
      return pull.subject;
    },
    { T3: "not-satisfied unticketed" },
  ),
  at(
    307,
    "An approved type needs no approval",
    "tickets of type Bug are approved as a type",
    "a change names one",
    (s) => s.change({ ticket: s.ticket({ type: "Bug", approved: false }) }).pull.subject,
    { T3: "satisfied" },
    {
      configuration: {
        tickets: [{ project: "jira/PAY", approvedTypes: ["Bug"], approval: { field: "approval", values: ["Approved"] } }],
      },
    },
  ),
  at(
    308,
    "A linked issue authorises, by configuration",
    "the configuration says that a linked issue is enough",
    "a change whose issue is not on record is deployed",
    (s) => {
      const { pull } = s.change({ ticket: false });
      s.names(pull.subject, "ticket:github/acme/shop/issues/7");
      return pull.subject;
    },
    { T3: "satisfied" },
    { configuration: { tickets: [{ project: "github/acme/*", linked: true }] } },
  ),
  at(
    309,
    "The ticketing system is not connected",
    "the pull request names PAY-1",
    "no event of any ticket reaches us",
    (s) => {
      const change = s.change().pull.subject;
      s.lose((fact) => fact.kind !== "ticket");
      return change;
    },
    { T3: "not-assessable ticket-not-on-record" },
  ),
  at(
    310,
    "A ticket of a project that nobody configured",
    "the configuration names no ticket project",
    "a change names PAY-1",
    byTheBook,
    { T3: "not-satisfied unknown-project" },
    { configuration: { tickets: [] } },
  ),
  at(
    311,
    "Not deployed yet, in time",
    "an hour after the merge",
    "no ticket is named yet",
    (s) => {
      const { pull } = s.change({ ticket: false, deploy: false });
      return { change: pull.subject, asOf: daysLater(s.now(), 0.1) };
    },
    { T3: "pending ticket-due" },
    { due: ["T3/ticket-due"] },
  ),
  at(
    312,
    "Time ran out",
    "merged without a ticket",
    "the limit passes and nobody links one",
    (s) => s.change({ ticket: false, deploy: false }).pull.subject,
    {
      T3: "not-satisfied unticketed",
    },
    { findings: ["T3/unticketed"] },
  ),
  at(
    313,
    "Still open",
    "a ticket that nobody approved yet",
    "the pull request is opened",
    (s) => s.repository.pullRequest(ada, { ticket: s.ticket({ approved: false }) }).subject,
    {
      T3: "pending open",
    },
  ),
  at(314, "Approved already", "an approved ticket", "the pull request is opened", opened, { T3: "satisfied" }),
  at(315, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T3: "not-applicable never-merged",
  }),
  at(316, "A direct push has no ticket", "main", "somebody pushes straight to it", direct, { T3: "not-satisfied unticketed" }),
  at(317, "Nothing of the pull request", BOOK, "none of the pull request's own events reached us", pullLost, {
    T3: "not-assessable no-pull-request-event",
  }),
  at(318, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T3: "not-assessable commit-unresolved",
  }),
  at(319, "A record, approved", "ServiceNow is connected", "its change_request is approved by the lead", record, { T3: "satisfied" }),
  at(
    320,
    "A record approved by nobody known",
    "ServiceNow is connected",
    "the record says approved, and not by whom",
    (s) => {
      s.tell(CHG, "record", { action: "updated", state: "Scheduled", approval: "approved" }, { system: "servicenow" });
      return CHG;
    },
    { T3: "not-satisfied unknown-identity" },
  ),
  at(
    321,
    "A record still under way",
    "ServiceNow is connected",
    "the record asks for approval",
    (s) => {
      s.tell(CHG, "record", { action: "updated", state: "Authorize", approval: "requested" }, { system: "servicenow" });
      return CHG;
    },
    { T3: "pending not-approved-yet" },
  ),
  at(
    322,
    "A record as the ticket",
    "a change_request that the lead approved",
    "the pull request names it",
    (s) => {
      const change = s.change({ ticket: false }).pull.subject;
      s.names(change, CHG);
      s.tell(
        CHG,
        "record",
        { action: "updated", approval: "approved", approvedBy: { id: "sys-lee" }, backOutPlan: true, outcome: "successful" },
        {
          system: "servicenow",
          at: "2026-11-02T08:00:30.000Z",
          recordedAt: "2026-11-02T08:00:30.000Z",
        },
      );
      return change;
    },
    { T3: "satisfied", T14: "satisfied" },
  ),
  at(323, "An emergency's authoriser", "an incident", "the lead lets the fix go ahead", (s) => emergencyFix(s).subject, {
    T3: "satisfied",
  }),
  at(
    324,
    "Two tickets, one approved",
    "an approved ticket and another one",
    "the pull request names both",
    (s) => {
      const other = s.ticket({ approved: false, reporter: quinn });
      const { pull } = s.change();
      s.names(pull.subject, other.subject);
      return pull.subject;
    },
    { T3: "satisfied" },
  ),
  at(325, "Merged and ticketed, waiting for production", "an approved ticket", "the change is merged", merged, { T3: "satisfied" }),
  at(
    326,
    "A deleted ticket",
    "an approved ticket",
    "it is deleted before the deployment",
    (s) => {
      const ticket = s.ticket();
      const told = s.change({
        ticket,
        after: () => s.tell(ticket.subject, "ticket", { action: "deleted" }, { system: "jira" }),
        approvers: [ben, quinn, lee],
        deploy: { by: omar },
      });
      return told.pull.subject;
    },
    { T3: "not-satisfied not-approved" },
  ),
  at(
    327,
    "Nothing tells when the deployment started",
    "an approved ticket; the deployment's start and its look-up never reached us",
    "all that is on record of it is that it succeeded",
    (s) => {
      const { pull, deployed } = s.change();
      s.lookups = false;
      startLost(s, deployed?.subject);
      s.tell(pull.subject, "linked", { deployment: deployed?.subject ?? "deployment:none", version: 1 });
      return pull.subject;
    },
    { T3: "not-assessable start-unknown", T9: "not-assessable start-unknown", T11: "not-assessable start-unknown" },
  ),
  at(
    328,
    "Approved when the deployment had ended",
    "a ticket that nobody approved yet; nothing tells when the deployment started",
    "it is approved after the deployment's end",
    (s) => {
      const ticket = s.ticket({ approved: false });
      const { pull, deployed } = s.change({ ticket });
      s.lookups = false;
      startLost(s, deployed?.subject);
      s.tell(pull.subject, "linked", { deployment: deployed?.subject ?? "deployment:none", version: 1 });
      ticket.approve(lee);
      return pull.subject;
    },
    { T3: "not-satisfied not-approved" },
  ),
];
