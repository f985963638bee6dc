import type { DeploymentConfig } from "./config.ts";
import { HEALTH_DETAIL_TYPES, TOLD_DETAIL_TYPES, TOLD_SOURCE } from "./definitions.ts";
import type { Events } from "./events.ts";
import { eventTopicPolicy } from "./policies.ts";

/** What is shown of each event: its kind, what it speaks of, and the sentence where there is one. */
const SHOWN = {
  inputPaths: {
    what: "$.detail-type",
    subject: "$.detail.subject",
    because: "$.detail.finding.because",
    late: "$.detail.checkpoint.because",
  },
  inputTemplate: '{"text": "<what>: <subject> <because> <late>"}',
} as const;
const RETRIES = { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 10 };
/** Slack takes about one message a second. */
const SLACK_A_SECOND = 1;

/**
 * Example targets of what the ledger tells on its bus, both off unless the deployment asks for them: a topic for whoever subscribes, and a Slack channel by its
 * incoming webhook, whose address is a secret.
 */
export function notifications({ notify, stage }: DeploymentConfig, e: Events) {
  if (!notify.topic && !notify.slack) return undefined;
  const rule = new aws.cloudwatch.EventRule("ToldRule", {
    description: `Change Ledger, ${stage}: what the ledger tells, to whoever is to hear of it`,
    eventBusName: e.bus.name,
    eventPattern: JSON.stringify({ source: [TOLD_SOURCE], "detail-type": [...TOLD_DETAIL_TYPES, ...HEALTH_DETAIL_TYPES] }),
  });
  const target = (name: string, to: { arn: $util.Input<string>; roleArn?: $util.Input<string>; inputTransformer?: typeof SHOWN }) =>
    new aws.cloudwatch.EventTarget(`Told${name}Target`, { rule: rule.name, eventBusName: e.bus.name, retryPolicy: RETRIES, ...to });
  if (notify.slack) target("Slack", { ...slack(), inputTransformer: SHOWN });
  if (!notify.topic) return undefined;
  const topic = new aws.sns.Topic("Notifications", { displayName: `Change Ledger, ${stage}: findings and failures` });
  new aws.sns.TopicPolicy("NotificationsPolicy", {
    arn: topic.arn,
    policy: $jsonStringify($util.all([topic.arn, rule.arn]).apply(([arn, from]) => eventTopicPolicy(arn, from))),
  });
  target("Topic", { arn: topic.arn });
  return topic;
}

/** An API destination: EventBridge posts to it, with a role that may do nothing else. */
function slack() {
  const connection = new aws.cloudwatch.EventConnection("Slack", {
    description: "Slack's incoming webhooks: the address is the secret; Slack ignores the header",
    authorizationType: "API_KEY",
    authParameters: { apiKey: { key: "X-Change-Ledger", value: "1" } },
  });
  const destination = new aws.cloudwatch.EventApiDestination("Slack", {
    connectionArn: connection.arn,
    httpMethod: "POST",
    invocationEndpoint: new sst.Secret("SlackWebhook").value,
    invocationRateLimitPerSecond: SLACK_A_SECOND,
  });
  const role = new aws.iam.Role("SlackTarget", {
    assumeRolePolicy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
    inlinePolicies: [
      {
        name: "invoke",
        policy: $jsonStringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "events:InvokeApiDestination", Resource: destination.arn }],
        }),
      },
    ],
  });
  return { arn: destination.arn, roleArn: role.arn };
}
