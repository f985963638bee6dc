import { busSource, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { delivery, ofKind, SETTINGS } from "./fixtures/deliveries.ts";

const ACCOUNT = "123456789012";
/** The events in AWS's shapes. */
const event = (detail: object, more: object = {}) => ({
  version: "0",
  id: "ddca6449-b258-46c0-8653-e0e3a1b2c3d4",
  "detail-type": "ECS Deployment State Change",
  source: "aws.ecs",
  account: ACCOUNT,
  time: "2026-03-02T10:00:31Z",
  region: "eu-central-1",
  resources: [`arn:aws:ecs:eu-central-1:${ACCOUNT}:service/default/shop`],
  detail: { eventType: "INFO", deploymentId: "ecs-svc/123", updatedAt: "2026-03-02T10:00:00Z", ...detail },
  ...more,
});
const factOf = (sent: object) => normalise(delivery("ecs", sent), "bus", SETTINGS);
const state = (eventName: string, reason: string) => ofKind("deployment-state", factOf(event({ eventName, reason })));

describe("ECS's events", () => {
  it("are taken from the default bus, and no others", () => {
    expect(busSource({ source: "aws.ecs", detailType: "ECS Deployment State Change" })?.system).toBe("ecs");
    expect(busSource({ source: "aws.ecs", detailType: "ECS Service Action" })?.system).toBe("ecs");
    expect(busSource({ source: "aws.ecs", detailType: "ECS Task State Change" })).toBeUndefined();
    expect(busSource({ source: "me", detailType: "ECS Deployment State Change" })).toBeUndefined();
  });

  it("of a deployment tell its state, by the clock of the deployment and not of the bus", () => {
    expect(factOf(event({ eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS", reason: "ECS deployment ecs-svc/123 in progress." }))).toEqual({
      kind: "deployment-state",
      subject: `deployment:ecs/${ACCOUNT}/eu-central-1/default/shop/123`,
      occurredAt: "2026-03-02T10:00:00.000Z",
      source: {
        system: "ecs",
        event: "ECS Deployment State Change.SERVICE_DEPLOYMENT_IN_PROGRESS",
        id: "ddca6449-b258-46c0-8653-e0e3a1b2c3d4",
        auth: "bus",
        norm: 1,
      },
      facts: { application: "shop", group: "default", state: "InProgress" },
    });
    expect(state("SERVICE_DEPLOYMENT_COMPLETED", "ECS deployment completed.").facts).toEqual({
      application: "shop",
      group: "default",
      state: "Succeeded",
    });
  });

  it.each([
    ["ECS deployment circuit breaker: task failed to start.", "ECS_TASKS_FAILED"],
    ["ECS deployment failed: tasks failed to start.", "ECS_TASKS_FAILED"],
    ["ECS deployment alarm: alarm detected.", "ECS_ALARM"],
    ["(service shop) tasks failed container health checks", "ECS_HEALTH_CHECK"],
    ["something that nobody has seen", "ECS_DEPLOYMENT_FAILED"],
    ["", "ECS_DEPLOYMENT_FAILED"],
  ])("give a failure's reason as a code, never as prose: %s", (reason, error) => {
    expect(state("SERVICE_DEPLOYMENT_FAILED", reason).facts).toEqual({ application: "shop", group: "default", state: "Failed", error });
  });

  it("of a rollback tell whose revision it puts back", () => {
    const rollback = state("SERVICE_DEPLOYMENT_IN_PROGRESS", "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/099.");
    expect(rollback.facts).toEqual({ application: "shop", group: "default", state: "InProgress", restores: "099" });
  });

  it("of a service go to the deployment that they name, else to the service's own chain", () => {
    const action = (detail: object) =>
      factOf(event({ eventName: "SERVICE_TASK_PLACEMENT_FAILURE", ...detail }, { "detail-type": "ECS Service Action" }));
    expect(action({})).toMatchObject({ kind: "other", subject: `deployment:ecs/${ACCOUNT}/eu-central-1/default/shop/123` });
    expect(action({ deploymentId: null, reason: "RESOURCE:FARGATE" })).toMatchObject({
      kind: "other",
      subject: `audit:ecs/${ACCOUNT}/eu-central-1/default/shop`,
      occurredAt: "2026-03-02T10:00:31.000Z",
      source: { event: "ECS Service Action.SERVICE_TASK_PLACEMENT_FAILURE" },
      facts: {},
    });
  });

  it("take the cluster of an ARN of the old form from beside it", () => {
    const resources = [`arn:aws:ecs:eu-central-1:${ACCOUNT}:service/shop`];
    const clusterArn = `arn:aws:ecs:eu-central-1:${ACCOUNT}:cluster/blue`;
    expect(factOf(event({ eventName: "SERVICE_DEPLOYMENT_COMPLETED", clusterArn }, { resources })).subject).toContain("/blue/shop/123");
    expect(factOf(event({ eventName: "SERVICE_DEPLOYMENT_COMPLETED" }, { resources })).subject).toContain("/default/shop/123");
  });

  it.each([
    ["detail.eventName", event({ eventName: "SERVICE_DEPLOYMENT_PAUSED" })],
    ["detail.deploymentId", event({ eventName: "SERVICE_DEPLOYMENT_FAILED", deploymentId: "ecs-svc/../x" })],
    ["resources", event({ eventName: "SERVICE_DEPLOYMENT_FAILED" }, { resources: ["arn:aws:ecs:eu-central-1:1:service/a/b c"] })],
    ["resources", event({ eventName: "SERVICE_DEPLOYMENT_FAILED" }, { resources: [] })],
    ["detail-type", event({ eventName: "SERVICE_DEPLOYMENT_FAILED" }, { "detail-type": "ECS Task State Change" })],
    ["account", event({ eventName: "SERVICE_DEPLOYMENT_FAILED" }, { account: "1" })],
  ])("that break a rule are unparsed, naming %s", (field, sent) => {
    expect(factOf(sent)).toMatchObject({ kind: "unparsed", facts: { field } });
  });
});
