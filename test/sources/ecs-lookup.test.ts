import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { delivery, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";
const ID = "5577006791947779410";
const FORMER = "4980306466373577095";
const DIGEST = `sha256:${"ab".repeat(32)}`;
const BEFORE = `sha256:${"cd".repeat(32)}`;
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const revisionArn = (id: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:service-revision/default/shop/${id}`;
const definition = (version: number) => `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/shop:${version}`;

const revision = (id: string, version: number, imageDigest: string, more: object = {}) => ({
  serviceRevisionArn: revisionArn(id),
  serviceArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/default/shop`,
  clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/default`,
  taskDefinition: definition(version),
  launchType: "FARGATE",
  loadBalancers: [{ containerName: "web", containerPort: 80, targetGroupArn: "arn:…" }],
  containerImages: [
    { containerName: "web", image: `${REGISTRY}/shop:v${version}`, imageDigest },
    { containerName: "proxy", image: "public.ecr.aws/envoy:v1", imageDigest: `sha256:${"00".repeat(32)}` },
  ],
  createdAt: "2026-03-02T09:59:59Z",
  ...more,
});
const serviceDeployment = (more: object = {}) => ({
  serviceDeploymentArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service-deployment/default/shop/NCWGC2ZR-taawPAYrIaU5`,
  status: "SUCCESSFUL",
  targetServiceRevision: { arn: revisionArn(ID), requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
  sourceServiceRevisions: [{ arn: revisionArn(FORMER), requestedTaskCount: 0 }],
  createdAt: "2026-03-02T10:00:00Z",
  startedAt: 1772445601.5,
  finishedAt: "2026-03-02T10:05:00Z",
  deploymentCircuitBreaker: { status: "MONITORING_COMPLETE", failureCount: 0, threshold: 3 },
  ...more,
});
const answer = (more: object = {}) => ({
  account: ACCOUNT,
  region: REGION,
  cluster: "default",
  service: "shop",
  deploymentId: ID,
  serviceDeployment: serviceDeployment(),
  revisions: [revision(ID, 7, DIGEST), revision(FORMER, 6, BEFORE)],
  ...more,
});
const factOf = (body: object) => normalise(delivery("ecs-lookup", body), "api", SETTINGS);
const facts = (body: object) => ofKind("deployment-lookup", factOf(body)).facts;

describe("an answer of ECS", () => {
  it("tells the image that was deployed, and the one before, by their digests", () => {
    expect(factOf(answer())).toEqual({
      kind: "deployment-lookup",
      subject: `deployment:ecs/${ACCOUNT}/${REGION}/default/shop/${ID}`,
      occurredAt: "2026-03-02T10:05:00.000Z",
      source: {
        system: "ecs-lookup",
        event: "DescribeServiceDeployments",
        id: expect.stringMatching(new RegExp(`^lookup/${ID}/[0-9a-f]{32}$`)),
        auth: "api",
        norm: 1,
      },
      facts: {
        application: "shop",
        group: "default",
        state: "Succeeded",
        revision: {
          type: "ECS",
          location: `${REGISTRY}/shop@${DIGEST}`,
          definition: definition(7),
          unresolved: "an image's name tells no commit",
        },
        previousRevision: {
          type: "ECS",
          location: `${REGISTRY}/shop@${BEFORE}`,
          definition: definition(6),
          unresolved: "an image's name tells no commit",
        },
        createdAt: "2026-03-02T10:00:00.000Z",
        startedAt: "2026-03-02T10:00:01.500Z",
        completedAt: "2026-03-02T10:05:00.000Z",
        targets: [],
      },
    });
  });

  it.each([
    ["PENDING", {}, "Created", undefined],
    ["IN_PROGRESS", {}, "InProgress", undefined],
    ["STOPPED", {}, "Stopped", undefined],
    ["NEVER_HEARD_OF", {}, "Created", undefined],
    [
      "ROLLBACK_IN_PROGRESS",
      { statusReason: "Service deployment rolled back because the circuit breaker threshold was exceeded." },
      "Failed",
      "ECS_TASKS_FAILED",
    ],
    ["ROLLBACK_SUCCESSFUL", { deploymentCircuitBreaker: { status: "TRIGGERED" } }, "Failed", "ECS_TASKS_FAILED"],
    ["ROLLBACK_FAILED", { alarms: { status: "TRIGGERED" }, deploymentCircuitBreaker: { status: "MONITORING" } }, "Failed", "ECS_ALARM"],
    ["ROLLBACK_SUCCESSFUL", { statusReason: "tasks failed ELB health checks" }, "Failed", "ECS_HEALTH_CHECK"],
    ["ROLLBACK_SUCCESSFUL", {}, "Failed", "ECS_DEPLOYMENT_FAILED"],
  ])("in the state %s (%j) is %s", (status, more, state, error) => {
    const found = facts(answer({ serviceDeployment: serviceDeployment({ status, ...more }) }));
    expect(found.state).toBe(state);
    expect(found.error).toBe(error);
  });

  it("of a deployment that puts a former revision back says so, and which image that is", () => {
    const rolledBack = serviceDeployment({
      status: "ROLLBACK_SUCCESSFUL",
      targetServiceRevision: { arn: revisionArn(ID) },
      rollback: { reason: "circuit breaker", startedAt: "2026-03-02T10:03:00Z", serviceRevisionArn: revisionArn(FORMER) },
    });
    const rollback = facts(answer({ deploymentId: FORMER, serviceDeployment: rolledBack }));
    expect(rollback).toMatchObject({ state: "Succeeded", creator: "ecsRollback", revision: { location: `${REGISTRY}/shop@${BEFORE}` } });
    const attempt = facts(answer({ serviceDeployment: rolledBack }));
    expect(attempt).toMatchObject({ state: "Failed", revision: { location: `${REGISTRY}/shop@${DIGEST}` } });
    expect(attempt).not.toHaveProperty("creator");
  });

  it("without a service's history falls back on what its task definition says by itself", () => {
    const alone = (containers: object[]) =>
      facts(
        answer({
          serviceDeployment: undefined,
          revisions: undefined,
          deployment: { id: `ecs-svc/${ID}`, taskDefinition: definition(7), rolloutState: "COMPLETED", createdAt: "2026-03-02T10:00:00Z" },
          containers,
        }),
      );
    expect(alone([{ name: "web", image: `${REGISTRY}/shop@${DIGEST}` }])).toMatchObject({
      state: "Succeeded",
      revision: { location: `${REGISTRY}/shop@${DIGEST}`, definition: definition(7) },
    });
    expect(alone([{ name: "web", image: `${REGISTRY}/shop:v7` }]).revision).toEqual({
      type: "ECS",
      definition: definition(7),
      unresolved: "the image is named by a tag, which can come to mean another",
    });
    const essential = [
      { name: "web", image: `${REGISTRY}/shop@${DIGEST}`, essential: true },
      { name: "logs", image: "x:1", essential: false },
    ];
    expect(alone(essential).revision.location).toBe(`${REGISTRY}/shop@${DIGEST}`);
  });

  it("says nothing of what was before where several revisions ran side by side", () => {
    const sources = [{ arn: revisionArn(FORMER) }, { arn: revisionArn("1") }];
    const of = (more: object[]) =>
      facts(
        answer({ serviceDeployment: serviceDeployment({ sourceServiceRevisions: sources }), revisions: [...answer().revisions, ...more] }),
      );
    expect(of([])).not.toHaveProperty("previousRevision");
    expect(of([revision("1", 5, DIGEST)])).not.toHaveProperty("previousRevision");
    expect(of([revision("1", 5, BEFORE)]).previousRevision).toMatchObject({ location: `${REGISTRY}/shop@${BEFORE}` });
  });

  it("that never came is unresolved, with the reason", () => {
    const { account, region, cluster, service, deploymentId } = answer();
    const body = { account, region, cluster, service, deploymentId, unresolved: { reason: "denied", attempts: 5 } };
    expect(factOf(body)).toMatchObject({
      kind: "unresolved",
      subject: `deployment:ecs/${ACCOUNT}/${REGION}/default/shop/${ID}`,
      occurredAt: RECEIVED_AT,
      facts: { asked: "deployment", attempts: 5, reason: "denied" },
    });
  });

  it.each([
    ["cluster", answer({ cluster: "a/b" })],
    ["deploymentId", answer({ deploymentId: "../x" })],
    ["serviceDeployment.status", answer({ serviceDeployment: serviceDeployment({ status: "" }) })],
    ["serviceDeployment.createdAt", answer({ serviceDeployment: serviceDeployment({ createdAt: "yesterday" }) })],
  ])("that breaks a rule is unparsed, naming %s", (field, body) => {
    expect(factOf(body)).toMatchObject({ kind: "unparsed", facts: { field } });
  });
});
