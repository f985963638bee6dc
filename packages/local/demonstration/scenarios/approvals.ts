import type { Subject } from "@change-ledger/model";
import type { Deployed } from "../deployment-group.ts";
import { PEOPLE } from "../people.ts";
import type { PullRequest } from "../pull-request.ts";
import { type Expected, merged, type Scenario, type Scene, succeeded, type Told } from "./scenario.ts";

const { ada, ben, bot, chloe, lee, zoe } = PEOPLE;

/** Merges, deploys, and expects the change in production: what is wrong with it stands in `facts`. */
function shipped(scene: Scene, pull: PullRequest, facts: Expected["facts"], ...more: readonly Subject[]): Told {
  pull.merge(lee);
  const deployed: Deployed = scene.deploy();
  const deployments = [succeeded(deployed, "beginning-of-record", pull.subject)];
  return { open: [pull.subject, ...more, deployed.subject], expected: { pullRequests: merged(pull), deployments, facts } };
}

/** Approvals that are there, and do not count (or do). */
export const APPROVAL_SCENARIOS: readonly Scenario[] = [
  {
    number: 5,
    title: "Self-approval",
    shows: "Ben adds a commit to Ada's pull request and is its only approver: Ada is covered, Ben's commit is not.",
    tests: ["T4", "T7"],
    tell(scene) {
      const pull = scene.pullRequest(ada).push(ben);
      pull.checks();
      pull.review(ben);
      return shipped(scene, pull, [
        { subject: pull.subject, kind: "pull-request", facts: { action: "opened", author: { login: ada.login } } },
        { subject: pull.subject, kind: "review", facts: { reviewer: { login: ben.login }, state: "approved", commit: pull.head } },
      ]);
    },
  },
  {
    number: 6,
    title: "Stale approval",
    shows: "Approved, then pushed to: the approval speaks of another commit than the one that was merged.",
    tests: ["T5", "T7"],
    tell(scene) {
      const pull = scene.pullRequest(ada);
      const reviewed = pull.head;
      pull.review(ben);
      pull.push(ada);
      pull.checks();
      return shipped(scene, pull, [
        { subject: pull.subject, kind: "review", facts: { state: "approved", commit: reviewed } },
        { subject: pull.subject, kind: "pull-request", facts: { action: "synchronize", before: reviewed, head: pull.head } },
        { subject: pull.subject, kind: "pull-request", facts: { action: "closed", head: pull.head } },
      ]);
    },
  },
  {
    number: 7,
    title: "Dismissed approval",
    shows: "The only approval is dismissed before the merge; the review that GitHub first sent as approved counts no more.",
    tests: ["T5"],
    tell(scene) {
      const pull = scene.pullRequest(ada);
      pull.checks();
      const review = pull.review(ben);
      pull.dismiss(lee, review);
      return shipped(scene, pull, [
        { subject: pull.subject, kind: "review", facts: { action: "submitted", id: String(review.id), state: "approved" } },
        { subject: pull.subject, kind: "review", facts: { action: "dismissed", id: String(review.id), state: "dismissed" } },
      ]);
    },
  },
  {
    number: 8,
    title: "Standing change request",
    shows: "Chloe of the security team asked for changes and never took it back; another approval does not outweigh hers.",
    tests: ["T5", "T10"],
    tell(scene) {
      const pull = scene.pullRequest(ada).label(ada, "security");
      pull.checks();
      pull.review(chloe, "changes_requested");
      pull.review(ben);
      return shipped(scene, pull, [
        { subject: pull.subject, kind: "review", facts: { reviewer: { login: chloe.login }, state: "changes_requested" } },
        { subject: pull.subject, kind: "pull-request", facts: { action: "labeled", about: "security" } },
      ]);
    },
  },
  {
    number: 9,
    title: "Approval from outside",
    shows: "The approver has no part in the company: an approval that anybody with a GitHub account can give.",
    tests: ["T4"],
    tell(scene) {
      const pull = scene.pullRequest(ada);
      pull.checks();
      pull.review(zoe);
      return shipped(scene, pull, [
        { subject: pull.subject, kind: "review", facts: { reviewer: { login: zoe.login }, association: "NONE", state: "approved" } },
      ]);
    },
  },
  {
    number: 10,
    title: "Cross-approval of two authors",
    shows: "Ada and Ben wrote it together and each approved the other's commits: every author is covered by somebody else.",
    tests: ["T4"],
    tell(scene) {
      const pull = scene.pullRequest(ada, { commits: [{ by: ada }, { by: ben, coAuthors: [ada] }] });
      pull.checks();
      pull.review(ben);
      pull.review(ada);
      return shipped(scene, pull, [
        { subject: pull.subject, kind: "review", facts: { reviewer: { login: ada.login }, commit: pull.head } },
        { subject: pull.subject, kind: "review", facts: { reviewer: { login: ben.login }, commit: pull.head } },
      ]);
    },
  },
  {
    number: 11,
    title: "Change of a bot",
    shows:
      "One update that the bot's own account made, and one that only carries the bot's name in its commit: the account decides, not the author string.",
    tests: ["T16", "T4"],
    tell(scene) {
      const { repository } = scene;
      const real = repository.pullRequest(bot, { title: "Bump a library", bare: true });
      real.checks();
      real.merge(bot);
      const disguised = repository.pullRequest(ada, { title: "Bump a library", bare: true, commits: [{ by: bot }] });
      disguised.checks();
      disguised.merge(ada);
      const deployed = scene.deploy();
      return {
        open: [real.subject, disguised.subject],
        expected: {
          pullRequests: merged(real, disguised),
          deployments: [succeeded(deployed, "beginning-of-record", real.subject, disguised.subject)],
          facts: [
            { subject: real.subject, kind: "pull-request", facts: { author: { login: bot.login } } },
            { subject: disguised.subject, kind: "pull-request", facts: { author: { login: ada.login } } },
          ],
        },
      };
    },
  },
  {
    number: 30,
    title: "One person in three roles",
    shows: "Lee asks for the change, is its only approver and deploys it: one person, three accounts, no second pair of eyes.",
    tests: ["T12"],
    tell(scene) {
      const ticket = scene.ticket(lee).approve(lee);
      const pull = scene.pullRequest(ada, { ticket });
      pull.checks();
      pull.review(lee);
      pull.merge(lee);
      const deployed = scene.deploy({ by: lee });
      return {
        open: [pull.subject, deployed.subject, ticket.subject],
        expected: {
          pullRequests: merged(pull),
          deployments: [succeeded(deployed, "beginning-of-record", pull.subject)],
          facts: [
            { subject: ticket.subject, kind: "ticket", facts: { action: "created", reporter: { id: lee.jiraAccount } } },
            { subject: pull.subject, kind: "review", facts: { reviewer: { login: lee.login }, commit: pull.head } },
            { subject: deployed.subject, kind: "deployment-created", facts: { principal: { type: "AssumedRole" } } },
          ],
        },
      };
    },
  },
];
