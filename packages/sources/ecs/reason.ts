/**
 * Why ECS calls a deployment failed, as a code of ours: ECS gives prose alone, and that stays in the archive. What none of the words fits is
 * `ECS_DEPLOYMENT_FAILED`.
 */
const CODES: readonly (readonly [words: RegExp, code: string])[] = [
  [/alarm/i, "ECS_ALARM"],
  [/health check/i, "ECS_HEALTH_CHECK"],
  [/circuit breaker|failed to start/i, "ECS_TASKS_FAILED"],
  [/timed? ?out/i, "TIMEOUT"],
];

export function failureCode(reason: string): string {
  return CODES.find(([words]) => words.test(reason))?.[1] ?? "ECS_DEPLOYMENT_FAILED";
}

/** Of a rollback: the id of the deployment whose revision it puts back. */
export function rollsBackTo(reason: string): string | undefined {
  return /rolling back to deployment(?:Id)? \(?(?:deployment )?ecs-svc\/([\w-]{1,64})/i.exec(reason)?.[1];
}
