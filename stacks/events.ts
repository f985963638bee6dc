import type { DeploymentConfig } from "./config.ts";
import { QUEUES, type QueueName, RULES } from "./definitions.ts";
import { queuePolicy } from "./policies.ts";
import { scheduleRules } from "./schedules.ts";

/** SQS keeps a message for at most 14 days: what failed waits as long as it can. */
const DLQ_RETENTION_SECONDS = 14 * 86_400;
/** Rule targets retry for a day, EventBridge's maximum, before the event goes to their DLQ. */
const TARGET_RETRIES = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

/** The bus with its archive, the queues with their DLQs, the rules between them, and the clock's rules. The bus's policy comes with its receiver: see resource-policies.ts. */
export function events({ replayDays, production }: DeploymentConfig) {
  const bus = new sst.aws.Bus("Bus");
  new aws.cloudwatch.EventArchive(
    "BusArchive",
    { eventSourceArn: bus.arn, retentionDays: replayDays, description: "Deliveries, to be replayed into the ledger" },
    { retainOnDelete: production },
  );

  const targetDlq = deadLetters("Target");
  const streamFailures = deadLetters("Stream");
  const rules = eventRules(bus.name);
  const schedules = scheduleRules();
  const pairs = {
    ingest: workQueue("ingest"),
    lookup: workQueue("lookup"),
    link: workQueue("link"),
    seal: workQueue("seal"),
    assess: workQueue("assess"),
  } satisfies Record<QueueName, unknown>;

  for (const [name, rule] of Object.entries(rules)) {
    new aws.cloudwatch.EventTarget(`${name}Target`, {
      rule: rule.name,
      // A target names its rule's bus, or else looks for the rule on the default one.
      ...(rule.own && { eventBusName: bus.name }),
      arn: pairs.ingest.queue.arn,
      deadLetterConfig: { arn: targetDlq.arn },
      retryPolicy: TARGET_RETRIES,
    });
  }

  const ruleArns = Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.arn]));
  const policy = (name: string, queue: sst.aws.Queue, senders: typeof ruleArns = {}) =>
    new aws.sqs.QueuePolicy(`${name}Policy`, {
      queueUrl: queue.url,
      policy: $jsonStringify($util.all([queue.arn, senders]).apply(([arn, arns]) => queuePolicy(arn, arns))),
    });
  policy("Ingest", pairs.ingest.queue, ruleArns);
  policy("TargetDlq", targetDlq, {
    ...ruleArns,
    ...Object.fromEntries(Object.values(schedules).map(({ title: of, rule }) => [of, rule.arn])),
  });
  policy("StreamDlq", streamFailures);
  for (const name of ["lookup", "link", "seal", "assess"] as const) policy(title(name), pairs[name].queue);
  for (const name of Object.keys(pairs) as QueueName[]) policy(`${title(name)}Dlq`, pairs[name].dlq);

  return { bus, ...pairs, targetDlq, streamFailures, schedules };
}

export type Events = ReturnType<typeof events>;

function eventRules(bus: $util.Input<string>) {
  return Object.fromEntries(
    Object.entries(RULES).map(([name, { bus: where, pattern }]) => {
      const own = where === "own";
      const rule = new aws.cloudwatch.EventRule(`${title(name)}Rule`, {
        description: `Change Ledger, ${$app.stage}: ${name} events to the ingest queue`,
        ...(own && { eventBusName: bus }),
        eventPattern: JSON.stringify(pattern),
      });
      return [title(name), { own, name: rule.name, arn: rule.arn }];
    }),
  );
}

function workQueue(name: QueueName) {
  const { visibilitySeconds, maxReceive } = QUEUES[name];
  const dlq = deadLetters(title(name));
  const queue = new sst.aws.Queue(`${title(name)}Work`, {
    visibilityTimeout: `${visibilitySeconds} seconds`,
    dlq: { queue: dlq.arn, retry: maxReceive },
    transform: { queue: { sqsManagedSseEnabled: true, messageRetentionSeconds: DLQ_RETENTION_SECONDS } },
  });
  // A resource of its own: the queues name each other.
  new aws.sqs.RedriveAllowPolicy(`${title(name)}DlqRedrive`, {
    queueUrl: dlq.url,
    redriveAllowPolicy: $jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
  });
  return { queue, dlq };
}

function deadLetters(name: string) {
  return new sst.aws.Queue(`${name}Dlq`, {
    transform: { queue: { sqsManagedSseEnabled: true, messageRetentionSeconds: DLQ_RETENTION_SECONDS } },
  });
}

function title(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
