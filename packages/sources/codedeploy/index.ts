import { type Actor, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { account, busEventId, idOf, region } from "../bus-event.ts";
import { principalActor, principalOf, userIdentity } from "../cloudtrail.ts";
import { SourceError } from "../fault.ts";
import { instantOf } from "../instant.ts";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { maybeText, read, text } from "../read.ts";
import type { Reading, Source } from "../source.ts";
import { deploymentState, targetState } from "./states.ts";

const DEPLOYMENT_CHANGE = "CodeDeploy Deployment State-change Notification";
const INSTANCE_CHANGE = "CodeDeploy Instance State-change Notification";
const API_CALL = "AWS API Call via CloudTrail";
const DETAIL_TYPES: ReadonlySet<string> = new Set([DEPLOYMENT_CHANGE, INSTANCE_CHANGE, API_CALL]);

export const deploymentId = z.string().regex(/^[\w-]{1,64}$/);

export function deploymentSubject(of: { account: string; region: string; deploymentId: string }): Subject {
  return subject("deployment", "codedeploy", of.account, of.region, of.deploymentId);
}

const busEvent = z.object({ "detail-type": text, account, region, time: z.string().max(64), detail: z.unknown().optional() });
type Sent = z.output<typeof busEvent>;

/** CodeDeploy's events of the default bus, and CloudTrail's record of `CreateDeployment`. The body is the EventBridge event. */
export const codedeploy: Source = {
  system: "codedeploy",
  version: 1,
  bus: (event) => event.source === "aws.codedeploy" && DETAIL_TYPES.has(event.detailType),
  // The id stands in the body; a body that cannot be read is known by its digest.
  deliveryId: ({ body }) => busEventId(body),
  normalise(delivery, auth, settings) {
    const body = parseJson(delivery.body);
    const id = idOf(body);
    const event = read(busEvent, body);
    switch (event["detail-type"]) {
      case DEPLOYMENT_CHANGE:
      case INSTANCE_CHANGE: {
        const { reading, state } = stateChange(event);
        return assemble(codedeploy, delivery, auth, reading, { id, event: `${event["detail-type"]}.${state}` });
      }
      case API_CALL: {
        const { reading, actor } = created(event, settings.identityKey);
        return assemble(codedeploy, delivery, auth, reading, { id, event: `${API_CALL}.CreateDeployment`, actor });
      }
      default:
        throw new SourceError("detail-type", "expected a state change or an API call of CodeDeploy");
    }
  },
};

const change = z.object({
  detail: z.object({
    deploymentId,
    application: text,
    deploymentGroup: text,
    state: z.string().regex(/^[A-Za-z_]{1,32}$/),
    instanceId: maybeText,
    instanceGroupId: maybeText,
  }),
});

function stateChange(event: Sent): { reading: Reading; state: string } {
  const detail = read(change, event).detail;
  const at = {
    subject: deploymentSubject({ account: event.account, region: event.region, deploymentId: detail.deploymentId }),
    occurredAt: instantOf(event.time, "time"),
  };
  const of = { application: detail.application, group: detail.deploymentGroup };
  if (event["detail-type"] === DEPLOYMENT_CHANGE) {
    const facts = { ...of, state: deploymentState(detail.state, "detail.state") };
    return { reading: { ...at, kind: "deployment-state", facts }, state: detail.state };
  }
  const target = told(detail.instanceId);
  if (target === undefined) throw new SourceError("detail.instanceId", "expected string");
  const state = targetState(detail.state, "detail.state");
  const facts = present({ ...of, target, instanceGroup: told(detail.instanceGroupId), state });
  return { reading: { ...at, kind: "target-state", facts }, state: detail.state };
}

const call = z.object({
  detail: z.object({
    eventName: z.literal("CreateDeployment"),
    eventTime: z.string().max(64).nullish(),
    errorCode: maybeText,
    requestParameters: z.object({ applicationName: maybeText, deploymentGroupName: maybeText }).nullish(),
    responseElements: z.object({ deploymentId: deploymentId.nullish() }).nullish(),
    userIdentity,
  }),
});

/** Who deployed. A call that was refused made no deployment: it is on record in the audit chain of its account and region. */
function created(event: Sent, key: string): { reading: Reading; actor: Actor | undefined } {
  const detail = read(call, event).detail;
  const principal = principalOf(detail.userIdentity, key);
  const made = detail.responseElements?.deploymentId;
  const reading: Reading = {
    kind: "deployment-created",
    subject: made
      ? deploymentSubject({ account: event.account, region: event.region, deploymentId: made })
      : subject("audit", "codedeploy", event.account, event.region),
    occurredAt: instantOf(detail.eventTime ?? event.time, "detail.eventTime"),
    facts: present({
      application: told(detail.requestParameters?.applicationName) ?? "unknown",
      group: told(detail.requestParameters?.deploymentGroupName),
      principal,
      error: told(detail.errorCode),
    }),
  };
  return { reading, actor: principalActor(principal) };
}
