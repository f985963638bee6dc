import type { DeploymentView } from "../deployment-view.ts";
import type { DeploymentOutcome } from "./period.ts";
import { outcomeIn } from "./story.ts";

/**
 * What a deployment adds to its period's figures; undefined while it runs.
 * @param view of its read model, or of its story
 * @param restoreSeconds its time to restore, where a rollback succeeded
 */
export function outcomeOf(view: DeploymentView, restoreSeconds: number | undefined): DeploymentOutcome | undefined {
  const outcome = outcomeIn(view);
  if (outcome === "running" || view.endedAt === undefined) return undefined;
  return { endedAt: view.endedAt, rollback: view.rollback, outcome, restoreSeconds };
}
