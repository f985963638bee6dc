import { ECSClient } from "@aws-sdk/client-ecs";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { afterEach, describe, expect, it } from "vitest";
import { ecsLookups } from "../../packages/aws/ecs.ts";
import { lookUpPorts } from "../../packages/aws/wiring.ts";
import { type Answer, type Asked, type Server, serve } from "./wire.ts";

const OF = { account: "123456789012", region: "eu-central-1", cluster: "default", service: "shop", deploymentId: "5577006791947779410" };
const FORMER = "4980306466373577095";
const arn = (of: string) => `arn:aws:ecs:eu-central-1:123456789012:${of}`;
const revisionArn = (id: string) => arn(`service-revision/default/shop/${id}`);
const digest = (of: string) => `sha256:${of.repeat(32)}`;
const once = { region: OF.region, credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" }, maxAttempts: 1 };

let open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.map((server) => server.close()));
  open = [];
});
const operation = (asked: Asked) => String(asked.headers["x-amz-target"]).replace("AmazonEC2ContainerServiceV20141113.", "");
const fault = (type: string, status = 400): Answer => ({ status, body: { __type: type, message: "secret" } });

const serviceDeployment = (name: string, target: string, createdAt: number, more: object = {}) => ({
  serviceDeploymentArn: arn(`service-deployment/default/shop/${name}`),
  serviceArn: arn("service/default/shop"),
  clusterArn: arn("cluster/default"),
  status: "IN_PROGRESS",
  targetServiceRevision: { arn: revisionArn(target), requestedTaskCount: 2, runningTaskCount: 1, pendingTaskCount: 1 },
  sourceServiceRevisions: [{ arn: revisionArn(FORMER), requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 }],
  createdAt,
  updatedAt: createdAt + 5,
  startedAt: createdAt + 1,
  deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
  deploymentCircuitBreaker: { status: "MONITORING", failureCount: 0, threshold: 3 },
  ...more,
});
const revision = (id: string, version: number, of: string) => ({
  serviceRevisionArn: revisionArn(id),
  taskDefinition: arn(`task-definition/shop:${version}`),
  launchType: "FARGATE",
  loadBalancers: [{ targetGroupArn: "arn:…", containerName: "web", containerPort: 80 }],
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
  containerImages: [
    { containerName: "web", image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:latest", imageDigest: digest(of) },
    { containerName: "proxy", image: "public.ecr.aws/envoy:v1", imageDigest: digest("00") },
  ],
  createdAt: 1772445600,
});

/** An ECS of one service. */
async function ecs(
  state: { under?: readonly object[]; deployments?: readonly object[]; revisions?: readonly object[]; containers?: readonly object[] },
  instead: Readonly<Record<string, Answer>> = {},
) {
  const { under = [], deployments = [], revisions = [] } = state;
  const server = await serve((asked) => {
    const name = operation(asked);
    if (instead[name] !== undefined) return instead[name];
    const input = JSON.parse(asked.body) as { serviceDeploymentArns?: string[]; serviceRevisionArns?: string[] };
    switch (name) {
      case "DescribeServices":
        return { body: { services: [{ serviceName: "shop", status: "ACTIVE", deployments: under }], failures: [] } };
      case "ListServiceDeployments":
        return { body: { serviceDeployments: deployments.map((one) => ({ ...one, targetServiceRevisionArn: "…" })) } };
      case "DescribeServiceDeployments":
        return {
          body: {
            serviceDeployments: deployments.filter((one) =>
              input.serviceDeploymentArns?.includes((one as { serviceDeploymentArn: string }).serviceDeploymentArn),
            ),
          },
        };
      case "DescribeServiceRevisions":
        return {
          body: {
            serviceRevisions: revisions.filter((one) =>
              input.serviceRevisionArns?.includes((one as { serviceRevisionArn: string }).serviceRevisionArn),
            ),
          },
        };
      case "DescribeTaskDefinition":
        return { body: { taskDefinition: { containerDefinitions: state.containers ?? [] } } };
      default:
        return fault("UnknownOperationException");
    }
  });
  open.push(server);
  const lookups = ecsLookups(() => new ECSClient({ ...once, endpoint: server.url }));
  return { lookups, asked: server.asked };
}
const factOf = (body: Uint8Array) =>
  normalise({ system: "ecs-lookup", receivedAt: "2026-11-21T00:00:00.000Z", headers: {}, body }, "api", DEFAULT_SETTINGS);
const under = (version: number, more: object = {}) => ({
  id: `ecs-svc/${OF.deploymentId}`,
  status: "PRIMARY",
  taskDefinition: arn(`task-definition/shop:${version}`),
  rolloutState: "IN_PROGRESS",
  createdAt: 1772445600,
  runningCount: 1,
  ...more,
});
const revisions = [revision(OF.deploymentId, 7, "ab"), revision(FORMER, 6, "cd")];

describe("a deployment of ECS", () => {
  it("is found by the number of the revision that it brings, and says which image that is and which was before", async () => {
    const { lookups, asked } = await ecs({
      under: [under(7)],
      deployments: [serviceDeployment("b", "1", 1772445500), serviceDeployment("a", OF.deploymentId, 1772445600)],
      revisions,
    });
    const body = await lookups.describeDeployment(OF);
    expect(factOf(body)).toMatchObject({
      kind: "deployment-lookup",
      subject: "deployment:ecs/123456789012/eu-central-1/default/shop/5577006791947779410",
      facts: {
        state: "InProgress",
        createdAt: "2026-03-02T10:00:00.000Z",
        revision: {
          location: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@${digest("ab")}`,
          definition: arn("task-definition/shop:7"),
        },
        previousRevision: { location: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@${digest("cd")}` },
      },
    });
    expect(asked.map(operation)).toEqual([
      "DescribeServices",
      "ListServiceDeployments",
      "DescribeServiceDeployments",
      "DescribeServiceRevisions",
    ]);
    expect(await lookups.describeDeployment(OF)).toEqual(body);
    // Counts of tasks change from moment to moment; where it runs is nobody's business here.
    expect(Buffer.from(body).toString()).not.toMatch(/TaskCount|subnet/);
  });
  it("is still found when the service lists it no more", async () => {
    const { lookups } = await ecs({
      deployments: [serviceDeployment("a", OF.deploymentId, 1772445600, { status: "SUCCESSFUL", finishedAt: 1772445900 })],
      revisions,
    });
    expect(factOf(await lookups.describeDeployment(OF)).facts).toMatchObject({
      state: "Succeeded",
      completedAt: "2026-03-02T10:05:00.000Z",
    });
  });
  it("that rolls back is found by the revision that it puts back", async () => {
    const rollback = { reason: "circuit breaker", startedAt: 1772445700, serviceRevisionArn: revisionArn(OF.deploymentId) };
    const { lookups } = await ecs({
      under: [under(7)],
      deployments: [serviceDeployment("a", "99", 1772445600, { status: "ROLLBACK_SUCCESSFUL", rollback })],
      revisions,
    });
    expect(factOf(await lookups.describeDeployment(OF)).facts).toMatchObject({
      state: "Succeeded",
      creator: "ecsRollback",
      revision: { definition: arn("task-definition/shop:7") },
    });
  });
  it("of which no revision has the number is the latest of its task definition", async () => {
    const numbers = [revision("1", 7, "ab"), revision("2", 7, "ef"), revision("3", 8, "cd"), revision(FORMER, 6, "cd")];
    const deployments = [
      serviceDeployment("a", "1", 1772445500),
      serviceDeployment("b", "2", 1772445600),
      serviceDeployment("c", "3", 1772445700),
    ];
    const { lookups } = await ecs({ under: [under(7)], deployments, revisions: numbers });
    expect(factOf(await lookups.describeDeployment(OF)).facts).toMatchObject({
      revision: { location: expect.stringContaining(digest("ef")) },
    });
  });
  it("without a history is what its task definition says", async () => {
    const containers = [
      {
        name: "web",
        image: `registry.example/shop@${digest("ab")}`,
        essential: true,
        environment: [{ name: "PASSWORD", value: "secret" }],
      },
    ];
    const { lookups } = await ecs({ under: [under(7)], containers }, { ListServiceDeployments: fault("AccessDeniedException") });
    const body = await lookups.describeDeployment(OF);
    expect(factOf(body).facts).toMatchObject({ state: "InProgress", revision: { location: `registry.example/shop@${digest("ab")}` } });
    expect(Buffer.from(body).toString()).not.toContain("secret");
  });
  it("that the service does not know is not found", async () => {
    for (const answer of [
      {},
      { DescribeServices: { body: { services: [], failures: [{ reason: "MISSING" }] } } },
      { DescribeServices: fault("ClusterNotFoundException") },
    ]) {
      const { lookups } = await ecs({}, answer);
      await expect(lookups.describeDeployment(OF)).rejects.toMatchObject({ code: "not-found" });
    }
  });
  it.each([
    ["DescribeServices", fault("AccessDeniedException"), "denied"],
    ["ListServiceDeployments", fault("ThrottlingException"), "throttled"],
    ["DescribeServiceDeployments", fault("ServerException", 500), "unavailable"],
    ["DescribeServiceRevisions", fault("AccessDeniedException"), "denied"],
  ] as const)("whose %s fails has no answer for a stable reason", async (name, answer, code) => {
    const { lookups } = await ecs(
      { under: [under(7)], deployments: [serviceDeployment("a", OF.deploymentId, 1772445600)], revisions },
      { [name]: answer },
    );
    await expect(lookups.describeDeployment(OF)).rejects.toMatchObject({ name: "LookupError", code });
  });
  it("of another account is denied without a call: one of ours may bear the same name", async () => {
    const environment = {
      LEDGER_TABLE: "ledger",
      ARCHIVE_BUCKET: "archive",
      RETENTION_MODE: "GOVERNANCE",
      RETENTION_DAYS: "1",
      LOOKUP_ACCOUNT: "999999999999",
    };
    const { sources } = lookUpPorts({ pullRequestCommits: undefined }, environment);
    await expect(sources.ecsDeployment?.(OF)).rejects.toMatchObject({ name: "LookupError", code: "denied" });
  });
});
