import { beforeAll, expect, it } from "vitest";
import { METRICS, QUEUES, RULES, SCHEDULES } from "../../stacks/definitions.ts";
import { outputOf, parsed, policyOf, TYPES } from "./read.ts";
import { describeStacks, type Synth, synth } from "./synth.ts";

const title = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);
const DLQS = [...Object.keys(QUEUES).map((name) => `${title(name)}Dlq`), "TargetDlq", "StreamDlq"];

for (const stage of ["test", "production"]) {
  const production = stage === "production";

  describeStacks(`events in ${stage}`, () => {
    let s: Synth;
    beforeAll(async () => {
      s = await synth(stage);
    });

    it("has the rules of the definitions, on their buses, and no others", () => {
      const rules = s.all(TYPES.rule).filter(({ name }) => name !== "ToldRule");
      const names = [...Object.keys(RULES).map(title), ...Object.keys(SCHEDULES).map((name) => `Every${title(name)}`)];
      expect(rules.map(({ name }) => name).toSorted()).toEqual(names.map((name) => `${name}Rule`).toSorted());
      for (const [name, { bus, pattern }] of Object.entries(RULES)) {
        const { inputs } = s.get(TYPES.rule, `${title(name)}Rule`);
        expect(parsed(inputs, "eventPattern")).toEqual(pattern);
        // No name means the default bus, where AWS's own events are.
        expect(inputs["eventBusName"]).toBe(bus === "own" ? s.get(TYPES.bus, "BusBus").outputs["name"] : undefined);
      }
    });

    it("sends each rule's events to the ingest queue, retries for a day and then keeps them", () => {
      expect(s.all(TYPES.target).filter(({ name }) => !/ScheduleTarget$|^Told/.test(name))).toHaveLength(Object.keys(RULES).length);
      for (const name of Object.keys(RULES)) {
        const rule = s.get(TYPES.rule, `${title(name)}Rule`);
        const { inputs } = s.get(TYPES.target, `${title(name)}Target`);
        expect(inputs).toMatchObject({
          rule: rule.outputs["name"],
          arn: outputOf(s, "queue", "IngestWorkQueue"),
          deadLetterConfig: { arn: outputOf(s, "queue", "TargetDlqQueue") },
          retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        });
        expect(inputs["eventBusName"]).toBe(rule.inputs["eventBusName"]);
      }
    });

    it("gives every queue one policy of its own; only the rules may send, each by its ARN", () => {
      const queues = s.all(TYPES.queue);
      const policies = s.all(TYPES.queuePolicy);
      expect(policies.map(({ inputs }) => inputs["queueUrl"]).toSorted()).toEqual(queues.map(({ outputs }) => outputs["url"]).toSorted());
      const rules = (senders: readonly { outputs: Record<string, unknown> }[]) => senders.map(({ outputs }) => outputs["arn"]).toSorted();
      const all = s.all(TYPES.rule).filter(({ name }) => name !== "ToldRule");
      const senders = { Ingest: all.filter(({ inputs }) => inputs["scheduleExpression"] === undefined), TargetDlq: all };
      for (const [name, of] of Object.entries(senders)) {
        const allows = policyOf(s.get(TYPES.queuePolicy, `${name}Policy`)).Statement.filter(({ Effect }) => Effect === "Allow");
        for (const allow of allows)
          expect(allow).toMatchObject({ Principal: { Service: "events.amazonaws.com" }, Action: ["sqs:SendMessage"] });
        expect(allows.map(({ Condition }) => Condition?.["ArnEquals"]?.["aws:SourceArn"]).toSorted()).toEqual(rules(of));
      }
      // SQS takes at most 20 statements in a policy.
      for (const policy of policies) expect(policyOf(policy).Statement.length).toBeLessThanOrEqual(20);
      const others = policies.filter(({ name }) => !["IngestPolicy", "TargetDlqPolicy"].includes(name));
      for (const policy of others) expect(policyOf(policy).Statement.map(({ Effect }) => Effect)).toEqual(["Deny"]);
    });

    it("encrypts every queue and keeps what failed for two weeks", () => {
      for (const { inputs } of s.all(TYPES.queue))
        expect(inputs).toMatchObject({ sqsManagedSseEnabled: true, messageRetentionSeconds: 1_209_600, fifoQueue: false });
    });

    it("redrives each work queue to a DLQ of its own, which takes from nobody else", () => {
      for (const [name, { visibilitySeconds, maxReceive }] of Object.entries(QUEUES)) {
        const queue = s.get(TYPES.queue, `${title(name)}WorkQueue`);
        const dlq = s.get(TYPES.queue, `${title(name)}DlqQueue`);
        expect(queue.inputs["visibilityTimeoutSeconds"]).toBe(visibilitySeconds);
        expect(parsed(queue.inputs, "redrivePolicy")).toEqual({ deadLetterTargetArn: dlq.outputs["arn"], maxReceiveCount: maxReceive });
        const allow = s.get("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", `${title(name)}DlqRedrive`);
        expect(allow.inputs["queueUrl"]).toBe(dlq.outputs["url"]);
        expect(parsed(allow.inputs, "redriveAllowPolicy")).toEqual({
          redrivePermission: "byQueue",
          sourceQueueArns: [queue.outputs["arn"]],
        });
      }
      expect(s.all(TYPES.queue)).toHaveLength(Object.keys(QUEUES).length + DLQS.length);
    });

    it("archives the bus for a replay", () => {
      expect(s.get("aws:cloudwatch/eventArchive:EventArchive", "BusArchive")).toMatchObject({
        inputs: { eventSourceArn: outputOf(s, "bus", "BusBus"), retentionDays: production ? 90 : 7 },
        retainOnDelete: production,
      });
    });

    it("has the bus's policy attached", () => {
      expect(s.get(TYPES.busPolicy, "BusPolicy").inputs["eventBusName"]).toBe(s.get(TYPES.bus, "BusBus").outputs["name"]);
    });
  });
}

describeStacks("alarms", () => {
  let s: Synth;
  beforeAll(async () => {
    s = await synth("production");
  });
  const alarm = (name: string) => s.get(TYPES.alarm, `${name}Alarm`).inputs;

  it("tell the topic, and somebody reads it", () => {
    const topic = outputOf(s, "queue", "IngestWorkQueue") && s.get("aws:sns/topic:Topic", "Alarms").outputs["arn"];
    for (const { name, inputs } of s.all(TYPES.alarm)) {
      const absence = name === "HourUnsealedAlarm";
      expect(inputs).toMatchObject({
        alarmActions: [topic],
        comparisonOperator: absence ? "LessThanThreshold" : "GreaterThanThreshold",
        treatMissingData: absence ? "breaching" : "notBreaching",
      });
    }
    expect(s.get("aws:sns/topicSubscription:TopicSubscription", "AlarmsEmail").inputs).toMatchObject({
      topic,
      protocol: "email",
      endpoint: "oncall@example.com",
    });
    expect(policyOf(s.get("aws:sns/topicPolicy:TopicPolicy", "AlarmsPolicy")).Statement[0]).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: topic,
    });
  });

  it("watch every DLQ for a first message", () => {
    for (const name of DLQS)
      expect(alarm(name)).toMatchObject({
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: s.get(TYPES.queue, `${name}Queue`).outputs["name"] },
        statistic: "Maximum",
        threshold: 0,
      });
  });

  it("watch the log: that a checkpoint covers what is new within a minute, that each hour is sealed, that nothing differs, that nothing fails", () => {
    const dimensions = { service: METRICS.service };
    const ours = { namespace: METRICS.namespace, dimensions };
    const functionOf = (name: string) => ({ FunctionName: s.get(TYPES.lambda, `${name}Function`).outputs["name"] });
    expect(alarm("CheckpointLate")).toMatchObject({ ...ours, metricName: "CheckpointLagSeconds", statistic: "Maximum", threshold: 60 });
    expect(alarm("SequenceAge")).toMatchObject({ metricName: "IteratorAge", dimensions: functionOf("Sequence"), threshold: 60_000 });
    expect(alarm("HourUnsealed")).toMatchObject({
      ...ours,
      metricName: "HoursSealed",
      statistic: "Sum",
      period: 3600,
      evaluationPeriods: 2,
      threshold: 1,
    });
    expect(alarm("LogDiffers")).toMatchObject({ ...ours, metricName: "LogDifferences", statistic: "Sum", threshold: 0 });
    for (const name of ["Sequence", "Reconcile", "ReconcileSenders", "Health"])
      expect(alarm(`${name}Errors`)).toMatchObject({ metricName: "Errors", statistic: "Sum", dimensions: functionOf(name), threshold: 0 });
  });

  it("watch for deployments that no change explains and that grow in number", () => {
    expect(alarm("UnlinkedGrowth")).toMatchObject({
      namespace: METRICS.namespace,
      metricName: "UnlinkedGrowth",
      dimensions: { service: METRICS.service },
      // A gauge, told each minute.
      statistic: "Minimum",
      threshold: 2,
    });
  });

  it("watch the age of the ingest, how long and how many judgements wait, the projection's delay, failed look-ups and refused deliveries", () => {
    expect(alarm("IngestAge")).toMatchObject({
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: s.get(TYPES.queue, "IngestWorkQueue").outputs["name"] },
      threshold: 300,
    });
    const assess = { namespace: "AWS/SQS", dimensions: { QueueName: s.get(TYPES.queue, "AssessWorkQueue").outputs["name"] } };
    expect(alarm("AssessAge")).toMatchObject({
      ...assess,
      metricName: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      threshold: 900,
    });
    expect(alarm("AssessDepth")).toMatchObject({
      ...assess,
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Minimum",
      evaluationPeriods: 6,
      threshold: 10_000,
    });
    expect(alarm("StreamAge")).toMatchObject({
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      dimensions: { FunctionName: s.get(TYPES.lambda, "ProjectFunction").outputs["name"] },
      threshold: 300_000,
    });
    expect(alarm("LookupUnresolved")).toMatchObject({
      namespace: "ChangeLedger",
      dimensions: { service: "change-ledger" },
      statistic: "Sum",
      threshold: 0,
    });
    expect(alarm("Webhook5xx")).toMatchObject({
      namespace: "AWS/ApiGateway",
      metricName: "5xx",
      dimensions: { ApiId: "GatewayApi-id", Stage: "$default", Method: "POST", Resource: "/webhooks/{source}" },
      threshold: 0,
    });
  });
});
