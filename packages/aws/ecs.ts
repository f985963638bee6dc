import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from "@aws-sdk/client-ecs";
import { canonicalBytes } from "@change-ledger/model";
import type { DeploymentQuestion, EcsDeploymentQuestion } from "@change-ledger/sources";
import { chunked } from "./chunked.ts";
import { readable, told } from "./lookup-answer.ts";
import { LookupError } from "./lookup-fault.ts";

type Client = Pick<ECSClient, "send">;

/** Service deployments and revisions that one call describes. */
const DESCRIBED_AT_ONCE = 20;
const LISTED_AT_ONCE = 100;
/** More than a service has in 90 days. */
const PAGES_MAX = 100;

/** What ECS can be asked. Throws LookupError. */
export interface EcsLookups {
  /** The body of an `ecs-lookup` delivery, in canonical JSON: of a deployment its image, how it stands and what was before. */
  describeDeployment(of: EcsDeploymentQuestion): Promise<Uint8Array>;
  /** Names and images of a task definition's containers. Their environment and secrets are left where they are. */
  containersOf(arn: string, at: DeploymentQuestion): Promise<Container[]>;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
}

/** ECS through its API. @param clientOf the client with credentials for the deployment's account and region */
export function ecsLookups(clientOf: (of: DeploymentQuestion) => Client): EcsLookups {
  return {
    async describeDeployment(of) {
      const client = clientOf(of);
      const deployment = await underWay(client, of);
      const serviceDeployment = await readable(serviceDeploymentOf(client, of, deployment?.taskDefinition));
      if (deployment === undefined && serviceDeployment === undefined)
        throw new LookupError("not-found", "DescribeServices: the service has no such deployment");
      const revisions = serviceDeployment === undefined ? [] : await revisionsOf(client, revisionArns(serviceDeployment));
      const definition = deployment?.taskDefinition;
      const containers =
        serviceDeployment === undefined && definition !== undefined ? await readable(containersOf(client, definition)) : undefined;
      return bodyOf({ ...of, deployment, serviceDeployment, revisions, containers });
    },
    containersOf: (arn, at) => containersOf(clientOf(at), arn),
  };
}

/** The service's own word on a deployment that runs or is under way: those that ended are gone from its list. */
async function underWay(client: Client, { cluster, service, deploymentId }: EcsDeploymentQuestion) {
  const { services } = await told("DescribeServices", client.send(new DescribeServicesCommand({ cluster, services: [service] })));
  if (services?.[0] === undefined) throw new LookupError("not-found", "DescribeServices: no such service");
  const found = services[0].deployments?.find(({ id }) => id === `ecs-svc/${deploymentId}`);
  if (found === undefined) return undefined;
  const { taskDefinition, rolloutState, rolloutStateReason, createdAt } = found;
  return { taskDefinition, rolloutState, rolloutStateReason, createdAt };
}

/**
 * The service deployment that a deployment is part of. A service revision has the number of the deployment that brings it; where none has, the latest one of the same
 * task definition is meant. ECS keeps this history for 90 days.
 */
async function serviceDeploymentOf(
  client: Client,
  of: EcsDeploymentQuestion,
  taskDefinition: string | undefined,
): Promise<ServiceDeployment | undefined> {
  const isOf = (arn: string | undefined) => arn?.endsWith(`/${of.deploymentId}`) === true;
  const latest: string[] = [];
  let own: string | undefined;
  for await (const brief of briefsOf(client, of.cluster, of.service)) {
    if (brief.serviceDeploymentArn === undefined) continue;
    if (isOf(brief.targetServiceRevisionArn)) own = brief.serviceDeploymentArn;
    if (own !== undefined) break;
    if (latest.length < DESCRIBED_AT_ONCE) latest.push(brief.serviceDeploymentArn);
  }
  const described = await describedOf(client, own === undefined ? latest : [own]);
  const latestFirst = described.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  const named =
    latestFirst.find((one) => isOf(one.targetServiceRevision?.arn)) ?? latestFirst.find((one) => isOf(one.rollback?.serviceRevisionArn));
  if (named !== undefined || taskDefinition === undefined) return named;
  const targets = await revisionsOf(
    client,
    latestFirst.flatMap((one) => one.targetServiceRevision?.arn ?? []),
  );
  const fits = new Set(targets.filter((one) => one.taskDefinition === taskDefinition).map((one) => one.serviceRevisionArn));
  return latestFirst.find((one) => fits.has(one.targetServiceRevision?.arn));
}

/** Of a service's history, newest first. @param within absent: all of it, which is 90 days */
export async function* briefsOf(
  client: Client,
  cluster: string,
  service: string,
  within?: { readonly after: Date; readonly before: Date },
): AsyncGenerator<ServiceDeploymentBrief> {
  let on: { nextToken?: string } = {};
  for (let page = 0; page < PAGES_MAX; page++) {
    const list = new ListServiceDeploymentsCommand({
      cluster,
      service,
      maxResults: LISTED_AT_ONCE,
      ...(within !== undefined && { createdAt: within }),
      ...on,
    });
    const { serviceDeployments, nextToken } = await told("ListServiceDeployments", client.send(list));
    yield* serviceDeployments ?? [];
    if (nextToken === undefined || nextToken === "") return;
    on = { nextToken };
  }
  throw new LookupError("unavailable", `ListServiceDeployments: expected at most ${PAGES_MAX} pages`);
}

export async function describedOf(client: Client, arns: readonly string[]): Promise<ServiceDeployment[]> {
  const found: ServiceDeployment[] = [];
  for (const serviceDeploymentArns of chunked(arns, DESCRIBED_AT_ONCE)) {
    const describe = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...serviceDeploymentArns] });
    found.push(...((await told("DescribeServiceDeployments", client.send(describe))).serviceDeployments ?? []));
  }
  return found;
}

function revisionArns({ targetServiceRevision, sourceServiceRevisions, rollback }: ServiceDeployment): string[] {
  return [targetServiceRevision?.arn, rollback?.serviceRevisionArn, ...(sourceServiceRevisions ?? []).map(({ arn }) => arn)].flatMap(
    (arn) => arn ?? [],
  );
}

async function revisionsOf(client: Client, arns: readonly string[]): Promise<ServiceRevision[]> {
  const serviceRevisionArns = [...new Set(arns)].slice(0, DESCRIBED_AT_ONCE);
  if (serviceRevisionArns.length === 0) return [];
  const answer = await told("DescribeServiceRevisions", client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns })));
  return answer.serviceRevisions ?? [];
}

async function containersOf(client: Client, taskDefinition: string): Promise<Container[]> {
  const answer = await told("DescribeTaskDefinition", client.send(new DescribeTaskDefinitionCommand({ taskDefinition })));
  return (answer.taskDefinition?.containerDefinitions ?? []).flatMap(({ name, image, essential }) =>
    name === undefined || image === undefined ? [] : [{ name, image, essential: essential !== false }],
  );
}

interface Answer extends EcsDeploymentQuestion {
  readonly deployment: object | undefined;
  readonly serviceDeployment: ServiceDeployment | undefined;
  readonly revisions: readonly ServiceRevision[];
  readonly containers: readonly Container[] | undefined;
}

/** What of the answers says what was deployed and how it went; counts of tasks, which change from moment to moment, would make each answer another. */
function bodyOf(answer: Answer): Uint8Array {
  const { serviceDeployment: of, revisions, ...rest } = answer;
  const serviceDeployment = of && {
    serviceDeploymentArn: of.serviceDeploymentArn,
    status: of.status,
    statusReason: of.statusReason,
    targetServiceRevision: { arn: of.targetServiceRevision?.arn },
    sourceServiceRevisions: of.sourceServiceRevisions?.map(({ arn }) => ({ arn })),
    createdAt: of.createdAt,
    startedAt: of.startedAt,
    finishedAt: of.finishedAt,
    rollback: of.rollback,
    deploymentCircuitBreaker: { status: of.deploymentCircuitBreaker?.status },
    alarms: { status: of.alarms?.status },
  };
  const described = revisions
    .map(({ serviceRevisionArn, taskDefinition, containerImages, loadBalancers }) => ({
      serviceRevisionArn,
      taskDefinition,
      containerImages,
      loadBalancers: loadBalancers?.map(({ containerName, containerPort }) => ({ containerName, containerPort })),
    }))
    .sort((a, b) => ((a.serviceRevisionArn ?? "") < (b.serviceRevisionArn ?? "") ? -1 : 1));
  return canonicalBytes(JSON.parse(JSON.stringify({ ...rest, serviceDeployment, revisions: described })));
}
