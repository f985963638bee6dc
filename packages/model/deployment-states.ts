import type { DeploymentState, TargetState } from "./fact-deployment.ts";

/** A deployment never goes back: the greater of two states holds, and of two ends the one that calls for attention. */
export const DEPLOYMENT_STATE_RANK: Readonly<Record<DeploymentState, number>> = {
  Created: 0,
  Queued: 1,
  InProgress: 2,
  Baking: 3,
  Ready: 4,
  Succeeded: 5,
  Stopped: 6,
  Failed: 7,
};

/** The same for a deployment's targets. */
export const TARGET_STATE_RANK: Readonly<Record<TargetState, number>> = {
  Unknown: 0,
  Pending: 1,
  InProgress: 2,
  Ready: 3,
  Skipped: 4,
  Succeeded: 5,
  Failed: 6,
};

/** GitHub's words for a deployment's states; `inactive` says only that a later one took its place. */
const HOST_STATES: ReadonlyMap<string, DeploymentState> = new Map([
  ["pending", "Created"],
  ["queued", "Queued"],
  ["waiting", "Queued"],
  ["in_progress", "InProgress"],
  ["success", "Succeeded"],
  ["failure", "Failed"],
  ["error", "Failed"],
]);

/** A code host's word for a state; undefined for one that says nothing of how it went. */
export function hostDeploymentState(word: string): DeploymentState | undefined {
  return HOST_STATES.get(word);
}
