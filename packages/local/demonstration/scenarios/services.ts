import type { Subject } from "@change-ledger/model";
import { merged, type Scenario, succeeded } from "./scenario.ts";

/** Services of ECS: what is deployed is an image, and names no commit. */
export const SERVICE_SCENARIOS: readonly Scenario[] = [
  {
    number: 33,
    title: "Service from a labelled image",
    shows:
      "ECS deploys an image; the labels of its exact content name the commit, and so the changes: each answer an entry, with the strength of its word.",
    tests: ["T1", "T4"],
    tell(scene) {
      const one = scene.ordinary();
      const first = scene.service.deploy();
      const two = scene.ordinary();
      const second = scene.service.deploy();
      return {
        open: [second.subject, two.subject],
        expected: {
          pullRequests: merged(one, two),
          deployments: [succeeded(first, "beginning-of-record", one.subject), succeeded(second, "previous-revision", two.subject)],
        },
      };
    },
  },
  {
    number: 34,
    title: "Service from an image without labels",
    shows: "The image says nothing of its commit: the registry was asked, the answer is on record, and nothing is guessed.",
    tests: ["T1", "T3"],
    tell(scene) {
      const pull = scene.ordinary();
      const deployed = scene.service.deploy(false);
      const unmatched = deployed.subject.replace(/^deployment:/, "change:") as Subject;
      return {
        open: [unmatched, deployed.subject],
        expected: {
          pullRequests: merged(pull),
          deployments: [succeeded(deployed, "not-counted", unmatched)],
        },
      };
    },
  },
];
