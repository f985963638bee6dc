import { sha256Hex } from "@change-ledger/model";
import { COMMIT_METADATA, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { ACCOUNT, lifecycleEvent, lookup, REGION, SHA, SUBJECT } from "./fixtures/codedeploy.ts";
import { bytes, delivery, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";

const factOf = (body: unknown) => normalise(delivery("codedeploy-lookup", body), "api", SETTINGS);
const facts = (body: unknown) => ofKind("deployment-lookup", factOf(body)).facts;
const s3 = { revisionType: "S3", s3Location: { bucket: "builds", key: "cargo/1.zip", version: "v1", eTag: "e" } };
const LOCATION = "s3://builds/cargo/1.zip?versionId=v1";

describe("an answer of CodeDeploy", () => {
  it("becomes a fact of the deployment, known by its content", () => {
    const body = lookup();
    const digest = sha256Hex(bytes(body)).slice(0, 32);
    expect(factOf(body)).toEqual({
      kind: "deployment-lookup",
      subject: SUBJECT,
      occurredAt: "2026-03-02T10:05:00.000Z",
      source: { system: "codedeploy-lookup", event: "GetDeployment", id: `lookup/d-ABC123/${digest}`, auth: "api", norm: 2 },
      facts: {
        application: "cargo",
        group: "production",
        config: "CodeDeployDefault.OneAtATime",
        state: "Succeeded",
        creator: "user",
        revision: { type: "GitHub", repository: "acme/cargo", commit: SHA, by: "revision" },
        createdAt: "2026-03-02T10:00:00.000Z",
        startedAt: "2026-03-02T10:00:05.250Z",
        completedAt: "2026-03-02T10:05:00.000Z",
        targets: [],
      },
    });
  });

  it("tells both ends of a rollback", () => {
    const failed = { status: "Failed", errorInformation: { code: "HEALTH_CONSTRAINTS", message: "secret" } };
    const rolledBack = facts(
      lookup({ ...failed, rollbackInfo: { rollbackDeploymentId: "d-BACK", rollbackTriggeringDeploymentId: "d-ABC123" } }),
    );
    expect(rolledBack).toMatchObject({ state: "Failed", error: "HEALTH_CONSTRAINTS", rolledBackBy: "d-BACK" });
    expect(rolledBack.rollsBack).toBeUndefined();
    const rollback = facts(
      lookup({ creator: "codeDeployRollback", rollbackInfo: { rollbackTriggeringDeploymentId: "d-BAD", rollbackDeploymentId: "" } }),
    );
    expect(rollback).toMatchObject({ creator: "codeDeployRollback", rollsBack: "d-BAD" });
    expect(rollback.rolledBackBy).toBeUndefined();
  });

  it("keeps of targets what failed, with error code and script, and no log", () => {
    const done = {
      targetId: "i-1",
      status: "Succeeded",
      lastUpdatedAt: "2026-03-02T10:03:00Z",
      lifecycleEvents: [lifecycleEvent("Install", "Succeeded")],
    };
    const broken = {
      targetId: "i-2",
      status: "Failed",
      lifecycleEvents: [
        lifecycleEvent("Install", "Succeeded"),
        lifecycleEvent("ValidateService", "Failed", { errorCode: "ScriptFailed", scriptName: "check.sh" }),
      ],
    };
    const body = lookup(
      {},
      {
        deploymentTargets: [
          { deploymentTargetType: "InstanceTarget", instanceTarget: done },
          { deploymentTargetType: "InstanceTarget", instanceTarget: broken },
          {
            deploymentTargetType: "ECSTarget",
            ecsTarget: { targetId: "svc", status: "Succeeded", lifecycleEvents: [lifecycleEvent("AfterInstall", "Skipped")] },
          },
          { deploymentTargetType: "LambdaTarget", lambdaTarget: { targetId: "fn", status: "Pending" } },
          { deploymentTargetType: "CloudFormationTarget", cloudFormationTarget: { targetId: "cfn", status: "Succeeded" } },
          { deploymentTargetType: "NewTarget" },
        ],
      },
    );
    const times = { start: "2026-03-02T10:01:00.000Z", end: "2026-03-02T10:02:00.000Z" };
    expect(facts(body).targets).toEqual([
      { id: "i-1", type: "InstanceTarget", status: "Succeeded", updatedAt: "2026-03-02T10:03:00.000Z", lifecycle: [] },
      {
        id: "i-2",
        type: "InstanceTarget",
        status: "Failed",
        lifecycle: [
          { name: "Install", status: "Succeeded", ...times },
          { name: "ValidateService", status: "Failed", ...times, error: "ScriptFailed", script: "check.sh" },
        ],
      },
      { id: "svc", type: "ECSTarget", status: "Succeeded", lifecycle: [{ name: "AfterInstall", status: "Skipped", ...times }] },
      { id: "fn", type: "LambdaTarget", status: "Pending", lifecycle: [] },
      { id: "cfn", type: "CloudFormationTarget", status: "Succeeded", lifecycle: [] },
      { id: "unknown", type: "NewTarget", status: "Unknown", lifecycle: [] },
    ]);
    expect(JSON.stringify(factOf(body))).not.toContain("secret");
  });
});

describe("the commit of a revision", () => {
  it.each(COMMIT_METADATA)("is read from the S3 object's metadata under %s", (name) => {
    const metadata = { [LOCATION]: { [name]: ` ${SHA.toUpperCase()}`, "git-repository": "git@github.com:acme/cargo.git" } };
    expect(facts(lookup({ revision: s3 }, { objectMetadata: metadata })).revision).toEqual({
      type: "S3",
      repository: "acme/cargo",
      commit: SHA,
      location: LOCATION,
      by: "object-metadata",
    });
  });
  it("of the previous revision comes from its own object", () => {
    const found = facts(lookup({ previousRevision: s3 }, { objectMetadata: { [LOCATION]: { commit: SHA } } }));
    expect(found.previousRevision).toMatchObject({ commit: SHA, by: "object-metadata" });
  });
  it.each([
    ["the object's metadata could not be read", s3, undefined],
    ["the object's metadata could not be read", s3, { "s3://builds/other": { commit: SHA } }],
    ["the object's metadata names no full commit id", s3, { [LOCATION]: { commit: SHA.slice(0, 7) } }],
    [
      "the revision names no full commit id",
      { revisionType: "GitHub", gitHubLocation: { repository: "acme/cargo", commitId: "main" } },
      undefined,
    ],
    ["a revision of type String names no commit", { revisionType: "String", string: { content: "secret" } }, undefined],
    [
      "a revision of type AppSpecContent names no commit",
      { revisionType: "AppSpecContent", appSpecContent: { content: "secret" } },
      undefined,
    ],
    ["a revision of type unknown names no commit", { revisionType: "Novel" }, undefined],
    ["a revision of type unknown names no commit", undefined, undefined],
  ])("is unresolved: %s", (reason, revision, objectMetadata) => {
    const found = facts(lookup({ revision }, { objectMetadata })).revision;
    expect(found.unresolved).toBe(reason);
    expect(found.commit).toBeUndefined();
    expect(JSON.stringify(found)).not.toContain("secret");
  });
});

describe("a look-up without an answer", () => {
  it("is recorded as unresolved", () => {
    const body = { account: ACCOUNT, region: REGION, deploymentId: "d-ABC123", unresolved: { reason: "throttled", attempts: 8 } };
    expect(factOf(body)).toMatchObject({
      kind: "unresolved",
      subject: SUBJECT,
      occurredAt: RECEIVED_AT,
      facts: { asked: "deployment", attempts: 8, reason: "throttled" },
    });
  });
  it.each([
    ["deploymentInfo.status", lookup({ status: "Weird" })],
    ["deploymentInfo.completeTime", lookup({ completeTime: 1e300 })],
    ["deploymentInfo", { account: ACCOUNT, region: REGION, deploymentId: "d-1" }],
    ["unresolved.attempts", { account: ACCOUNT, region: REGION, deploymentId: "d-1", unresolved: { reason: "x", attempts: 0 } }],
    ["deploymentId", lookup({}, { deploymentId: "" })],
  ])("that breaks a rule is unparsed and names %s", (field, body) => {
    expect(ofKind("unparsed", factOf(body)).facts.field).toBe(field);
  });
});

describe("what was deployed, where the revision is an AppSpec file", () => {
  const DEFINITION = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/cargo:7`;
  const FORMER = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/cargo:6`;
  const DIGEST = `sha256:${"ab".repeat(32)}`;
  const image = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/cargo@${DIGEST}`;
  const appSpec = (definition: string, container = "web") => ({
    revisionType: "AppSpecContent",
    appSpecContent: {
      content: JSON.stringify({
        version: 1,
        Resources: [
          {
            TargetService: {
              Type: "AWS::ECS::Service",
              Properties: { TaskDefinition: definition, LoadBalancerInfo: { ContainerName: container, ContainerPort: 80 } },
            },
          },
        ],
      }),
      sha256: "00",
    },
  });
  const yaml = {
    revisionType: "String",
    string: {
      content: `version: 0.0\n# TaskDefinition: ${FORMER}\nResources:\n  - TargetService:\n      Properties:\n        TaskDefinition: "${DEFINITION}"\n        LoadBalancerInfo:\n          ContainerName: web\n`,
    },
  };
  const containers = [
    { name: "proxy", image: "public.ecr.aws/envoy:v1", essential: true },
    { name: "web", image, essential: true },
  ];
  it.each([
    ["JSON", appSpec(DEFINITION)],
    ["YAML", yaml],
  ])("is the image of the container that the load balancer names (%s)", (_, revision) => {
    const found = facts(
      lookup(
        { revision, previousRevision: appSpec(FORMER) },
        { taskDefinitions: { [DEFINITION]: containers, [FORMER]: [{ name: "web", image: "registry.example:5000/cargo:v1" }] } },
      ),
    );
    expect(found.revision).toEqual({
      type: "ECS",
      location: image,
      definition: DEFINITION,
      unresolved: "an image's name tells no commit",
    });
    expect(found.previousRevision).toEqual({
      type: "ECS",
      definition: FORMER,
      unresolved: "the image is named by a tag, which can come to mean another",
    });
  });
  it("stays unknown where several containers may be the application, or the task definition could not be read", () => {
    const of = (revision: object, taskDefinitions?: object) => facts(lookup({ revision }, { taskDefinitions })).revision;
    expect(of(appSpec(DEFINITION, "neither"), { [DEFINITION]: containers }).unresolved).toBe(
      "of several containers none is known to be the application",
    );
    expect(of(appSpec(DEFINITION)).unresolved).toBe("the task definition's containers could not be read");
    expect(of(appSpec("cargo:7"))).toEqual({ type: "AppSpecContent", unresolved: "a revision of type AppSpecContent names no commit" });
  });

  const traffic = (...infos: object[]) => ({
    deploymentTargets: infos.map((lambdaFunctionInfo) => ({
      deploymentTargetType: "LambdaTarget",
      lambdaTarget: { targetId: "fn", status: "Succeeded", lambdaFunctionInfo },
    })),
  });
  it("is a function's version, and before it the one that the alias named", () => {
    const info = { functionName: "pay", functionAlias: "live", currentVersion: "6", targetVersion: "7", targetVersionWeight: 1 };
    const arn = (version: number) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:pay:${version}`;
    const revision = { revisionType: "AppSpecContent", appSpecContent: { content: "{}" } };
    const found = facts(lookup({ revision }, traffic(info)));
    expect(found.revision).toEqual({ type: "Lambda", location: arn(7), unresolved: "a function's version names no commit" });
    expect(found.previousRevision).toMatchObject({ location: arn(6) });
    // Traffic that stays where it was says nothing of what was before; an alias and $LATEST can come to mean other code.
    expect(facts(lookup({ revision }, traffic({ ...info, currentVersion: "7" }))).previousRevision).toBeUndefined();
    for (const infos of [[{ ...info, targetVersion: "$LATEST" }], [info, { ...info, functionName: "other" }]])
      expect(facts(lookup({ revision }, traffic(...infos))).revision).toEqual({
        type: "Lambda",
        unresolved: "the deployment names no version of just one function",
      });
    // Where the bundle itself names the commit, it is believed.
    expect(facts(lookup({}, traffic(info))).revision).toMatchObject({ type: "GitHub", commit: SHA });
  });
});
