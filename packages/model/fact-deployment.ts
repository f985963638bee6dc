import * as z from "zod";
import { ARTIFACT_PROOFS } from "./fact-attested.ts";
import { instant, shaSchema, text } from "./fact-members.ts";

/** CodeDeploy's states, in the API's spelling; events say START, SUCCESS, FAILURE, STOP, READY. */
export const DEPLOYMENT_STATES = ["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];
export const TARGET_STATES = ["Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready", "Unknown"] as const;
export type TargetState = (typeof TARGET_STATES)[number];

export const deploymentState = z.strictObject({
  application: text,
  group: text,
  state: z.enum(DEPLOYMENT_STATES),
  /** ECS: why it failed. CodeDeploy tells it to a look-up alone. */
  error: text.optional(),
  /** ECS: id of the deployment whose revision this one, a rollback, puts back. */
  restores: text.optional(),
});
export const targetState = z.strictObject({
  application: text,
  group: text,
  target: text,
  instanceGroup: text.optional(),
  state: z.enum(TARGET_STATES),
});

/** CloudTrail's CreateDeployment: the only place that names the principal who deployed. */
export const deploymentCreated = z.strictObject({
  application: text,
  group: text.optional(),
  principal: z.strictObject({ arn: text.optional(), type: text.optional(), id: text.optional(), name: text.optional() }),
  error: text.optional(),
});

export const revisionSchema = z.strictObject({
  type: text,
  repository: text.optional(),
  commit: shaSchema.optional(),
  /** Where it lies, when it is no commit: `s3://bucket/key?versionId=…`, `registry/repository@sha256:…`, the ARN of a function's version. */
  location: text.optional(),
  /** Of ECS: ARN of the task definition. */
  definition: text.optional(),
  /** How the commit came to be known; absent when it is not. A deployment's own answer says `revision` or `object-metadata`; the rest is told of its artefact. */
  by: z.enum(["revision", ...ARTIFACT_PROOFS]).optional(),
  /** Why the commit is not known. */
  unresolved: text.optional(),
});
export type Revision = z.infer<typeof revisionSchema>;

const lifecycleEvent = z.strictObject({
  name: text,
  status: text,
  start: instant.optional(),
  end: instant.optional(),
  error: text.optional(),
  script: text.optional(),
});

/** What CodeDeploy or ECS answered about a deployment. Log tails stay in the archive. */
export const deploymentLookup = z.strictObject({
  application: text,
  group: text,
  config: text.optional(),
  state: z.enum(DEPLOYMENT_STATES),
  creator: text.optional(),
  revision: revisionSchema,
  previousRevision: revisionSchema.optional(),
  createdAt: instant.optional(),
  startedAt: instant.optional(),
  completedAt: instant.optional(),
  error: text.optional(),
  /** Of a rollback: the deployment that triggered it. */
  rollsBack: text.optional(),
  /** Of a failed deployment: the deployment that rolled it back. */
  rolledBackBy: text.optional(),
  /** Succeeded lifecycle events are left out of targets that succeeded (the archive holds them). */
  targets: z.array(
    z.strictObject({ id: text, type: text, status: text, updatedAt: instant.optional(), lifecycle: z.array(lifecycleEvent) }),
  ),
});
