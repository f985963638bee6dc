import { DEPLOYMENT_STATES, type DeploymentState, TARGET_STATES, type TargetState } from "@change-ledger/model";
import { SourceError } from "../fault.ts";

/** Events say START, SUCCESS…; the API says InProgress, Succeeded…: one spelling for both. Case is not relied on. */
const DEPLOYMENT: ReadonlyMap<string, DeploymentState> = new Map<string, DeploymentState>([
  ["start", "InProgress"],
  ["success", "Succeeded"],
  ["failure", "Failed"],
  ["stop", "Stopped"],
  ["ready", "Ready"],
  ...DEPLOYMENT_STATES.map((state): [string, DeploymentState] => [state.toLowerCase(), state]),
]);

/** A target that was stopped has no state of its own in the API: what became of it is unknown. */
const TARGET: ReadonlyMap<string, TargetState> = new Map<string, TargetState>([
  ["start", "InProgress"],
  ["success", "Succeeded"],
  ["failure", "Failed"],
  ["stop", "Unknown"],
  ["stopped", "Unknown"],
  ["ready", "Ready"],
  ...TARGET_STATES.map((state): [string, TargetState] => [state.toLowerCase(), state]),
]);

/** @throws SourceError for a state that AWS does not document */
export function deploymentState(sent: string, field: string): DeploymentState {
  const state = DEPLOYMENT.get(sent.toLowerCase());
  if (state === undefined) throw new SourceError(field, "expected a state of a CodeDeploy deployment");
  return state;
}

/** @throws SourceError for a state that AWS does not document */
export function targetState(sent: string, field: string): TargetState {
  const state = TARGET.get(sent.toLowerCase());
  if (state === undefined) throw new SourceError(field, "expected a state of a CodeDeploy target");
  return state;
}
