import type { Subject } from "@change-ledger/model";
import { hostDeploymentEvent, hostDeploymentStatusEvent } from "../../../packages/local/demonstration/github-checks.ts";
import { at } from "../scenario.ts";
import { ada, ben, bot, lee, omar, quinn, type Story } from "../story.ts";
import { abandoned, BOOK, byTheBook, emergencyFix, merged, opened, pullLost, record, startLost, unresolved } from "./usual.ts";

const PIPELINE = { ...omar, principalArn: "arn:aws:sts::123456789012:assumed-role/pipeline/run-17" };
const STRANGER = { ...omar, principalArn: "arn:aws:iam::123456789012:user/contractor" };

const ON_ECS = ["staging", "production"].map((environment) => ({ environment, ecs: { cluster: environment, service: "shop" } }));

/** One ECS deployment before the lead approves, and one to production after it. */
function onEcs(s: Story, first: string): Subject {
  const { pull } = s.change({ approvers: [ben, quinn], deploy: false });
  for (const [at, cluster] of [first, "production"].entries()) {
    const deployment: Subject = `deployment:ecs/123456789012/us-east-1/${cluster}/shop/${at + 1}`;
    for (const state of ["InProgress", "Succeeded"] as const)
      s.tell(deployment, "deployment-state", { application: "shop", group: cluster, state }, { system: "ecs" });
    s.tell(pull.subject, "linked", { deployment, version: 1 });
    if (at === 0) pull.review(lee);
  }
  return pull.subject;
}

/** Lee asks for it and is its only approver. */
function leeAlone(s: Story, by: typeof omar | undefined): `change:${string}` {
  const ticket = s.ticket({ reporter: lee });
  return s.change({ ticket, approvers: [lee], deploy: { by } }).pull.subject as `change:${string}`;
}

export const ORDER = [
  at(1101, "Approved, then deployed", BOOK, "the last required approval comes before the deployment starts", byTheBook, {
    T11: "satisfied",
  }),
  at(
    1102,
    "Deployed, then approved",
    "merged on the peer's approval",
    "the lead approves after the deployment started",
    (s) => {
      const { pull } = s.change({ approvers: [ben, quinn] });
      pull.review(lee);
      return pull.subject;
    },
    { T11: "not-satisfied approved-after-start" },
  ),
  at(
    1103,
    "The lead never approved",
    "merged on the peer's approval",
    "it is deployed",
    (s) => s.change({ approvers: [ben, quinn] }).pull.subject,
    {
      T4: "satisfied",
      T11: "not-satisfied approval-missing",
    },
    { findings: ["T11/approval-missing", "step-6/approval/approval-missing"] },
  ),
  at(1104, "Not deployed yet", "merged by the book", "nothing carries it to production", merged, { T11: "pending not-deployed" }),
  at(
    1105,
    "The deployment is not on record",
    BOOK,
    "the change is linked to a deployment whose events never reached us",
    (s) => {
      const { pull } = s.change({ deploy: false });
      s.tell(pull.subject, "linked", { deployment: "deployment:codedeploy/123456789012/us-east-1/d-LOST", version: 1 });
      return pull.subject;
    },
    { T11: "not-assessable deployment-not-on-record" },
  ),
  at(
    1106,
    "Staging is not production",
    "merged by the book",
    "it is deployed to staging before the lead approves, and to production after",
    (s) => {
      const { pull } = s.change({ approvers: [ben, quinn], after: () => void s.staging.deploy({ by: omar }), deploy: false });
      pull.review(lee);
      s.deploy();
      return pull.subject;
    },
    { T11: "satisfied" },
  ),
  at(
    1107,
    "A group that nobody configured counts as production",
    "the configuration names no deployment group",
    "it is deployed before the lead approves",
    (s) => {
      const { pull } = s.change({ approvers: [ben, quinn] });
      pull.review(lee);
      return pull.subject;
    },
    { T11: "not-satisfied approved-after-start" },
    { configuration: { repository: { deployments: [] } } },
  ),
  at(1108, "A founded emergency", "an incident, an authoriser, a reason", "the fix goes out first", (s) => emergencyFix(s).subject, {
    T11: "not-applicable emergency",
  }),
  at(
    1109,
    "Taken back from a deployment",
    "the change was linked to a deployment",
    "later facts take the link back",
    (s) => {
      const { pull } = s.change({ deploy: false });
      const deployment = "deployment:codedeploy/123456789012/us-east-1/d-WRONG" as const;
      s.tell(pull.subject, "linked", { deployment, version: 1 });
      s.tell(pull.subject, "unlinked", { deployment, version: 2 });
      return pull.subject;
    },
    { T11: "pending not-deployed" },
  ),

  at(
    1110,
    "Deployed by GitHub's own deployments",
    "the configuration names GitHub's environment live as production",
    "it is deployed there before the lead approves",
    (s) => {
      const { pull } = s.change({ approvers: [ben, quinn], deploy: false });
      const made = { id: 4002, sha: s.repository.head, ref: "main", environment: "live", createdAtMs: s.acme.tick() };
      s.repository.send(omar, (to) => hostDeploymentEvent(to, made));
      s.repository.send(omar, (to) => hostDeploymentStatusEvent(to, made, "in_progress", s.acme.tick()));
      s.repository.send(omar, (to) => hostDeploymentStatusEvent(to, made, "success", s.acme.tick()));
      pull.review(lee);
      return pull.subject;
    },
    { T11: "not-satisfied approved-after-start", T14: "satisfied" },
    { configuration: { repository: { deployments: [{ environment: "production", host: { environment: "live" } }] } } },
  ),
  at(
    1111,
    "Deployed by ECS to staging first",
    "the configuration names the ECS service of staging",
    "ECS deploys to staging before the lead approves, and to production afterwards",
    (s) => onEcs(s, "staging"),
    { T11: "satisfied", T1: "not-assessable no-independent-list" },
    { configuration: { repository: { deployments: ON_ECS } } },
  ),
  at(
    1112,
    "Deployed by ECS to production",
    "the configuration names the ECS services of staging and production",
    "ECS deploys to production before the lead approves",
    (s) => onEcs(s, "production"),
    { T11: "not-satisfied approved-after-start" },
    { configuration: { repository: { deployments: ON_ECS } } },
  ),
  at(
    1113,
    "Deployed by ECS, nobody knows where",
    "the configuration names no ECS service",
    "ECS deploys before the lead approves: what is not named counts as production",
    (s) => onEcs(s, "staging"),
    { T11: "not-satisfied approved-after-start" },
  ),
  at(
    1114,
    "Deployed twice, and nothing tells when the first one started",
    "a first deployment of which only the end reached us",
    "the lead approves after it, and it is deployed again",
    (s) => {
      const { pull, deployed } = s.change({ approvers: [ben, quinn] });
      pull.review(lee);
      s.deploy();
      startLost(s, deployed?.subject);
      s.tell(pull.subject, "linked", { deployment: deployed?.subject ?? "deployment:none", version: 1 });
      return pull.subject;
    },
    { T11: "not-satisfied approved-after-start" },
  ),
];

export const SEGREGATION = [
  at(1201, "More than one approver", BOOK, "peer and lead approve", byTheBook, { T12: "satisfied" }),
  at(
    1202,
    "One person in three roles",
    "Lee reports the ticket",
    "Lee is the only approver and calls CreateDeployment",
    (s) => leeAlone(s, lee),
    { T12: "not-satisfied one-person", T4: "satisfied" },
  ),
  at(
    1203,
    "Somebody else deployed",
    "Lee reports the ticket and is the only approver",
    "Omar calls CreateDeployment",
    (s) => leeAlone(s, omar),
    { T12: "satisfied" },
  ),
  at(
    1204,
    "A pipeline deployed",
    "Lee reports the ticket and is the only approver",
    "the pipeline's own account deploys",
    (s) => leeAlone(s, PIPELINE),
    { T12: "satisfied" },
  ),
  at(
    1205,
    "CloudTrail is not connected",
    "Lee reports the ticket and is the only approver",
    "nothing says who deployed",
    (s) => leeAlone(s, undefined),
    { T12: "not-assessable deployer-unknown" },
  ),
  at(
    1206,
    "A principal whom nobody can name",
    "Lee reports the ticket and is the only approver",
    "an IAM user that the configuration does not list deploys",
    (s) => leeAlone(s, STRANGER),
    { T12: "not-satisfied unknown-identity" },
  ),
  at(
    1207,
    "Asked for by another",
    "Ada reports the ticket",
    "Lee is the only approver, and deploys",
    (s) => s.change({ approvers: [lee], deploy: { by: lee } }).pull.subject,
    { T12: "satisfied" },
  ),
  at(
    1208,
    "Any two, by configuration",
    "the configuration lets no two of the three be one",
    "Lee is the only approver, and deploys what Ada asked for",
    (s) => s.change({ approvers: [lee], deploy: { by: lee } }).pull.subject,
    { T12: "not-satisfied one-person" },
    { configuration: { segregation: "any-two" } },
  ),
  at(
    1209,
    "Any two, and none are",
    "the configuration lets no two of the three be one",
    "Ada asks, Lee approves, Omar deploys",
    (s) => s.change({ approvers: [lee], deploy: { by: omar } }).pull.subject,
    { T12: "satisfied" },
    { configuration: { segregation: "any-two" } },
  ),
  at(1210, "Nobody approved", BOOK, "it is merged without any approval", (s) => s.change({ approvers: [] }).pull.subject, {
    T12: "not-satisfied no-approver",
  }),
  at(
    1211,
    "Not deployed yet",
    "Lee reports the ticket and is the only approver",
    "nothing is deployed",
    (s) => {
      const ticket = s.ticket({ reporter: lee });
      return s.change({ ticket, approvers: [lee], deploy: false }).pull.subject;
    },
    { T12: "pending not-deployed" },
  ),
  at(
    1212,
    "An exempt bot's own change",
    "the configuration exempts dependabot",
    "its own account opens the pull request",
    (s) => s.change({ author: bot, approvers: [] }).pull.subject,
    { T12: "not-applicable exempt-bot", T11: "not-applicable exempt-bot" },
  ),
  at(1213, "Given up", "an approved ticket", "the pull request is closed and never merged", abandoned, {
    T12: "not-applicable never-merged",
  }),
  at(
    1214,
    "Without a ticket the opener asked for it",
    "no ticket",
    "Ada opens it, Lee is the only approver and deploys",
    (s) => s.change({ author: ada, ticket: false, approvers: [lee], deploy: { by: lee } }).pull.subject,
    { T12: "satisfied" },
  ),
  at(1215, "Nothing of the pull request", BOOK, "none of the pull request's own events reached us", pullLost, {
    T12: "not-assessable no-pull-request-event",
  }),
  at(1216, "A record brings no code", "ServiceNow is connected", "a change_request is closed", record, { T12: "not-applicable no-code" }),
  at(1217, "Still open", "an approved ticket", "the pull request is opened", opened, { T12: "pending open" }),
  at(1218, "An unresolved deployment", "a nightly archive", "it is deployed, and nobody knows of which commit", unresolved, {
    T12: "not-assessable commit-unresolved",
  }),
  at(
    1219,
    "Deployed twice, and nothing says by whom the first time",
    "Lee reports the ticket and is the only approver",
    "CloudTrail tells of Omar's deployment, and not of the one before it",
    (s) => {
      const { pull, deployed } = s.change({ ticket: s.ticket({ reporter: lee }), approvers: [lee], deploy: { by: undefined } });
      s.deploy({ by: omar });
      s.tell(pull.subject, "linked", { deployment: deployed?.subject ?? "deployment:none", version: 1 });
      const [again] = s.acme.codedeploy === undefined ? [] : Object.keys(s.acme.codedeploy).filter((id) => id !== deployed?.id);
      s.tell(pull.subject, "linked", { deployment: `deployment:codedeploy/123456789012/us-east-1/${again}`, version: 1 });
      return pull.subject;
    },
    { T12: "not-assessable deployer-unknown" },
  ),
  at(
    1220,
    "Another ticket beside the own one",
    "Lee reports a ticket, is the only approver and deploys",
    "the pull request names a ticket of Ada's too",
    (s) => {
      const other = s.ticket({ reporter: ada });
      const { pull } = s.change({ ticket: s.ticket({ reporter: lee }), approvers: [lee], deploy: { by: lee } });
      s.names(pull.subject, other.subject);
      return pull.subject;
    },
    { T12: "not-satisfied one-person" },
  ),
];
