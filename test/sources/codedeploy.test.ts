import { sha256Hex } from "@change-ledger/model";
import { busSource, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { ACCOUNT, createDeployment, REGION, SUBJECT, stateChange } from "./fixtures/codedeploy.ts";
import { bytes, delivery, ofKind, SETTINGS } from "./fixtures/deliveries.ts";

const factOf = (event: unknown) => normalise(delivery("codedeploy", event), "bus", SETTINGS);

describe("busSource", () => {
  it("takes CodeDeploy's events of the default bus and no others", () => {
    for (const detailType of [stateChange("Deployment", "START"), stateChange("Instance", "START"), createDeployment()].map(
      (event) => event["detail-type"],
    ))
      expect(busSource({ source: "aws.codedeploy", detailType })?.system, detailType).toBe("codedeploy");
    expect(busSource({ source: "aws.codedeploy", detailType: "Something else" })).toBeUndefined();
    expect(busSource({ source: "me.codedeploy", detailType: "CodeDeploy Deployment State-change Notification" })).toBeUndefined();
  });
});

describe("a state change", () => {
  it("of a deployment", () => {
    expect(factOf(stateChange("Deployment", "SUCCESS"))).toEqual({
      kind: "deployment-state",
      subject: SUBJECT,
      occurredAt: "2026-03-02T10:00:00.000Z",
      source: {
        system: "codedeploy",
        event: "CodeDeploy Deployment State-change Notification.SUCCESS",
        id: "c071bfbf-83c4-49ca-a6ff-3df053957145",
        auth: "bus",
        norm: 1,
      },
      facts: { application: "cargo", group: "production", state: "Succeeded" },
    });
  });
  it("of an instance", () => {
    expect(factOf(stateChange("Instance", "FAILURE", { instanceId: "i-0aa1", instanceGroupId: "ig-1" }))).toMatchObject({
      kind: "target-state",
      subject: SUBJECT,
      facts: { application: "cargo", group: "production", target: "i-0aa1", instanceGroup: "ig-1", state: "Failed" },
    });
  });
  it.each([
    ["START", "InProgress"],
    ["SUCCESS", "Succeeded"],
    ["FAILURE", "Failed"],
    ["STOP", "Stopped"],
    ["READY", "Ready"],
    ["Created", "Created"],
    ["Queued", "Queued"],
    ["InProgress", "InProgress"],
    ["Baking", "Baking"],
    ["Succeeded", "Succeeded"],
    ["Failed", "Failed"],
    ["Stopped", "Stopped"],
    ["Ready", "Ready"],
  ])("%s of a deployment is %s", (sent, state) => {
    expect(ofKind("deployment-state", factOf(stateChange("Deployment", sent))).facts.state).toBe(state);
  });
  it.each([
    ["START", "InProgress"],
    ["SUCCESS", "Succeeded"],
    ["FAILURE", "Failed"],
    ["STOP", "Unknown"],
    ["READY", "Ready"],
    ["Pending", "Pending"],
    ["Skipped", "Skipped"],
    ["Unknown", "Unknown"],
  ])("%s of an instance is %s", (sent, state) => {
    expect(ofKind("target-state", factOf(stateChange("Instance", sent, { instanceId: "i-1" }))).facts.state).toBe(state);
  });
});

describe("CloudTrail's CreateDeployment", () => {
  it("names the principal, with a session that is an address behind a keyed hash", () => {
    const fact = ofKind("deployment-created", factOf(createDeployment()));
    expect(fact).toMatchObject({ subject: SUBJECT, occurredAt: "2026-03-02T09:59:58.000Z" });
    expect(fact.facts).toEqual({
      application: "cargo",
      group: "production",
      principal: {
        type: "AssumedRole",
        id: expect.stringMatching(/^AROAEXAMPLE:mail-[0-9a-f]{16}$/),
        arn: expect.stringMatching(/^arn:aws:sts::\d+:assumed-role\/Deployers\/mail-[0-9a-f]{16}$/),
        name: "Deployers",
      },
    });
    expect(fact.actor).toEqual({ system: "aws", id: fact.facts.principal.arn, login: "Deployers" });
  });
  it("that failed belongs to the audit chain of its account and region", () => {
    const fact = factOf(createDeployment({ errorCode: "AccessDenied", responseElements: null, userIdentity: null }));
    expect(fact).toMatchObject({
      kind: "deployment-created",
      subject: `audit:codedeploy/${ACCOUNT}/${REGION}`,
      facts: { application: "cargo", error: "AccessDenied", principal: {} },
    });
    expect(fact.actor).toBeUndefined();
  });
});

describe("an event that breaks a rule", () => {
  it.each([
    ["detail.state", stateChange("Deployment", "EXPLODED")],
    ["detail.instanceId", stateChange("Instance", "START")],
    ["detail.deploymentId", stateChange("Deployment", "START", { deploymentId: "d-1/../x" })],
    ["account", { ...stateChange("Deployment", "START"), account: "1" }],
    ["region", { ...stateChange("Deployment", "START"), region: "moon" }],
    ["time", { ...stateChange("Deployment", "START"), time: "now" }],
    ["detail-type", { ...stateChange("Deployment", "START"), "detail-type": "Another" }],
    ["detail.eventName", createDeployment({ eventName: "StopDeployment" })],
    ["detail", { ...stateChange("Deployment", "START"), detail: undefined }],
  ])("is unparsed, names the field %s and keeps its id", (field, event) => {
    const fact = ofKind("unparsed", factOf(event));
    expect(fact.facts.field).toBe(field);
    expect(fact.source.id).toBe("c071bfbf-83c4-49ca-a6ff-3df053957145");
  });
  it.each(["{", "null", "[]", '{"id":5}'])("and has no id is known by its digest: %s", (body) => {
    expect(ofKind("unparsed", factOf(body)).source.id).toBe(`sha256:${sha256Hex(bytes(body))}`);
  });
});
