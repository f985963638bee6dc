import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
} from "@aws-sdk/client-codedeploy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeDeployService, DeploymentRecords } from "../../packages/local/codedeploy.ts";
import { LocalError, ServiceFault } from "../../packages/local/fault.ts";
import { clientOptions } from "../contract/engine.ts";
import { startQueues } from "./queues.ts";

const CORPUS = new URL("../../../shared/corpus/cargo-2023h1.codedeploy.json", import.meta.url);

const RECORD = {
  deploymentInfo: {
    applicationName: "cargo",
    deploymentGroupName: "production",
    deploymentId: "d-ABC",
    status: "Failed",
    createTime: "2026-01-02T03:04:05.250Z",
    errorInformation: { code: "HEALTH_CONSTRAINTS", message: "too few" },
    rollbackInfo: { rollbackDeploymentId: "d-DEF" },
  },
  deploymentTargets: ["i-1", "i-2"].map((targetId) => ({
    deploymentTargetType: "InstanceTarget",
    instanceTarget: {
      targetId,
      status: "Failed",
      lastUpdatedAt: "2026-01-02T03:05:00Z",
      lifecycleEvents: [{ lifecycleEventName: "Install", startTime: "2026-01-02T03:04:30Z" }],
    },
  })),
};

describe("the CodeDeploy stub", () => {
  const records = new DeploymentRecords();
  let server: Awaited<ReturnType<typeof startQueues>>;
  let client: CodeDeployClient;
  beforeAll(async () => {
    records.add("d-ABC", RECORD);
    server = await startQueues(() => ({ CodeDeploy_20141006: codeDeployService(records) }));
    client = new CodeDeployClient(clientOptions(server.url));
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  it("answers GetDeployment with times that the SDK reads", async () => {
    const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId: "d-ABC" }));
    expect(deploymentInfo).toMatchObject({
      status: "Failed",
      createTime: new Date("2026-01-02T03:04:05.250Z"),
      rollbackInfo: { rollbackDeploymentId: "d-DEF" },
    });
  });

  it("lists the targets and answers for each", async () => {
    const { targetIds } = await client.send(new ListDeploymentTargetsCommand({ deploymentId: "d-ABC" }));
    expect(targetIds).toEqual(["i-1", "i-2"]);
    const { deploymentTargets } = await client.send(new BatchGetDeploymentTargetsCommand({ deploymentId: "d-ABC", targetIds }));
    expect(deploymentTargets?.map((target) => target.instanceTarget?.targetId)).toEqual(["i-1", "i-2"]);
    expect(deploymentTargets?.[0]?.instanceTarget?.lifecycleEvents?.[0]?.startTime).toEqual(new Date("2026-01-02T03:04:30Z"));
    expect(deploymentTargets?.[0]?.instanceTarget?.lastUpdatedAt).toEqual(new Date("2026-01-02T03:05:00Z"));
  });

  it("lists deployments by application and group", async () => {
    expect(
      (await client.send(new ListDeploymentsCommand({ applicationName: "cargo", deploymentGroupName: "production" }))).deployments,
    ).toEqual(["d-ABC"]);
    expect(
      (await client.send(new ListDeploymentsCommand({ applicationName: "other", deploymentGroupName: "production" }))).deployments,
    ).toEqual([]);
  });

  it("names the faults as CodeDeploy does", async () => {
    const get = (deploymentId: string) => client.send(new GetDeploymentCommand({ deploymentId }));
    await expect(get("d-NONE")).rejects.toMatchObject({ name: "DeploymentDoesNotExistException" });
    await expect(get("nothing")).rejects.toMatchObject({ name: "InvalidDeploymentIdException" });
    const targets = new BatchGetDeploymentTargetsCommand({ deploymentId: "d-ABC", targetIds: ["i-9"] });
    await expect(client.send(targets)).rejects.toMatchObject({ name: "DeploymentTargetDoesNotExistException" });
  });

  it("fails as it is told to", async () => {
    records.beforeAnswer = () => {
      throw new ServiceFault("ThrottlingException", 400, "Rate exceeded");
    };
    await expect(client.send(new GetDeploymentCommand({ deploymentId: "d-ABC" }))).rejects.toMatchObject({ name: "ThrottlingException" });
    records.beforeAnswer = () => {};
  });

  it("says what is wrong with a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "codedeploy-"));
    for (const content of ["{", "[1]", '{"d-1":{}}', "null", '{"d-1":null}']) {
      const file = join(folder, "records.json");
      writeFileSync(file, content);
      expect(() => new DeploymentRecords().load(file)).toThrow(LocalError);
    }
    expect(() => new DeploymentRecords().load(join(folder, "missing"))).toThrow(LocalError);
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!existsSync(CORPUS))("answers for every deployment of the corpus (skipped where ../shared is absent)", async () => {
    const all = JSON.parse(readFileSync(CORPUS, "utf8")) as Record<string, { deploymentTargets: unknown[] }>;
    for (const [id, record] of Object.entries(all)) records.add(id, record as unknown as typeof RECORD);
    for (const [deploymentId, { deploymentTargets }] of Object.entries(all)) {
      const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
      expect(deploymentInfo?.createTime?.getTime()).toBeGreaterThan(0);
      const { targetIds } = await client.send(new ListDeploymentTargetsCommand({ deploymentId }));
      expect(targetIds).toHaveLength(deploymentTargets.length);
    }
  });
});
