import { type Api, WEBHOOK_ROUTE } from "./api.ts";
import type { DeploymentConfig } from "./config.ts";
import { METRICS } from "./definitions.ts";
import type { Events } from "./events.ts";
import type { Functions } from "./functions.ts";
import { topicPolicy } from "./policies.ts";

/** What somebody should be woken for: things that wait, that were given up on, or that senders were told to keep. */
export function alarms(config: DeploymentConfig, e: Events, f: Functions, gateway: Api) {
  const topic = new aws.sns.Topic("Alarms", { displayName: `Change Ledger, ${config.stage}` });
  new aws.sns.TopicPolicy("AlarmsPolicy", {
    arn: topic.arn,
    policy: $jsonStringify(
      $util.all([topic.arn, aws.getCallerIdentityOutput().accountId]).apply(([arn, account]) => topicPolicy(arn, account)),
    ),
  });
  if (config.alarmEmail !== undefined)
    new aws.sns.TopicSubscription("AlarmsEmail", { topic: topic.arn, protocol: "email", endpoint: config.alarmEmail });

  const alarm = (name: string, what: AlarmArgs) =>
    new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      // Queues and functions that are idle report nothing.
      treatMissingData: "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
      ...what,
    });

  const deadLetters = {
    IngestDlq: e.ingest.dlq,
    LookupDlq: e.lookup.dlq,
    LinkDlq: e.link.dlq,
    SealDlq: e.seal.dlq,
    AssessDlq: e.assess.dlq,
    TargetDlq: e.targetDlq,
    StreamDlq: e.streamFailures,
  };
  for (const [name, queue] of Object.entries(deadLetters))
    alarm(name, {
      alarmDescription: `${name} holds messages: something was given up on. Read them, mend the cause, redrive.`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.nodes.queue.name },
      statistic: "Maximum",
      threshold: 0,
    });

  alarm("IngestAge", {
    alarmDescription: "A delivery has waited for five minutes to enter the ledger.",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: e.ingest.queue.nodes.queue.name },
    statistic: "Maximum",
    threshold: 300,
  });
  // A quarter of an hour more than changes wait to be judged once for all that came together.
  alarm("AssessAge", {
    alarmDescription: "A change has waited for a quarter of an hour to be judged: findings come late.",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: e.assess.queue.nodes.queue.name },
    statistic: "Maximum",
    threshold: 900,
  });
  alarm("AssessDepth", {
    alarmDescription:
      "More than 10,000 judgements have waited for half an hour. After a new configuration, which judges every change again, it passes by itself.",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: e.assess.queue.nodes.queue.name },
    statistic: "Minimum",
    period: 300,
    evaluationPeriods: 6,
    threshold: 10_000,
  });
  alarm("LookupUnresolved", {
    alarmDescription: "Look-ups were given up on: the tests that need them are not assessable.",
    namespace: METRICS.namespace,
    metricName: METRICS.lookupUnresolved,
    dimensions: { service: METRICS.service },
    statistic: "Sum",
    period: 300,
    threshold: 0,
  });
  alarm("UnlinkedGrowth", {
    alarmDescription:
      "Deployments that no change explains grow in number: three more of the last day than of the day before. Look-ups or the webhook may fail, or somebody deploys past the procedure.",
    namespace: METRICS.namespace,
    metricName: METRICS.unlinkedGrowth,
    dimensions: { service: METRICS.service },
    statistic: "Minimum",
    period: 300,
    threshold: 2,
  });
  alarm("StreamAge", {
    alarmDescription: "The projection is five minutes behind the ledger. The stream forgets after 24 hours.",
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: f.project.name },
    statistic: "Maximum",
    threshold: 300_000,
  });
  alarm("CheckpointLate", {
    alarmDescription: "An entry waited for more than a minute until a checkpoint covered it.",
    namespace: METRICS.namespace,
    metricName: METRICS.checkpointLag,
    dimensions: { service: METRICS.service },
    statistic: "Maximum",
    threshold: 60,
  });
  alarm("SequenceAge", {
    alarmDescription: "The log is a minute behind the ledger: nothing newer is covered by a checkpoint. The stream forgets after 24 hours.",
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: f.sequence.name },
    statistic: "Maximum",
    threshold: 60_000,
  });
  alarm("HourUnsealed", {
    alarmDescription: "No hour was sealed for two hours: the log may stand still, or its keys may not sign.",
    namespace: METRICS.namespace,
    metricName: METRICS.hoursSealed,
    dimensions: { service: METRICS.service },
    statistic: "Sum",
    comparisonOperator: "LessThanThreshold",
    period: 3600,
    evaluationPeriods: 2,
    // A sequencer that does not run reports nothing.
    treatMissingData: "breaching",
    threshold: 1,
  });
  alarm("LogDiffers", {
    alarmDescription:
      "Ledger and log differ: an entry was altered or taken away on one side. Nothing repairs this by itself; somebody must look.",
    namespace: METRICS.namespace,
    metricName: METRICS.logDifferences,
    dimensions: { service: METRICS.service },
    statistic: "Sum",
    // From one comparison to the next.
    period: 86_400,
    threshold: 0,
  });
  alarm("RecordFaults", {
    alarmDescription:
      "The daily check found a chain that does not link, a log that differs or evidence that is not as it was recorded. Somebody must look.",
    namespace: METRICS.namespace,
    metricName: METRICS.recordFaults,
    dimensions: { service: METRICS.service },
    statistic: "Sum",
    period: 86_400,
    threshold: 0,
  });
  alarm("SendersDiffer", {
    alarmDescription:
      "A sender's own list has what the ledger lacked, or the other way round. What was missing was handed in; find out why it was.",
    namespace: METRICS.namespace,
    metricName: METRICS.sendersDiffer,
    dimensions: { service: METRICS.service },
    statistic: "Sum",
    period: 3600,
    threshold: 0,
  });
  alarm("NotCompared", {
    alarmDescription:
      "For three hours a sender's list could not be compared with the ledger: credentials, a limit, or the sender's own fault.",
    namespace: METRICS.namespace,
    metricName: METRICS.notCompared,
    dimensions: { service: METRICS.service },
    statistic: "Minimum",
    period: 3600,
    evaluationPeriods: 3,
    threshold: 0,
  });
  for (const [name, lambda] of Object.entries({
    Sequence: f.sequence,
    Reconcile: f.reconcile,
    ReconcileSenders: f.reconcileSenders,
    Health: f.health,
  }))
    alarm(`${name}Errors`, {
      alarmDescription: `${name} failed. What it refuses to build on (storage ahead of the lock row, a tile that does not match) its log says.`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: lambda.name },
      statistic: "Sum",
      period: 300,
      threshold: 0,
    });
  const [method = "", path = ""] = WEBHOOK_ROUTE.split(" ");
  alarm("Webhook5xx", {
    alarmDescription: "Deliveries were answered with 5xx. GitHub does not send them again by itself.",
    namespace: "AWS/ApiGateway",
    metricName: "5xx",
    dimensions: { ApiId: gateway.nodes.api.id, Stage: "$default", Method: method, Resource: path },
    statistic: "Sum",
    threshold: 0,
  });
  return topic;
}

interface AlarmArgs {
  alarmDescription: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, $util.Input<string>>;
  statistic: string;
  threshold: number;
  period?: number;
  evaluationPeriods?: number;
  comparisonOperator?: string;
  treatMissingData?: string;
}
