import { told } from "../order.ts";
import type { DeploymentStory } from "./story.ts";

/** What a figure of the blast radius means; shown beside it. */
const BLAST_DEFINITIONS = {
  failed: "Targets on which the deployment failed.",
  touched: "Targets on which the deployment did anything: all but those that were skipped or never begun.",
  total: "Targets that the deployment group had, by CodeDeploy's own list; without a look-up those that events spoke of.",
  shareFailed: "Failed targets of all targets.",
  shareTouched: "Touched targets of all targets.",
} as const;

/** How far a deployment reached. */
export interface BlastRadius {
  /** What the configuration calls the group's environment. */
  readonly environment?: string;
  readonly application?: string;
  readonly group?: string;
  readonly total: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly skipped: number;
  readonly touched: number;
  /** From 0 to 1; absent without targets. */
  readonly shareFailed?: number;
  readonly shareTouched?: number;
  /** `total` is CodeDeploy's own list. */
  readonly counted: boolean;
  readonly definitions: typeof BLAST_DEFINITIONS;
}

export function blastRadiusOf({ view, targets, targetsCounted }: DeploymentStory, environment: string | undefined): BlastRadius {
  let failed = 0;
  let succeeded = 0;
  let skipped = 0;
  let touched = 0;
  for (const { state, startedAt } of targets) {
    if (state === "Failed") failed++;
    if (state === "Succeeded") succeeded++;
    if (state === "Skipped") skipped++;
    if (state !== "Skipped" && state !== "Pending" && (state !== "Unknown" || startedAt !== undefined)) touched++;
  }
  const total = targets.length;
  const share = (part: number) => (total === 0 ? undefined : part / total);
  return told({
    environment,
    application: view.application,
    group: view.group,
    total,
    failed,
    succeeded,
    skipped,
    touched,
    shareFailed: share(failed),
    shareTouched: share(touched),
    counted: targetsCounted,
    definitions: BLAST_DEFINITIONS,
  });
}
