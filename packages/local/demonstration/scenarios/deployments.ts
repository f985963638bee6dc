import { type Deployed, unmatchedChange } from "../deployment-group.ts";
import { PEOPLE } from "../people.ts";
import { type ExpectedDeployment, merged, type Scenario, succeeded } from "./scenario.ts";

const { omar } = PEOPLE;

/** A failed deployment that carried `carries`, and its rollback, which carries nothing. */
function rolledBack(failed: Deployed, carries: ExpectedDeployment["carries"], rollback: "Succeeded" | "Failed"): ExpectedDeployment[] {
  const own: ExpectedDeployment = { deployment: failed.subject, state: "Failed", carries, since: "previous-revision" };
  if (failed.rollback === undefined) return [own];
  return [own, { deployment: failed.rollback.subject, state: rollback, carries: [], since: "not-counted", rollsBack: failed.id }];
}

/** What became of changes in production, and deployments that nobody can tie to one. */
export const DEPLOYMENT_SCENARIOS: readonly Scenario[] = [
  {
    number: 18,
    title: "Failed deployment with rollback",
    shows:
      "A script fails on the first server, CodeDeploy restores the last good revision by itself: first failure, rollback and time to restore.",
    tests: ["T14"],
    tell(scene) {
      const good = scene.ordinary();
      const first = scene.deploy();
      const bad = scene.ordinary();
      const failed = scene.deploy({ failsAt: "ValidateService", rollback: "succeeds" });
      return {
        open: [failed.subject, bad.subject, ...(failed.rollback === undefined ? [] : [failed.rollback.subject])],
        expected: {
          pullRequests: merged(good, bad),
          deployments: [succeeded(first, "beginning-of-record", good.subject), ...rolledBack(failed, [bad.subject], "Succeeded")],
        },
      };
    },
  },
  {
    number: 19,
    title: "Rollback that fails, fixed forward",
    shows: "The rollback fails as well; a fix goes through the procedure and out: it carries the change that had failed, too.",
    tests: ["T14"],
    tell(scene) {
      const good = scene.ordinary();
      const first = scene.deploy();
      const bad = scene.ordinary();
      const failed = scene.deploy({ failsAt: "ApplicationStart", rollback: "fails" });
      const fix = scene.ordinary();
      const fixed = scene.deploy();
      return {
        open: [failed.subject, fixed.subject],
        expected: {
          pullRequests: merged(good, bad, fix),
          deployments: [
            succeeded(first, "beginning-of-record", good.subject),
            ...rolledBack(failed, [bad.subject], "Failed"),
            succeeded(fixed, "previous-revision", bad.subject, fix.subject),
          ],
        },
      };
    },
  },
  {
    number: 20,
    title: "Second environment",
    shows: "Staging takes each change as it comes, production both at once: each group counts from its own last good revision.",
    tests: ["T9", "T11"],
    tell(scene) {
      const one = scene.ordinary();
      const stagedOne = scene.staging.deploy({ by: omar });
      const two = scene.ordinary();
      const stagedTwo = scene.staging.deploy({ by: omar, previousUntold: true });
      const both = scene.deploy();
      return {
        open: [both.subject, stagedOne.subject, stagedTwo.subject],
        expected: {
          pullRequests: merged(one, two),
          deployments: [
            succeeded(stagedOne, "beginning-of-record", one.subject),
            succeeded(stagedTwo, "previous-deployment", two.subject),
            succeeded(both, "beginning-of-record", one.subject, two.subject),
          ],
        },
      };
    },
  },
  {
    number: 21,
    title: "Old revision put back by hand",
    shows: "Somebody deploys last week's commit again: no rollback of CodeDeploy's, and nothing new is carried.",
    tests: ["T14", "T12"],
    tell(scene) {
      const one = scene.ordinary();
      const old = scene.repository.head;
      const first = scene.deploy();
      const two = scene.ordinary();
      const second = scene.deploy();
      scene.acme.wait({ days: 2 });
      const back = scene.deploy({ revision: scene.production.commit(old) });
      return {
        open: [back.subject],
        expected: {
          pullRequests: merged(one, two),
          deployments: [
            succeeded(first, "beginning-of-record", one.subject),
            succeeded(second, "previous-revision", two.subject),
            succeeded(back, "previous-revision"),
          ],
        },
      };
    },
  },
  {
    number: 22,
    title: "Archive that names its commit",
    shows: "A build in S3 carries its commit in the object's metadata: as good as a revision from GitHub.",
    tests: ["T1"],
    tell(scene) {
      const { repository } = scene;
      const pull = scene.ordinary();
      const revision = scene.production.archive("build-41", { "git-commit": repository.head, repository: repository.name.fullName });
      const deployed = scene.deploy({ revision });
      return {
        open: [deployed.subject, pull.subject],
        expected: { pullRequests: merged(pull), deployments: [succeeded(deployed, "beginning-of-record", pull.subject)] },
      };
    },
  },
  {
    number: 23,
    title: "Unknown revision",
    shows: "A build in S3 without metadata: nobody can say what went out. The record says so and never guesses.",
    tests: ["T1", "T3", "T4"],
    tell(scene) {
      const pull = scene.ordinary();
      const deployed = scene.deploy({ revision: scene.production.archive("build-by-hand", {}) });
      return {
        open: [unmatchedChange(deployed), deployed.subject],
        expected: { pullRequests: merged(pull), deployments: [succeeded(deployed, "not-counted", unmatchedChange(deployed))] },
      };
    },
  },
  {
    number: 24,
    title: "Unmatched deployment by hand",
    shows: "A commit that no recorded push holds, deployed by a person: a change of its own, with nothing of the procedure.",
    tests: ["T1", "T12", "T6"],
    tell(scene) {
      const deployed = scene.deploy({ revision: scene.production.commit(scene.acme.sha()) });
      return {
        open: [unmatchedChange(deployed), deployed.subject],
        expected: {
          deployments: [succeeded(deployed, "not-counted", unmatchedChange(deployed))],
          facts: [
            { subject: deployed.subject, kind: "deployment-created", facts: { principal: { type: "AssumedRole", name: "Deployer" } } },
          ],
        },
      };
    },
  },
];
