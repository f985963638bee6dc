export * from "./bytes.ts";
export * from "./canonical.ts";
export * from "./delivery.ts";
export { DEPLOYMENT_STATE_RANK, hostDeploymentState, TARGET_STATE_RANK } from "./deployment-states.ts";
export * from "./entry.ts";
export * from "./fact.ts";
export { ARTIFACT_PROOFS, type ArtifactProof } from "./fact-attested.ts";
export {
  DEPLOYMENT_STATES,
  type DeploymentState,
  type Revision,
  revisionSchema,
  TARGET_STATES,
  type TargetState,
} from "./fact-deployment.ts";
export type { CommitFact } from "./fact-github.ts";
export { OUTCOMES, type Outcome, RECONCILED_MAX } from "./fact-ledger.ts";
export { type Identity, identitySchema, shaSchema } from "./fact-members.ts";
export { SCOPE_MAX, sampleQuestionSchema } from "./fact-population.ts";
export * from "./fault.ts";
export { recordEnd } from "./record-states.ts";
export * from "./subject.ts";
