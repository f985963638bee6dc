import { type DeploymentState, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { account, busEventId, idOf, region } from "../bus-event.ts";
import { SourceError } from "../fault.ts";
import { instantOf } from "../instant.ts";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { maybeText, read, text } from "../read.ts";
import type { Reading, Source } from "../source.ts";
import { failureCode, rollsBackTo } from "./reason.ts";

const DEPLOYMENT_CHANGE = "ECS Deployment State Change";
const SERVICE_ACTION = "ECS Service Action";

const busEvent = z.object({
  "detail-type": text,
  account,
  region,
  time: z.string().max(64),
  resources: z.array(z.string().max(2048)).max(100),
  detail: z.object({
    eventName: z.string().regex(/^[A-Z][A-Z0-9_]{1,127}$/),
    deploymentId: maybeText,
    clusterArn: maybeText,
    reason: maybeText,
    updatedAt: z.string().max(64).nullish(),
  }),
});
type Sent = z.output<typeof busEvent>;

const STATES: ReadonlyMap<string, DeploymentState> = new Map([
  ["SERVICE_DEPLOYMENT_IN_PROGRESS", "InProgress"],
  ["SERVICE_DEPLOYMENT_COMPLETED", "Succeeded"],
  ["SERVICE_DEPLOYMENT_FAILED", "Failed"],
]);

/**
 * ECS's own rolling deployments (those that CodeDeploy makes are CodeDeploy's to tell), and what else befalls a service. A service is the application, its
 * cluster the group: `deployment:ecs/<account>/<region>/<cluster>/<service>/<id>`. The events name neither revision nor tasks.
 */
export const ecs: Source = {
  system: "ecs",
  version: 1,
  bus: ({ source, detailType }) => source === "aws.ecs" && (detailType === DEPLOYMENT_CHANGE || detailType === SERVICE_ACTION),
  deliveryId: ({ body }) => busEventId(body),
  normalise(delivery, auth) {
    const body = parseJson(delivery.body);
    const event = read(busEvent, body);
    const type = event["detail-type"];
    if (type !== DEPLOYMENT_CHANGE && type !== SERVICE_ACTION)
      throw new SourceError("detail-type", "expected a deployment's change or a service's action of ECS");
    const reading = type === DEPLOYMENT_CHANGE ? deploymentChange(event) : serviceAction(event);
    return assemble(ecs, delivery, auth, reading, { id: idOf(body), event: `${type}.${event.detail.eventName}` });
  },
};

interface Service {
  readonly cluster: string;
  readonly name: string;
}

function deploymentChange(event: Sent): Reading {
  const { eventName, updatedAt, reason } = event.detail;
  const state = STATES.get(eventName);
  if (state === undefined) throw new SourceError("detail.eventName", "expected a state of an ECS deployment");
  const id = deploymentIdOf(event.detail.deploymentId);
  if (id === undefined) throw new SourceError("detail.deploymentId", "expected ecs-svc/ and an id");
  const service = serviceOf(event);
  return {
    kind: "deployment-state",
    subject: deploymentSubject(event, service, id),
    occurredAt: told(updatedAt) === undefined ? instantOf(event.time, "time") : instantOf(updatedAt ?? "", "detail.updatedAt"),
    facts: present({
      application: service.name,
      group: service.cluster,
      state,
      error: state === "Failed" ? failureCode(reason ?? "") : undefined,
      restores: rollsBackTo(reason ?? ""),
    }),
  };
}

/** An event of the deployment that it names, else of the service: then it is on record in a chain of the service's own. */
function serviceAction(event: Sent): Reading {
  const service = serviceOf(event);
  const id = deploymentIdOf(event.detail.deploymentId);
  const of = id === undefined ? subject("audit", "ecs", event.account, event.region, service.cluster, service.name) : undefined;
  return {
    kind: "other",
    subject: of ?? deploymentSubject(event, service, id ?? ""),
    occurredAt: instantOf(event.time, "time"),
    facts: {},
  };
}

function deploymentSubject(event: Sent, service: Service, id: string): Subject {
  return subject("deployment", "ecs", event.account, event.region, service.cluster, service.name, id);
}

/** `ecs-svc/123` → `123`. */
function deploymentIdOf(given: string | null | undefined): string | undefined {
  return /^ecs-svc\/([\w-]{1,64})$/.exec(given ?? "")?.[1];
}

const NAME = /^[\w-]{1,255}$/;

/** Of `arn:aws:ecs:…:service/<cluster>/<service>`; ARNs of the old form leave out the cluster, which stands beside then. */
function serviceOf({ resources, detail }: Sent): Service {
  const [first = "", second] = /:service\/(.+)$/.exec(resources.find((arn) => arn.includes(":service/")) ?? "")?.[1]?.split("/") ?? [];
  const cluster = second === undefined ? (/[:/]cluster\/(.+)$/.exec(detail.clusterArn ?? "")?.[1] ?? "default") : first;
  const name = second ?? first;
  if (!NAME.test(name) || !NAME.test(cluster)) throw new SourceError("resources", "expected the ARN of an ECS service");
  return { cluster, name };
}
