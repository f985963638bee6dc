import { type DeploymentState, type FactsOf, type Revision, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { account, region } from "../bus-event.ts";
import { type Container, revisionOfContainers } from "../ecs/containers.ts";
import { failureCode } from "../ecs/reason.ts";
import { firstInstant } from "../instant.ts";
import { parseJson } from "../json.ts";
import { lookupDeliveryId, lookupId } from "../lookup-id.ts";
import { present, told } from "../present.ts";
import { maybeText, moment, read, text } from "../read.ts";
import type { Reading, Source } from "../source.ts";

const name = z.string().regex(/^[\w-]{1,255}$/);
const asked = z.object({ account, region, cluster: name, service: name, deploymentId: z.string().regex(/^[\w-]{1,64}$/) });
const arn = z.string().max(2048);
const monitored = z.object({ status: maybeText }).nullish();
const prose = z.string().max(10_000).nullish();

const answer = asked.extend({
  // The service's own list of deployments under way, and the one that runs.
  deployment: z
    .object({ taskDefinition: maybeText, rolloutState: maybeText, rolloutStateReason: prose, createdAt: moment, updatedAt: moment })
    .nullish(),
  serviceDeployment: z
    .object({
      targetServiceRevision: z.object({ arn: arn.nullish() }).nullish(),
      sourceServiceRevisions: z
        .array(z.object({ arn: arn.nullish() }))
        .max(100)
        .nullish(),
      status: text,
      statusReason: prose,
      createdAt: moment,
      startedAt: moment,
      finishedAt: moment,
      rollback: z.object({ reason: prose, serviceRevisionArn: arn.nullish() }).nullish(),
      deploymentCircuitBreaker: monitored,
      alarms: monitored,
    })
    .nullish(),
  revisions: z
    .array(
      z.object({
        serviceRevisionArn: arn,
        taskDefinition: maybeText,
        containerImages: z
          .array(z.object({ containerName: text, image: text, imageDigest: maybeText }))
          .max(100)
          .nullish(),
        loadBalancers: z
          .array(z.object({ containerName: maybeText }))
          .max(100)
          .nullish(),
      }),
    )
    .max(100)
    .nullish(),
  containers: z
    .array(z.object({ name: text, image: text, essential: z.boolean().nullish() }))
    .max(100)
    .nullish(),
});
type Sent = z.output<typeof answer>;
type ServiceDeployment = NonNullable<Sent["serviceDeployment"]>;
type ServiceRevision = NonNullable<Sent["revisions"]>[number];

const gaveUp = asked.extend({ unresolved: z.object({ reason: text, attempts: z.int().positive() }) });

/**
 * What we asked ECS of one of its own deployments: `{account, region, cluster, service, deploymentId, deployment?, serviceDeployment?, revisions?, containers?}`, in
 * the API's shapes (DescribeServices' deployment, DescribeServiceDeployments, DescribeServiceRevisions, and the task definition's containers where there is no revision), or
 * `{…, unresolved: {reason, attempts}}`.
 */
export const ecsLookup: Source = {
  system: "ecs-lookup",
  version: 1,
  deliveryId: lookupDeliveryId(asked, idOf),
  normalise(delivery, auth, _settings) {
    const body = parseJson(delivery.body);
    const unresolved = body !== null && typeof body === "object" && Object.hasOwn(body, "unresolved");
    const sent = unresolved ? read(gaveUp, body) : read(answer, body);
    const reading = "unresolved" in sent ? notAnswered(sent, delivery.receivedAt) : answered(sent, delivery.receivedAt);
    return assemble(ecsLookup, delivery, auth, reading, { event: "DescribeServiceDeployments", id: idOf(sent, delivery.body) });
  },
};

function idOf({ deploymentId }: z.output<typeof asked>, body: Uint8Array): string {
  return lookupId(deploymentId, body);
}

const subjectOf = (of: z.output<typeof asked>) =>
  subject("deployment", "ecs", of.account, of.region, of.cluster, of.service, of.deploymentId);

function answered(sent: Sent, receivedAt: string): Reading {
  const { serviceDeployment: of, deployment } = sent;
  const revisions = new Map((sent.revisions ?? []).map((one) => [one.serviceRevisionArn, one]));
  // A deployment of the service that puts a former revision back has that one as its own.
  const own = of && isRollback(of, sent.deploymentId) ? of.rollback?.serviceRevisionArn : of?.targetServiceRevision?.arn;
  const state = stateOf(sent);
  const times = {
    createdAt: firstInstant("serviceDeployment.createdAt", of?.createdAt, deployment?.createdAt),
    startedAt: firstInstant("serviceDeployment.startedAt", of?.startedAt),
    completedAt: firstInstant("serviceDeployment.finishedAt", of?.finishedAt),
  };
  const facts: FactsOf<"deployment-lookup"> = present({
    application: sent.service,
    group: sent.cluster,
    state,
    creator: of && isRollback(of, sent.deploymentId) ? "ecsRollback" : undefined,
    revision: revisionOf(revisions.get(own ?? "")) ?? definitionOf(sent),
    previousRevision: formerRevision(of, revisions),
    ...times,
    error: state === "Failed" ? errorOf(sent) : undefined,
    targets: [],
  });
  return {
    kind: "deployment-lookup",
    subject: subjectOf(sent),
    occurredAt: times.completedAt ?? times.startedAt ?? times.createdAt ?? receivedAt,
    facts,
  };
}

/** The number of a service revision is that of the deployment (`ecs-svc/…`) that brings it. */
function isOf(revision: string | null | undefined, deploymentId: string): boolean {
  return revision?.endsWith(`/${deploymentId}`) === true;
}

function isRollback(of: ServiceDeployment, deploymentId: string): boolean {
  return isOf(of.rollback?.serviceRevisionArn, deploymentId) && !isOf(of.targetServiceRevision?.arn, deploymentId);
}

/** A service deployment is one thing from the attempt to the end of its rollback; the deployment that it was has failed as soon as it is rolled back. */
const STATES: ReadonlyMap<string, readonly [attempt: DeploymentState, rollback: DeploymentState]> = new Map([
  ["PENDING", ["Created", "Created"]],
  ["IN_PROGRESS", ["InProgress", "InProgress"]],
  ["STOP_REQUESTED", ["InProgress", "InProgress"]],
  ["SUCCESSFUL", ["Succeeded", "Succeeded"]],
  ["STOPPED", ["Stopped", "Stopped"]],
  ["ROLLBACK_REQUESTED", ["InProgress", "Created"]],
  ["ROLLBACK_IN_PROGRESS", ["Failed", "InProgress"]],
  ["ROLLBACK_SUCCESSFUL", ["Failed", "Succeeded"]],
  ["ROLLBACK_FAILED", ["Failed", "Failed"]],
]);
const ROLLOUT_STATES: ReadonlyMap<string, DeploymentState> = new Map([
  ["IN_PROGRESS", "InProgress"],
  ["COMPLETED", "Succeeded"],
  ["FAILED", "Failed"],
]);

/** What AWS has added since says at least that it was there. */
function stateOf({ serviceDeployment: of, deployment, deploymentId }: Sent): DeploymentState {
  if (of) return STATES.get(of.status)?.[isRollback(of, deploymentId) ? 1 : 0] ?? "Created";
  return ROLLOUT_STATES.get(deployment?.rolloutState ?? "") ?? "Created";
}

function errorOf({ serviceDeployment: of, deployment }: Sent): string {
  if (of?.alarms?.status === "TRIGGERED") return "ECS_ALARM";
  const said = failureCode(of?.statusReason ?? of?.rollback?.reason ?? deployment?.rolloutStateReason ?? "");
  return said === "ECS_DEPLOYMENT_FAILED" && of?.deploymentCircuitBreaker?.status === "TRIGGERED" ? "ECS_TASKS_FAILED" : said;
}

function revisionOf(of: ServiceRevision | undefined): Revision | undefined {
  if (of === undefined) return undefined;
  const containers = (of.containerImages ?? []).map(
    ({ containerName, image, imageDigest }): Container => ({ name: containerName, image, digest: told(imageDigest) }),
  );
  return revisionOfContainers(
    told(of.taskDefinition),
    containers,
    (of.loadBalancers ?? []).flatMap(({ containerName }) => told(containerName) ?? []),
  );
}

/** Of a service whose history ECS does not keep: what its task definition says by itself. */
function definitionOf({ deployment, containers }: Sent): Revision {
  const named = (containers ?? []).map(({ name: of, image, essential }): Container => ({ name: of, image, essential: essential === true }));
  return revisionOfContainers(told(deployment?.taskDefinition), named, []);
}

/** What ran before; of several that ran side by side nothing is said unless they are the same. */
function formerRevision(of: Sent["serviceDeployment"], revisions: ReadonlyMap<string, ServiceRevision>): Revision | undefined {
  const former = (of?.sourceServiceRevisions ?? []).map((one) => revisionOf(revisions.get(one.arn ?? "")));
  const [one] = former;
  return one !== undefined && former.every((other) => other?.location === one.location) ? one : undefined;
}

function notAnswered(sent: z.output<typeof gaveUp>, receivedAt: string): Reading {
  const { attempts, reason } = sent.unresolved;
  return { kind: "unresolved", subject: subjectOf(sent), occurredAt: receivedAt, facts: { asked: "deployment", attempts, reason } };
}
