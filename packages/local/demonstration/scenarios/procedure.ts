import { hostDeploymentEvent, hostDeploymentStatusEvent } from "../github-checks.ts";
import { PEOPLE } from "../people.ts";
import { merged, type Scenario, succeeded } from "./scenario.ts";

const { ada, ben, chloe, lee, omar, quinn } = PEOPLE;

/** The procedure followed, shortened in an emergency, and given up. */
export const PROCEDURE_SCENARIOS: readonly Scenario[] = [
  {
    number: 1,
    title: "Happy path",
    shows:
      "A ticket, a branch, a pull request with its template, four approvals of the merged head, staging, production: every step on record.",
    tests: ["T3", "T4", "T5", "T9", "T10", "T11", "T12", "T14"],
    tell({ acme, repository, staging, production }) {
      repository.ping(lee);
      repository.protect(lee);
      const ticket = acme.ticket("PAY-101", ada, { summary: "Refunds in part", assignee: ada }).approve(lee).move(ada, "In Progress");
      const pull = repository.pullRequest(ada, { ticket, title: "PAY-101: Refunds in part", commits: [{ by: ada }, { by: ada }] });
      pull.label(ada, "security").requestReview(ada, ben).requestReview(ada, chloe);
      pull.checks();
      pull.review(ben);
      pull.review(chloe);
      ticket.move(ada, "In Review");
      const tried = { id: 4001, sha: pull.head, ref: pull.branch, environment: "staging", createdAtMs: acme.tick() };
      repository.send(quinn, (at) => hostDeploymentEvent(at, tried));
      repository.send(quinn, (at) => hostDeploymentStatusEvent(at, tried, "success", acme.tick()));
      pull.review(quinn);
      pull.review(lee);
      pull.merge(lee);
      pull.deleteBranch(lee);
      const inStaging = staging.deploy({ by: omar });
      acme.wait({ hours: 3 });
      const inProduction = production.deploy({ by: omar });
      ticket.move(ada, "Done");
      return {
        open: [pull.subject, inProduction.subject, ticket.subject],
        expected: {
          pullRequests: merged(pull),
          deployments: [
            succeeded(inStaging, "beginning-of-record", pull.subject),
            succeeded(inProduction, "beginning-of-record", pull.subject),
          ],
          facts: [
            {
              subject: pull.subject,
              kind: "pull-request",
              facts: { state: "merged", tickets: [ticket.subject], mergeSha: repository.head },
            },
            { subject: pull.subject, kind: "review", facts: { reviewer: { login: lee.login }, state: "approved", commit: pull.head } },
            { subject: ticket.subject, kind: "ticket", facts: { fields: { approval: "Approved", backOutPlan: "given", risk: "Low" } } },
            { subject: repository.commitSubject(pull.head), kind: "check-suite", facts: { conclusion: "success" } },
            {
              subject: repository.commitSubject(pull.head),
              kind: "host-deployment-status",
              facts: { environment: "staging", state: "success" },
            },
            { subject: inProduction.subject, kind: "deployment-created", facts: { principal: { name: "Deployer" } } },
          ],
        },
      };
    },
  },
  {
    number: 2,
    title: "Emergency change",
    shows: "An incident, an authoriser and a reason; the fix goes out at once on one approval, and is reviewed afterwards within 48 hours.",
    tests: ["T13", "T3", "T9"],
    tell(scene) {
      const { acme, repository } = scene;
      const incident = scene.ticket(omar, { type: "Incident", summary: "Payments time out" });
      const ticket = scene.ticket(ben, { type: "Emergency change", risk: "High" }).set(lee, "reason", "Payments time out").approve(lee);
      const pull = repository.pullRequest(ben, {
        ticket,
        title: `${ticket.key} ${incident.key}: Raise the timeout`,
        unchecked: ["tests-added"],
      });
      pull.review(lee);
      pull.merge(ben);
      const deployed = scene.deploy();
      acme.wait({ hours: 20 });
      pull.review(chloe, "commented");
      ticket.set(lee, "retrospective", "Done").move(ben, "Done");
      incident.move(omar, "Done");
      return {
        open: [pull.subject, incident.subject, deployed.subject],
        expected: {
          pullRequests: merged(pull),
          deployments: [succeeded(deployed, "beginning-of-record", pull.subject)],
          facts: [
            { subject: incident.subject, kind: "ticket", facts: { type: "Incident", action: "created" } },
            { subject: pull.subject, kind: "pull-request", facts: { tickets: [incident.subject, ticket.subject].sort() } },
            {
              subject: ticket.subject,
              kind: "ticket",
              facts: { type: "Emergency change", fields: { emergencyReason: "given", approval: "Approved" } },
            },
            { subject: ticket.subject, kind: "ticket", facts: { changes: [{ field: "retrospective", to: "Done" }] } },
          ],
        },
      };
    },
  },
  {
    number: 3,
    title: "Unticketed change",
    shows: "Reviewed and merged, but no ticket asked for it and the template is empty.",
    tests: ["T3", "T14"],
    tell(scene) {
      const pull = scene.repository.pullRequest(ada, { bare: true, title: "Rename a column" });
      scene.approveFully(pull);
      pull.merge(lee);
      const deployed = scene.deploy();
      return {
        open: [pull.subject],
        expected: { pullRequests: merged(pull), deployments: [succeeded(deployed, "beginning-of-record", pull.subject)] },
      };
    },
  },
  {
    number: 4,
    title: "Abandoned pull request",
    shows: "Closed, opened again and given up: a change that ends without a deployment, and is sealed all the same.",
    tests: ["T1"],
    tell(scene) {
      const pull = scene.pullRequest(ada, { draft: true });
      pull.ready(ada).checks("failure");
      pull.review(ben, "changes_requested");
      pull.abandon(ada).reopen(ada).push(ada);
      scene.acme.wait({ days: 2 });
      pull.abandon(lee).deleteBranch(lee);
      return {
        open: [pull.subject],
        expected: {
          pullRequests: [{ change: pull.subject, state: "closed" }],
          facts: [
            { subject: pull.subject, kind: "pull-request", facts: { action: "opened", draft: true } },
            { subject: pull.subject, kind: "pull-request", facts: { action: "reopened", state: "open" } },
            { subject: pull.subject, kind: "review", facts: { state: "changes_requested" } },
          ],
        },
      };
    },
  },
];
