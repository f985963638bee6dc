import type { ArtifactProof, Subject } from "@change-ledger/model";
import { unmatchedChange } from "../../../packages/local/demonstration/deployment-group.ts";
import { at, daysLater } from "../scenario.ts";
import { ada, ben, chloe, lee, omar, quinn, type Story } from "../story.ts";
import {
  abandoned,
  BOOK,
  byTheBook,
  direct,
  emergencyFix,
  emergencyTicket,
  incident,
  merged,
  opened,
  RECORD,
  startLost,
  unresolved,
} from "./usual.ts";

/** The fix, reviewed so many hours after it went out. */
function reviewedAfter(s: Story, hours: number): Subject {
  const pull = emergencyFix(s);
  s.wait(hours);
  pull.review(chloe);
  return pull.subject;
}

export const EMERGENCY = [
  at(
    1301,
    "By the book of emergencies",
    "an incident, the lead's word, a reason",
    "the fix goes out and is reviewed twenty hours later",
    (s) => reviewedAfter(s, 20),
    {
      T13: "satisfied",
      T4: "not-applicable emergency",
      T3: "satisfied",
      T12: "satisfied",
    },
  ),
  at(
    1302,
    "An emergency without an incident",
    "a ticket of type Emergency change",
    "the fix goes out, and no incident is on record",
    (s) => emergencyFix(s, { incident: "none" }).subject,
    {
      T13: "not-satisfied no-incident",
      T4: "not-satisfied no-approval",
      T9: "not-satisfied",
    },
    { findings: ["T13/no-incident"] },
  ),
  at(
    1303,
    "The incident was opened afterwards",
    "a ticket of type Emergency change",
    "the incident is opened after the deployment",
    (s) => emergencyFix(s, { incident: "after" }).subject,
    { T13: "not-satisfied incident-after-release" },
  ),
  at(
    1304,
    "Nobody authorised it",
    "an incident and a reason",
    "the fix goes out on nobody's word",
    (s) => emergencyFix(s, { approved: false }).subject,
    { T13: "not-satisfied not-authorised" },
  ),
  at(1305, "No reason", "an incident and the lead's word", "nobody writes down why", (s) => emergencyFix(s, { reason: false }).subject, {
    T13: "not-satisfied no-reason",
  }),
  at(1306, "Reviewed too late", "a founded emergency", "the review comes on the fourth day", (s) => reviewedAfter(s, 80), {
    T13: "not-satisfied retrospective-late",
  }),
  at(
    1307,
    "Never reviewed",
    "a founded emergency",
    "48 hours pass",
    (s) => emergencyFix(s).subject,
    { T13: "not-satisfied retrospective-missing" },
    { findings: ["T13/retrospective-missing"] },
  ),
  at(
    1308,
    "The review is due",
    "a founded emergency",
    "a day has passed",
    (s) => {
      const pull = emergencyFix(s);
      return { change: pull.subject, asOf: daysLater(s.now(), 1) };
    },
    { T13: "pending retrospective-due" },
    { due: ["T13/retrospective-due"] },
  ),
  at(
    1309,
    "Reviewed in the ticket",
    "a founded emergency",
    "the lead sets the ticket's retrospective to Done",
    (s) => {
      const ticket = emergencyTicket(s);
      const pull = s.repository.pullRequest(ben, { ticket });
      incident(s, pull.subject);
      pull.merge(ben);
      s.deploy();
      s.wait(5);
      ticket.set(lee, "retrospective", "Done");
      return pull.subject;
    },
    { T13: "satisfied" },
  ),
  at(
    1310,
    "Its author reviewed it",
    "a founded emergency by Ben",
    "Ben says that it was reviewed",
    (s) => {
      const ticket = emergencyTicket(s);
      const pull = s.repository.pullRequest(ben, { ticket });
      incident(s, pull.subject);
      pull.merge(ben);
      s.deploy();
      s.wait(5);
      ticket.set(ben, "retrospective", "Done");
      return pull.subject;
    },
    { T13: "not-satisfied retrospective-missing" },
  ),
  at(
    1311,
    "A Jira incident",
    "a ticket of type Incident, opened before",
    "the pull request names it",
    (s) => {
      const outage = s.ticket({ type: "Incident", reporter: omar });
      const ticket = emergencyTicket(s);
      const pull = s.repository.pullRequest(ben, { ticket, title: `${ticket.key} ${outage.key}: Raise the timeout` });
      pull.merge(ben);
      s.deploy();
      s.wait(5);
      pull.review(chloe);
      return pull.subject;
    },
    { T13: "satisfied" },
  ),
  at(
    1312,
    "By a record of ServiceNow",
    "an emergency change_request that names its incident",
    "the pull request names the record",
    (s) => {
      s.tell("incident:servicenow/INC7", "incident", { action: "inserted", openedAt: s.now() }, { system: "servicenow" });
      s.tell(
        RECORD,
        "record",
        {
          action: "inserted",
          type: "emergency",
          reason: true,
          approval: "approved",
          approvedBy: { id: "sys-lee" },
          incident: "incident:servicenow/INC7",
          backOutPlan: true,
        },
        { system: "servicenow" },
      );
      const pull = s.repository.pullRequest(ben, {});
      s.names(pull.subject, RECORD);
      pull.merge(ben);
      s.deploy();
      s.wait(5);
      s.tell(
        pull.subject,
        "attested",
        { what: "retrospective-review", outcome: "passed", by: { system: "bus", login: "chloe" } },
        { system: "bus" },
      );
      return pull.subject;
    },
    { T13: "satisfied" },
  ),
  at(
    1313,
    "Called an emergency afterwards",
    "an ordinary ticket",
    "the label emergency is set after the deployment",
    (s) => {
      const { pull } = s.change({ approvers: [] });
      pull.label(ada, "emergency");
      return pull.subject;
    },
    { T13: "not-applicable not-an-emergency", T4: "not-satisfied no-approval" },
  ),
  at(
    1314,
    "Called two things",
    "a ticket of type Emergency change",
    "a record calls the same change standard",
    (s) => {
      const pull = emergencyFix(s, { deploy: false });
      s.tell(
        RECORD,
        "record",
        { action: "inserted", type: "standard", catalogue: { item: "rotate-certificate", version: "3" } },
        { system: "servicenow" },
      );
      s.names(pull.subject, RECORD);
      s.deploy();
      return pull.subject;
    },
    { T13: "not-applicable not-an-emergency", T15: "not-applicable not-standard", T4: "not-satisfied no-approval" },
  ),
  at(
    1315,
    "Not yet authorised",
    "an incident and a ticket of type Emergency change",
    "the fix is merged and waits",
    (s) => emergencyFix(s, { deploy: false, approved: false }).subject,
    { T13: "pending not-authorised-yet" },
  ),
  at(1316, "A normal change", BOOK, "nothing calls it an emergency", byTheBook, { T13: "not-applicable not-an-emergency" }),
  at(
    1317,
    "Authorised by an account that may not say so",
    "an incident and a reason; the configuration lists one account as an attester",
    "another account attests that the lead let it go ahead",
    (s) => {
      const word = { what: "authorisation", outcome: "passed", by: { system: "bus", login: "lee" } } as const;
      return emergencyFix(s, {
        approved: false,
        before: (pull) => {
          s.tell(pull.subject, "attested", word, { system: "bus", actor: { system: "aws", id: "444455556666" } });
        },
      }).subject;
    },
    { T13: "not-satisfied not-authorised" },
    { configuration: { attesters: [{ account: "111122223333" }] } },
  ),
  at(
    1318,
    "Nothing tells when the fix went out",
    "an incident, the lead's word and a reason; the deployment's start never reached us",
    "the fix is reviewed within its time",
    (s) => {
      const pull = emergencyFix(s, { deploy: false });
      const { subject } = s.deploy();
      s.lookups = false;
      startLost(s, subject);
      s.tell(pull.subject, "linked", { deployment: subject, version: 1 });
      pull.review(chloe);
      return pull.subject;
    },
    { T13: "not-assessable start-unknown" },
  ),
  at(
    1319,
    "An incident that is made afterwards, and dated before",
    "a ticket of type Emergency change, the lead's word and a reason",
    "after the deployment somebody makes an incident in ServiceNow and sets when it was opened",
    (s) => {
      const openedAt = s.now();
      const pull = emergencyFix(s, { incident: "none" });
      for (const action of ["insert", "update"])
        s.tell("incident:servicenow/INC8", "incident", { action, openedAt, changes: [pull.subject] }, { system: "servicenow" });
      return pull.subject;
    },
    { T13: "not-satisfied incident-after-release", T4: "not-satisfied no-approval" },
    { findings: ["T13/incident-after-release"] },
  ),
];

const CLOSED = { action: "updated", state: "Closed" } as const;

/** A change by the book whose change record says how it went. */
function closedAs(s: Story, outcome: string, how: Parameters<Story["deploy"]>[0] = {}): Subject {
  const { pull } = s.change({ ticket: false, deploy: how });
  s.names(pull.subject, RECORD);
  s.tell(
    RECORD,
    "record",
    { action: "inserted", approval: "approved", approvedBy: { id: "sys-lee" }, backOutPlan: true },
    { system: "servicenow", at: "2026-11-02T08:00:30.000Z", recordedAt: "2026-11-02T08:00:30.000Z" },
  );
  s.tell(RECORD, "record", { ...CLOSED, outcome, closedAt: s.now() }, { system: "servicenow" });
  return pull.subject;
}

export const OUTCOME = [
  at(1401, "A plan before, and it went well", BOOK, "the deployment succeeds", byTheBook, { T14: "satisfied" }),
  at(
    1402,
    "No back-out plan",
    "a ticket without a plan",
    "the change is deployed",
    (s) => s.change({ ticket: s.ticket({ backOutPlan: false }), unchecked: ["back-out-planned"] }).pull.subject,
    { T14: "not-satisfied no-plan" },
  ),
  at(
    1403,
    "The plan came after the approval",
    "a ticket without a plan",
    "the plan is written when all had approved",
    (s) => {
      const ticket = s.ticket({ backOutPlan: false });
      return s.change({
        ticket,
        unchecked: ["back-out-planned"],
        after: () => ticket.set(ada, "backOutPlan", "Deploy the previous revision again."),
      }).pull.subject;
    },
    { T14: "not-satisfied plan-after-approval" },
  ),
  at(
    1404,
    "The plan in the pull request",
    "a ticket without a plan",
    "the template's box for it is checked",
    (s) => s.change({ ticket: s.ticket({ backOutPlan: false }) }).pull.subject,
    { T14: "satisfied" },
  ),
  at(
    1405,
    "Recorded as observed",
    "a change_request",
    "closed as successful, and the deployment succeeded",
    (s) => closedAs(s, "successful"),
    { T14: "satisfied" },
  ),
  at(
    1406,
    "Recorded otherwise than observed",
    "a change_request",
    "closed as successful, and the deployment failed and was rolled back",
    (s) => {
      s.change();
      return closedAs(s, "successful", { failsAt: "ValidateService", rollback: "succeeds" });
    },
    { T14: "not-satisfied outcome-differs" },
  ),
  at(
    1407,
    "Failed, recorded as failed, rolled back",
    "a change_request",
    "closed as unsuccessful, and the deployment failed and was rolled back",
    (s) => {
      s.change();
      return closedAs(s, "unsuccessful", { failsAt: "ValidateService", rollback: "succeeds" });
    },
    { T14: "satisfied" },
  ),
  at(
    1408,
    "The ticket says Done, and it failed",
    "the configuration reads Done as success",
    "the deployment fails, is rolled back, and the ticket is closed as Done",
    (s) => {
      s.change();
      const ticket = s.ticket();
      const { pull } = s.change({ ticket, deploy: { failsAt: "ValidateService", rollback: "succeeds" } });
      ticket.move(ada, "Done");
      return pull.subject;
    },
    { T14: "not-satisfied outcome-differs" },
  ),
  at(
    1409,
    "A rollback is a new deployment, tied to what triggered it",
    "a good revision in production",
    "the next one fails, and CodeDeploy rolls it back",
    (s) => {
      s.change();
      return s.change({ deploy: { failsAt: "ValidateService", rollback: "succeeds" } }).pull.subject;
    },
    { T14: "satisfied", T11: "satisfied" },
  ),
  at(
    1410,
    "A rollback that names no trigger",
    "a good revision in production",
    "the rollback's look-up does not say what triggered it",
    (s) => {
      s.change();
      const { pull } = s.change({ deploy: { failsAt: "ValidateService", rollback: "succeeds" } });
      s.lose((fact) => {
        if (fact.kind === "deployment-lookup") delete (fact.facts as { rollsBack?: string }).rollsBack;
        return true;
      });
      return pull.subject;
    },
    { T14: "not-satisfied rollback-not-tied" },
  ),
  at(
    1411,
    "A rollback that failed too",
    "a good revision in production",
    "the rollback fails",
    (s) => {
      s.change();
      return s.change({ deploy: { failsAt: "ValidateService", rollback: "fails" } }).pull.subject;
    },
    { T14: "not-satisfied rollback-failed" },
  ),
  at(
    1412,
    "Failed, and nothing came after",
    "a good revision in production",
    "the deployment fails, and nobody restores anything",
    (s) => s.change({ deploy: { failsAt: "ValidateService" } }).pull.subject,
    { T14: "not-satisfied not-restored" },
  ),
  at(
    1413,
    "Failed an hour ago",
    "a good revision in production",
    "the deployment failed, and there is time to restore",
    (s) => {
      const { pull } = s.change({ deploy: { failsAt: "ValidateService" } });
      return { change: pull.subject, asOf: daysLater(s.now(), 0.1) };
    },
    { T14: "pending restore-due" },
    { due: ["T14/restore-due"] },
  ),
  at(
    1414,
    "Fixed forward",
    "a deployment failed",
    "a later deployment of the same change succeeds",
    (s) => {
      const { pull } = s.change({ deploy: { failsAt: "ValidateService" } });
      s.deploy();
      return pull.subject;
    },
    { T14: "satisfied" },
  ),
  at(
    1415,
    "Nobody recorded how it went",
    "a change_request is linked",
    "its time passes without an outcome",
    (s) => {
      const { pull } = s.change({ ticket: false });
      s.names(pull.subject, RECORD);
      s.tell(
        RECORD,
        "record",
        { action: "inserted", approval: "approved", approvedBy: { id: "sys-lee" }, backOutPlan: true },
        { system: "servicenow", at: "2026-11-02T08:00:30.000Z", recordedAt: "2026-11-02T08:00:30.000Z" },
      );
      return pull.subject;
    },
    { T14: "not-satisfied outcome-not-recorded" },
  ),
  at(1416, "Not deployed yet", "merged by the book", "nothing carries it to production", merged, { T14: "pending not-deployed" }),
  at(
    1417,
    "Still open, no plan yet",
    "a ticket without a plan",
    "the pull request is opened",
    (s) => s.repository.pullRequest(ada, { ticket: s.ticket({ backOutPlan: false }), unchecked: ["back-out-planned"] }).subject,
    { T14: "pending no-plan-yet" },
  ),
  at(1418, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T14: "not-applicable never-merged",
  }),
  at(1419, "A direct push has no plan", "main", "somebody pushes straight to it", direct, { T14: "not-satisfied no-plan" }),
];

/** A record of the Service Catalog: a fulfilled request of an item in a version. */
function fulfilled(s: Story, item: string, version: string | undefined): Subject {
  const subject: Subject = "change:servicecatalog/rec-1";
  s.tell(
    subject,
    "record",
    {
      action: "fulfilled",
      type: "standard",
      approval: "approved",
      approvedBy: { id: "sys-lee" },
      catalogue: { item, ...(version !== undefined && { version }) },
    },
    { system: "servicecatalog" },
  );
  return subject;
}

export const STANDARD = [
  at(
    1501,
    "A fulfilled request of the catalogue",
    "rotate-certificate, version 3, is pre-approved",
    "somebody requests it, and it is fulfilled",
    (s) => fulfilled(s, "rotate-certificate", "3"),
    { T15: "satisfied", T3: "satisfied" },
  ),
  at(
    1502,
    "The approval of this version is over",
    "version 2 was approved until last January",
    "it is requested",
    (s) => fulfilled(s, "rotate-certificate", "2"),
    { T15: "not-satisfied expired" },
  ),
  at(1503, "Not approved yet", "resize-disk is approved from next December", "it is requested", (s) => fulfilled(s, "resize-disk", "1"), {
    T15: "not-satisfied not-yet-approved",
  }),
  at(1504, "Not in the catalogue", "the catalogue knows no open-firewall", "it is requested", (s) => fulfilled(s, "open-firewall", "1"), {
    T15: "not-satisfied unknown-item",
  }),
  at(
    1505,
    "No version named",
    "the catalogue approves versions",
    "the record names none",
    (s) => fulfilled(s, "rotate-certificate", undefined),
    { T15: "not-satisfied no-item" },
  ),
  at(
    1506,
    "A standard change with code",
    "a record of rotate-certificate, version 3",
    "a pull request names it, reviewed by the book",
    (s) => {
      const record = fulfilled(s, "rotate-certificate", "3");
      const { pull } = s.change({ ticket: false });
      s.names(pull.subject, record);
      return pull.subject;
    },
    { T15: "satisfied", T3: "satisfied", T4: "satisfied" },
  ),
  at(
    1507,
    "A standard change with code that nobody reviewed",
    "a record of rotate-certificate, version 3",
    "a pull request names it, and nobody approves",
    (s) => {
      const record = fulfilled(s, "rotate-certificate", "3");
      const { pull } = s.change({ ticket: false, approvers: [] });
      s.names(pull.subject, record);
      return pull.subject;
    },
    { T15: "satisfied", T4: "not-satisfied no-approval" },
  ),
  at(1508, "A normal change", BOOK, "nothing calls it standard", byTheBook, { T15: "not-applicable not-standard" }),
  at(1509, "Still open", "an approved ticket", "the pull request is opened", opened, { T15: "not-applicable not-standard" }),
  at(
    1510,
    "The item is named afterwards",
    "a record that calls the change standard",
    "it names the catalogue's item when the change is in production",
    (s) => {
      const word = (facts: object) =>
        s.tell(
          RECORD,
          "record",
          { action: "updated", approval: "approved", approvedBy: { id: "sys-lee" }, ...facts },
          { system: "servicenow" },
        );
      word({ type: "standard" });
      const { pull } = s.change({ ticket: false });
      s.names(pull.subject, RECORD);
      word({ catalogue: { item: "rotate-certificate", version: "3" } });
      return pull.subject;
    },
    { T15: "not-satisfied no-item" },
  ),
  at(
    1511,
    "Nothing tells when it went out",
    "a record of rotate-certificate, version 3; the deployment's start never reached us",
    "a pull request names it",
    (s) => {
      const record = fulfilled(s, "rotate-certificate", "3");
      const { pull, deployed } = s.change({ ticket: false });
      s.names(pull.subject, record);
      s.lookups = false;
      startLost(s, deployed?.subject);
      s.tell(pull.subject, "linked", { deployment: deployed?.subject ?? "deployment:none", version: 1 });
      return pull.subject;
    },
    { T15: "not-assessable start-unknown" },
  ),
];

/** Deployments of archives, told of by other means. */
function archived(s: Story, metadata: Readonly<Record<string, string>> = {}): Subject {
  return unmatchedChange(s.deploy({ revision: s.production.archive("nightly", metadata) }));
}

/** Somebody says which commit the nightly archive was built from. */
function claim(s: Story, commit: string, by: ArtifactProof): void {
  const facts = { location: "s3://acme-artifacts/shop/nightly.zip", commit, repository: "acme/shop", by };
  s.tell(`commit:github/acme/shop/${commit}`, "artifact", facts, { system: "artifact" });
}

const DIGEST = `sha256:${"ab".repeat(32)}`;
const IMAGE = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@${DIGEST}`;

/** A deployment of ECS's own, which was looked up, and the change that it is while nobody knows of which commit. */
function service(s: Story): { readonly deployment: Subject; readonly change: Subject } {
  const id = "ecs/123456789012/eu-central-1/main/shop/5577006791947779410";
  const of = { application: "shop", group: "main" };
  s.wait(1);
  const startedAt = s.now();
  s.tell(`deployment:${id}`, "deployment-state", { ...of, state: "InProgress" }, { system: "ecs" });
  s.wait(1);
  s.tell(`deployment:${id}`, "deployment-state", { ...of, state: "Succeeded" }, { system: "ecs" });
  const revision = { type: "ECS", location: IMAGE, unresolved: "an image's name tells no commit" };
  const times = { createdAt: startedAt, startedAt, completedAt: s.now() };
  s.tell(`deployment:${id}`, "deployment-lookup", { ...of, state: "Succeeded", revision, ...times, targets: [] }, { system: "ecs-lookup" });
  return { deployment: `deployment:${id}`, change: `change:${id}` };
}

export const RESOLVED = [
  at(
    1420,
    "An artefact's provenance names a commit that nobody merged",
    "an archive without metadata",
    "a signed provenance says which commit it was built from",
    (s) => {
      const change = archived(s);
      s.tell(
        `commit:github/acme/shop/${"d".repeat(40)}`,
        "artifact",
        { location: "s3://acme-artifacts/shop/nightly.zip", commit: "d".repeat(40), repository: "acme/shop", by: "provenance" },
        { system: "github" },
      );
      return change;
    },
    { T14: "satisfied", T4: "not-satisfied unrecorded-commit" },
  ),
  at(1421, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T4: "not-assessable commit-unresolved",
    T14: "satisfied",
  }),
  at(
    1422,
    "A commit that no recorded push holds",
    "a revision of GitHub",
    "its commit was never pushed to main",
    (s) => unmatchedChange(s.deploy({ revision: s.production.commit("d".repeat(40)) })),
    {
      T4: "not-satisfied unrecorded-commit",
      T6: "not-satisfied unrecorded-commit",
      T14: "satisfied",
    },
  ),
  at(
    1423,
    "Not looked up yet",
    "a deployment was told",
    "its look-up has not come",
    (s) => {
      s.lookups = false;
      const deployed = s.deploy();
      return unmatchedChange(deployed);
    },
    { T4: "pending not-looked-up", T14: "satisfied" },
  ),
  at(
    1424,
    "To staging",
    "an archive without metadata",
    "it is deployed to staging",
    (s) => unmatchedChange(s.staging.deploy({ by: quinn, revision: s.staging.archive("nightly", {}) })),
    {
      T4: "not-applicable not-production",
      T14: "not-applicable not-production",
    },
  ),
  at(
    1425,
    "Two builds' words that contradict each other",
    "an archive without metadata",
    "two events name different commits for it, and a tag a third",
    (s) => {
      const change = archived(s);
      for (const [commit, by] of [
        ["a", "event"],
        ["b", "event"],
        ["c", "version-tag"],
      ] as const)
        claim(s, commit.repeat(40), by);
      return change;
    },
    { T4: "not-assessable commit-contradicted", T14: "satisfied" },
  ),
  at(
    1426,
    "A stronger word settles it",
    "two events that name different commits for an archive",
    "the build's provenance is attested",
    (s) => {
      const change = archived(s);
      for (const [commit, by] of [
        ["a", "event"],
        ["b", "event"],
        ["d", "provenance"],
      ] as const)
        claim(s, commit.repeat(40), by);
      return change;
    },
    { T4: "not-satisfied unrecorded-commit", T14: "satisfied" },
  ),
  at(
    1427,
    "A service of ECS whose image nobody may look at",
    "a service of ECS",
    "its image's registry refuses the look-up",
    (s) => {
      const of = service(s);
      s.tell(of.deployment, "unresolved", { asked: "image", attempts: 5, reason: "denied" }, { system: "artifact-lookup" });
      return of.change;
    },
    { T4: "not-assessable commit-unresolved", T14: "satisfied" },
  ),
  at(
    1428,
    "A service of ECS whose image names a commit that nobody merged",
    "a service of ECS",
    "the labels of its image name a commit that no recorded push holds",
    (s) => {
      const of = service(s);
      s.tell(
        of.deployment,
        "artifact",
        { location: IMAGE, digest: DIGEST, repository: "acme/shop", commit: "d".repeat(40), by: "image-label" },
        { system: "artifact-lookup" },
      );
      return of.change;
    },
    { T4: "not-satisfied unrecorded-commit", T14: "satisfied" },
  ),
  at(
    1429,
    "A service of ECS whose image's labels say nothing",
    "a service of ECS",
    "the labels of its image name no commit",
    (s) => {
      const of = service(s);
      const unresolved = "the image's labels name no full commit id";
      s.tell(of.deployment, "artifact", { location: IMAGE, digest: DIGEST, by: "image-label", unresolved }, { system: "artifact-lookup" });
      return of.change;
    },
    { T4: "not-assessable commit-unresolved", T14: "satisfied" },
  ),
];

export const PLANS = [
  at(
    1430,
    "The plan was taken back before the approval",
    "a ticket with a plan",
    "the plan is deleted, then all approve",
    (s) => {
      const ticket = s.ticket();
      ticket.set(ada, "backOutPlan", "");
      return s.change({ ticket, unchecked: ["back-out-planned"] }).pull.subject;
    },
    { T14: "not-satisfied no-plan" },
  ),
  at(
    1431,
    "The plan was written again after the approval",
    "a plan that was deleted before the approval",
    "it is written again when all had approved",
    (s) => {
      const ticket = s.ticket();
      ticket.set(ada, "backOutPlan", "");
      const again = () => void ticket.set(ada, "backOutPlan", "Deploy the previous revision again.");
      return s.change({ ticket, unchecked: ["back-out-planned"], after: again }).pull.subject;
    },
    { T14: "not-satisfied plan-after-approval" },
  ),
];
