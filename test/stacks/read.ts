/** Typed ways into a resource's inputs. */
import type { PolicyDocument } from "../../stacks/policies.ts";
import type { Properties } from "./cloud.ts";
import type { Resource } from "./engine.ts";
import type { Synth } from "./synth.ts";

/** A text input of a resource; throws when it is not one. */
function text(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value !== "string") throw new Error(`expected a text in ${name}, got ${JSON.stringify(value)}`);
  return value;
}

/** A policy document, or other JSON, that a resource holds as text. */
export function parsed(properties: Properties, name: string): unknown {
  return JSON.parse(text(properties, name));
}

export function policyOf(resource: Resource): PolicyDocument {
  return parsed(resource.inputs, "policy") as PolicyDocument;
}

export const TYPES = {
  table: "aws:dynamodb/table:Table",
  tablePolicy: "aws:dynamodb/resourcePolicy:ResourcePolicy",
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  bus: "aws:cloudwatch/eventBus:EventBus",
  busPolicy: "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
  rule: "aws:cloudwatch/eventRule:EventRule",
  target: "aws:cloudwatch/eventTarget:EventTarget",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  role: "aws:iam/role:Role",
  lambda: "aws:lambda/function:Function",
  source: "aws:lambda/eventSourceMapping:EventSourceMapping",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  key: "aws:kms/key:Key",
  keyPolicy: "aws:kms/keyPolicy:KeyPolicy",
  permission: "aws:lambda/permission:Permission",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
} as const;

/** An output of the only resource of this type and name. */
export function outputOf(synth: Synth, type: keyof typeof TYPES, name: string, output = "arn"): string {
  return text(synth.get(TYPES[type], name).outputs, output);
}
