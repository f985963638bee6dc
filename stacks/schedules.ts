import { FUNCTIONS, type FunctionName, SCHEDULES, type ScheduleName } from "./definitions.ts";
import type { Events } from "./events.ts";

/** The clock's rules, on the default bus, where alone EventBridge has a clock. */
export function scheduleRules() {
  const rule = (name: ScheduleName) => {
    const title = `Every${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    return {
      title,
      rule: new aws.cloudwatch.EventRule(`${title}Rule`, {
        description: `Change Ledger, ${$app.stage}: every ${name}`,
        scheduleExpression: SCHEDULES[name],
      }),
    };
  };
  return { minute: rule("minute"), quarter: rule("quarter"), hour: rule("hour"), day: rule("day") } satisfies Record<ScheduleName, unknown>;
}

/** Each rule invokes the functions that name its schedule, with EventBridge's own event. An invocation that fails comes again twice, by Lambda's own rule. */
export function scheduleTargets(
  lambdas: Readonly<Partial<Record<FunctionName, sst.aws.Function>>>,
  { schedules, targetDlq }: Events,
): void {
  for (const [name, definition] of Object.entries(FUNCTIONS) as [FunctionName, object][]) {
    const lambda = lambdas[name];
    if (!("schedule" in definition) || lambda === undefined) continue;
    const { rule } = schedules[definition.schedule as ScheduleName];
    new aws.cloudwatch.EventTarget(`${name}ScheduleTarget`, {
      rule: rule.name,
      arn: lambda.arn,
      deadLetterConfig: { arn: targetDlq.arn },
      // An hour that was missed is sealed by the next one.
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
    });
    new aws.lambda.Permission(`${name}SchedulePermission`, {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
  }
}
