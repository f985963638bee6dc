import { FAILURE_ADVICE, type FailureAdvice, type FailureClass } from "./failure-advice.ts";

/** CodeDeploy's `ErrorCode` and `LifecycleErrorCode` (API version 2014-10-06), ECS's reasons as packages/sources/ecs codes them, and names of its service actions. */
const CLASS_OF_CODE: ReadonlyMap<string, FailureClass> = new Map<string, FailureClass>([
  ["ScriptFailed", "script-failed"],
  ["ScriptTimedOut", "script-timed-out"],
  ["ScriptMissing", "script-missing"],
  ["ScriptNotExecutable", "script-not-executable"],
  ["UnknownError", "unknown"],
  ["AGENT_ISSUE", "agent"],
  ["ALARM_ACTIVE", "alarm"],
  ["APPLICATION_MISSING", "configuration-missing"],
  ["AUTOSCALING_VALIDATION_ERROR", "autoscaling"],
  ["AUTO_ROLLBACK", "auto-rollback"],
  ["AUTO_SCALING_CONFIGURATION", "autoscaling"],
  ["AUTO_SCALING_IAM_ROLE_PERMISSIONS", "iam-role"],
  ["CLOUDFORMATION_STACK_FAILURE", "cloudformation"],
  ["CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND", "configuration-missing"],
  ["CUSTOMER_APPLICATION_UNHEALTHY", "application-unhealthy"],
  ["DEPLOYMENT_GROUP_MISSING", "configuration-missing"],
  ["ECS_UPDATE_ERROR", "target-invalid"],
  ["ELASTIC_LOAD_BALANCING_INVALID", "load-balancer"],
  ["ELB_INVALID_INSTANCE", "load-balancer"],
  ["HEALTH_CONSTRAINTS", "health-constraints"],
  ["HEALTH_CONSTRAINTS_INVALID", "health-constraints-invalid"],
  ["HOOK_EXECUTION_FAILURE", "hook-failed"],
  ["IAM_ROLE_MISSING", "iam-role"],
  ["IAM_ROLE_PERMISSIONS", "iam-role"],
  ["INTERNAL_ERROR", "service-fault"],
  ["INVALID_ECS_SERVICE", "target-invalid"],
  ["INVALID_LAMBDA_CONFIGURATION", "target-invalid"],
  ["INVALID_LAMBDA_FUNCTION", "target-invalid"],
  ["INVALID_REVISION", "revision"],
  ["MANUAL_STOP", "manual-stop"],
  ["MISSING_BLUE_GREEN_DEPLOYMENT_CONFIGURATION", "configuration-missing"],
  ["MISSING_ELB_INFORMATION", "load-balancer"],
  ["MISSING_GITHUB_TOKEN", "github-token"],
  ["NO_EC2_SUBSCRIPTION", "service-fault"],
  ["NO_INSTANCES", "no-instances"],
  ["OVER_MAX_INSTANCES", "limits"],
  ["RESOURCE_LIMIT_EXCEEDED", "limits"],
  ["REVISION_MISSING", "revision"],
  ["THROTTLED", "throttled"],
  ["TIMEOUT", "timeout"],
  ["ECS_TASKS_FAILED", "tasks-failed"],
  ["ECS_HEALTH_CHECK", "health-check"],
  ["ECS_ALARM", "alarm"],
  ["ECS_DEPLOYMENT_FAILED", "unknown"],
  ["SERVICE_TASK_PLACEMENT_FAILURE", "no-capacity"],
  ["SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED", "no-capacity"],
  ["SERVICE_TASK_CONFIGURATION_FAILURE", "task-configuration"],
  ["SERVICE_TASK_START_IMPAIRED", "tasks-failed"],
  ["SERVICE_DISCOVERY_INSTANCE_UNHEALTHY", "health-check"],
  ["VPC_LATTICE_TARGET_UNHEALTHY", "health-check"],
  ["ECS_OPERATION_THROTTLED", "throttled"],
  ["SERVICE_DISCOVERY_OPERATION_THROTTLED", "throttled"],
]);

/** The class of an error code, in whatever spelling (`SCRIPT_FAILED` or `ScriptFailed`); `unknown` for one that AWS has added since. */
export function classOfCode(code: string): FailureClass {
  return BY_LETTERS.get(letters(code)) ?? "unknown";
}

const letters = (code: string): string => code.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase();
const BY_LETTERS: ReadonlyMap<string, FailureClass> = new Map([...CLASS_OF_CODE].map(([code, of]) => [letters(code), of]));

/** Lifecycle events in which CodeDeploy itself takes traffic from targets or gives it to them; no script runs in these. */
const TRAFFIC_EVENTS: ReadonlySet<string> = new Set(["BlockTraffic", "AllowTraffic", "AllowTestTraffic"]);

/** The class of a failed lifecycle event. A script's own words come before where it ran; moving traffic is the load balancer's matter. */
export function classOfLifecycle(event: string | undefined, code: string | undefined): FailureClass {
  if (event !== undefined && TRAFFIC_EVENTS.has(event)) return "traffic";
  const of = code === undefined ? "unknown" : classOfCode(code);
  return of === "unknown" && event !== undefined && /^(?:Before|After)(?:Block|Allow)(?:Test)?Traffic$/.test(event) ? "hook-failed" : of;
}

/** Codes that only say that targets failed, or that a circuit breaker counted failed tasks: what befell the first of them says more. */
const CONSEQUENCES: ReadonlySet<FailureClass> = new Set(["health-constraints", "auto-rollback", "tasks-failed", "unknown"]);

/** What is known of why a deployment failed. */
export interface Failure extends FailureAdvice {
  readonly class: FailureClass;
  /** As AWS told it, or as our own code of ECS's reason; absent when nothing was told. */
  readonly code?: string;
  /** The deployment's own code, where that is but a consequence of the first target's failure, or of what befell the service. */
  readonly consequence?: FailureAdvice & { readonly class: FailureClass; readonly code: string };
}

/**
 * @param code of the deployment
 * @param first the failed lifecycle event of the target that failed first, as far as it is known; of ECS what first befell the service (`error` alone)
 */
export function failureOf(code: string | undefined, first?: { readonly event?: string; readonly error?: string }): Failure {
  const whole = code === undefined ? "unknown" : classOfCode(code);
  const part = first?.event === undefined && first?.error === undefined ? "unknown" : classOfLifecycle(first.event, first.error);
  if (part === "unknown" || part === whole || !CONSEQUENCES.has(whole))
    return { class: whole, ...(code !== undefined && { code }), ...FAILURE_ADVICE[whole] };
  return {
    class: part,
    ...(first?.error !== undefined && { code: first.error }),
    ...FAILURE_ADVICE[part],
    ...(code !== undefined && { consequence: { class: whole, code, ...FAILURE_ADVICE[whole] } }),
  };
}
