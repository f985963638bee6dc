import { late } from "../company.ts";
import { FULL_PROTECTION } from "../github-rules.ts";
import { PEOPLE } from "../people.ts";
import { merged, type Scenario, succeeded } from "./scenario.ts";

const { ada, ben, lee, omar } = PEOPLE;

/** How commits come onto the default branch: merges of every kind, and what goes round them. */
export const HISTORY_SCENARIOS: readonly Scenario[] = [
  {
    number: 12,
    title: "Squash, rebase, merge commit",
    shows: "Three ways to merge, of which two make commits that nobody reviewed by that SHA; one deployment carries all three.",
    tests: ["T5", "T6"],
    tell(scene) {
      const { repository } = scene;
      const pulls = (["squash", "rebase", "merge"] as const).map((how) => {
        const pull = scene.pullRequest(ada, { commits: [{ by: ada }, { by: ada }] });
        scene.approveFully(pull);
        const sha = pull.merge(lee, how);
        return { pull, sha };
      });
      const deployed = scene.deploy();
      return {
        open: pulls.map(({ pull }) => pull.subject),
        expected: {
          pullRequests: merged(...pulls.map(({ pull }) => pull)),
          deployments: [succeeded(deployed, "beginning-of-record", ...pulls.map(({ pull }) => pull.subject))],
          facts: [
            ...pulls.map(({ pull, sha }) => ({
              subject: pull.subject,
              kind: "pull-request" as const,
              facts: { mergeSha: sha, head: pull.head },
            })),
            { subject: repository.subject, kind: "push", facts: { after: repository.head, default: true } },
          ],
        },
      };
    },
  },
  {
    number: 13,
    title: "Merge queue",
    shows: "The queue merges three pull requests in one push; a deployment of the second one's commit carries two of them.",
    tests: ["T5", "T6", "T9"],
    tell(scene) {
      const { repository } = scene;
      const pulls = [scene.pullRequest(ada), scene.pullRequest(ben), scene.pullRequest(lee)] as const;
      for (const pull of pulls) scene.approveFully(pull);
      repository.mergeQueue(pulls, lee);
      const [first, second, third] = pulls;
      const middle = repository.history.at(-2) ?? repository.head;
      const early = scene.deploy({ revision: scene.production.commit(middle) });
      const rest = scene.deploy();
      return {
        open: [repository.subject, early.subject, rest.subject],
        expected: {
          pullRequests: merged(...pulls),
          deployments: [
            succeeded(early, "beginning-of-record", first.subject, second.subject),
            succeeded(rest, "previous-revision", third.subject),
          ],
          facts: [
            { subject: repository.subject, kind: "merge-group", facts: { action: "checks_requested", head: repository.head } },
            { subject: repository.subject, kind: "merge-group", facts: { action: "destroyed", reason: "merged" } },
          ],
        },
      };
    },
  },
  {
    number: 14,
    title: "Direct push",
    shows: "Two commits straight onto main, deployed: no pull request claims them by SHA, so that the push is a change of its own.",
    tests: ["T6", "T4", "T3"],
    tell(scene) {
      const { repository } = scene;
      const before = scene.ordinary();
      const first = scene.deploy();
      const push = repository.directPush(omar, ["Merge pull request #77 from acme/looks-reviewed", "Fix it quickly"]);
      const deployed = scene.deploy();
      return {
        open: [push, deployed.subject, repository.subject],
        expected: {
          pullRequests: merged(before),
          directPushes: [push],
          deployments: [succeeded(first, "beginning-of-record", before.subject), succeeded(deployed, "previous-revision", push)],
        },
      };
    },
  },
  {
    number: 15,
    title: "Direct push that is claimed later",
    shows: "Pushed by hand; the news that a pull request was merged as this commit comes two days late, and takes the push over.",
    tests: ["T6", "T1"],
    tell(scene) {
      const { acme, repository } = scene;
      const pull = scene.pullRequest(ada);
      scene.approveFully(pull);
      const claims = (name: string | undefined) => name === "pull_request";
      acme.delivered(
        (event) => (event.channel === "webhook" && claims(event.headers["x-github-event"]) ? late(48)(event) : [event]),
        () => pull.merge(ada, "by-hand"),
      );
      const deployed = scene.deploy();
      return {
        open: [pull.subject, repository.pushChange(repository.head), deployed.subject],
        expected: { pullRequests: merged(pull), deployments: [succeeded(deployed, "beginning-of-record", pull.subject)] },
      };
    },
  },
  {
    number: 16,
    title: "Rewritten history",
    shows: "A forced push replaces what was merged: the ref's chain keeps both, and the rewrite is a finding of its own.",
    tests: ["T8", "T1"],
    tell(scene) {
      const { repository } = scene;
      const base = repository.head;
      const pull = scene.ordinary();
      const push = repository.forcePush(omar, base);
      return {
        open: [repository.subject, push],
        expected: {
          pullRequests: merged(pull),
          directPushes: [push],
          facts: [{ subject: repository.subject, kind: "push", facts: { forced: true, after: repository.head } }],
        },
      };
    },
  },
  {
    number: 17,
    title: "Protection lapsed",
    shows: "Branch protection is taken away, a commit is pushed, protection comes back an hour later: a lapse for the whole hour.",
    tests: ["T17", "T6", "T7"],
    tell(scene) {
      const { acme, repository } = scene;
      repository.protect(lee);
      repository.protect(lee, { ...FULL_PROTECTION, required_approving_review_count: 1 });
      repository.unprotect(omar);
      const push = repository.directPush(omar);
      acme.wait({ hours: 1 });
      repository.protect(lee);
      return {
        open: [repository.subject, push],
        expected: {
          directPushes: [push],
          facts: [
            {
              subject: repository.subject,
              kind: "branch-protection",
              facts: { action: "edited", from: { required_approving_review_count: 2 } },
            },
            { subject: repository.subject, kind: "branch-protection", facts: { action: "deleted", pattern: "main" } },
          ],
        },
      };
    },
  },
];
