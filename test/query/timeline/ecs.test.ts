import type { Subject } from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { chainOf } from "../chain.ts";
import { fact, minute, roles, sha, timeline } from "./group.ts";

const at = (id: string): Subject => `deployment:ecs/1/eu-west-1/blue/shop/${id}`;
const about = { application: "shop", group: "blue" };
const chain = (id: string, ...states: readonly (readonly [number, object])[]) =>
  chainOf(
    at(id),
    states.map(([n, said]) => fact(minute(n), "deployment-state", { ...about, ...said })),
  );

describe("ECS's deployments in a timeline", () => {
  it("say why ECS gave up where nothing befell the service", () => {
    for (const [error, expected] of [
      ["ECS_TASKS_FAILED", "tasks-failed"],
      ["ECS_HEALTH_CHECK", "health-check"],
      ["ECS_ALARM", "alarm"],
      ["ECS_DEPLOYMENT_FAILED", "unknown"],
    ] as const) {
      const shown = timeline(at("2"), [chain("2", [10, { state: "InProgress" }], [16, { state: "Failed", error }])]);
      expect(shown?.failure).toMatchObject({ class: expected, code: error });
    }
  });
  it("are told from AWS's own events: a service that tasks cannot be placed for, and the circuit breaker's rollback", () => {
    const event = (id: string, n: number, detail: object, more: object = {}) =>
      normalise(
        {
          system: "ecs",
          receivedAt: minute(n),
          headers: {},
          body: Buffer.from(
            JSON.stringify({
              version: "0",
              id: `ddca6449-b258-46c0-8653-${String(n).padStart(12, "0")}`,
              "detail-type": "ECS Deployment State Change",
              source: "aws.ecs",
              account: "111122223333",
              time: minute(n),
              region: "us-west-2",
              resources: ["arn:aws:ecs:us-west-2:111122223333:service/default/servicetest"],
              detail: { eventType: "INFO", deploymentId: `ecs-svc/${id}`, updatedAt: minute(n), ...detail },
              ...more,
            }),
          ),
        },
        "bus",
        DEFAULT_SETTINGS,
      );
    const trouble = {
      eventType: "ERROR",
      eventName: "SERVICE_TASK_PLACEMENT_FAILURE",
      clusterArn: "arn:aws:ecs:us-west-2:111122223333:cluster/default",
      capacityProviderArns: ["arn:aws:ecs:us-west-2:111122223333:capacity-provider/FARGATE_SPOT"],
      reason: "RESOURCE:FARGATE",
      createdAt: minute(13),
      deploymentId: undefined,
    };
    const facts = [
      event("122", 0, { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS", reason: "ECS deployment ecs-svc/122 in progress." }),
      event("122", 3, { eventName: "SERVICE_DEPLOYMENT_COMPLETED", reason: "ECS deployment ecs-svc/122 completed." }),
      event("123", 10, { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS", reason: "ECS deployment ecs-svc/123 in progress." }),
      event("", 13, trouble, { "detail-type": "ECS Service Action" }),
      event("123", 16, {
        eventType: "ERROR",
        eventName: "SERVICE_DEPLOYMENT_FAILED",
        reason: "ECS deployment circuit breaker: task failed to start.",
      }),
      event("124", 17, {
        eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS",
        reason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/122.",
      }),
      event("124", 19, { eventName: "SERVICE_DEPLOYMENT_COMPLETED", reason: "ECS deployment ecs-svc/124 completed." }),
    ];
    const told = [...Map.groupBy(facts, ({ subject }) => subject)].map(([subject, some]) =>
      chainOf(
        subject,
        some.map(({ occurredAt, source, kind, facts: said }) => fact(occurredAt, kind, said, source)),
      ),
    );
    const of = (id: string): Subject => `deployment:ecs/111122223333/us-west-2/default/servicetest/${id}`;
    expect(timeline(of("123"), told)).toMatchObject({
      application: "servicetest",
      group: "default",
      outcome: "failed",
      failure: { class: "no-capacity", consequence: { class: "tasks-failed" } },
      restored: { deployment: of("124") },
      recovery: { by: "rollback" },
      running: { deployment: of("124") },
    });
    expect(roles(timeline(of("123"), told))).toEqual([
      ["122", "last-good"],
      ["123", "attempt"],
      ["124", "rollback"],
    ]);
  });
  it("show what was deployed and what was before, as look-ups resolved it, and claim no list of targets", () => {
    const image = (digit: string) => `registry.example/shop@sha256:${digit.repeat(64)}`;
    const revision = (digit: string) => ({ type: "ECS", location: image(digit), unresolved: "an image's name tells no commit" });
    const looked = chainOf(at("5"), [
      fact(minute(1), "deployment-state", { ...about, state: "InProgress" }),
      fact(minute(2), "deployment-lookup", {
        ...about,
        state: "Succeeded",
        revision: revision("a"),
        previousRevision: revision("b"),
        targets: [],
      }),
      fact(minute(3), "artifact", { location: image("a"), repository: "acme/shop", commit: sha("c"), by: "image-label" }),
      fact(minute(3), "artifact", { location: image("a"), repository: "acme/shop", commit: sha("d"), by: "provenance" }),
      fact(minute(3), "artifact", { location: image("b"), by: "image-label", unresolved: "the image's labels name no full commit id" }),
    ]);
    const shown = timeline(at("5"), [looked]);
    expect(shown).toMatchObject({
      deployed: { revision: { commit: sha("d"), by: "provenance", repository: "acme/shop" } },
      previous: { revision: { unresolved: "the image's labels name no full commit id" } },
      blastRadius: { counted: false, total: 0 },
    });
    expect(shown?.lanes.find(({ lane }) => lane === "deployment")?.marks.map(({ what }) => what)).toEqual(
      expect.arrayContaining([`${sha("c").slice(0, 12)} by image-label`, "the image's labels name no full commit id"]),
    );
  });
});
