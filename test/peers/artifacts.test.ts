import { CreateRepositoryCommand, ECRClient, GetDownloadUrlForLayerCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Subject, sha256Hex } from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { ecrImages } from "../../packages/aws/ecr.ts";
import { ecsLookups } from "../../packages/aws/ecs.ts";
import { lambdaVersions } from "../../packages/aws/lambda-versions.ts";
import { clientOptions } from "../contract/engine.ts";
import { image } from "../sources/fixtures/artifact-lookups.ts";
import { REVISION } from "../sources/fixtures/put-events.ts";
import { startMoto } from "./moto.ts";
import type { PeerServer } from "./server.ts";

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const deployment: Subject = `deployment:ecs/${ACCOUNT}/${REGION}/default/shop/7`;
const factOf = (system: string, body: Uint8Array) =>
  normalise({ system, receivedAt: "2026-11-21T00:00:00.000Z", headers: {}, body }, "api", DEFAULT_SETTINGS);

describe("what was deployed, asked of moto", () => {
  let moto: PeerServer | string;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    if (typeof moto !== "string") await moto?.close();
  });
  const options = (context: TestContext) => clientOptions(typeof moto === "string" ? context.skip(moto) : moto.url);

  it("a service's task definition, where the service's history cannot be had", async (context) => {
    const ecs = new ECSClient(options(context));
    await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
    const container = { name: "web", image: `registry.example/shop@sha256:${"ab".repeat(32)}`, memory: 128, essential: true };
    const environment = [{ name: "PASSWORD", value: "secret" }];
    const definition = new RegisterTaskDefinitionCommand({ family: "shop", containerDefinitions: [{ ...container, environment }] });
    const arn = (await ecs.send(definition)).taskDefinition?.taskDefinitionArn;
    const made = await ecs.send(
      new CreateServiceCommand({ cluster: "main", serviceName: "shop", taskDefinition: "shop", desiredCount: 1 }),
    );
    const deploymentId = made.service?.deployments?.[0]?.id?.replace("ecs-svc/", "") ?? "";
    // moto keeps no history of services.
    const refused = Object.assign(new Error("refused"), { name: "AccessDeniedException" });
    const send = async (command: object) => {
      if (command instanceof ListServiceDeploymentsCommand) throw refused;
      return await ecs.send(command as DescribeServicesCommand);
    };
    const lookups = ecsLookups(() => ({ send: send as ECSClient["send"] }));
    const body = await lookups.describeDeployment({ account: ACCOUNT, region: REGION, cluster: "main", service: "shop", deploymentId });
    expect(factOf("ecs-lookup", body)).toMatchObject({
      kind: "deployment-lookup",
      subject: `deployment:ecs/${ACCOUNT}/${REGION}/main/shop/${deploymentId}`,
      facts: { revision: { type: "ECS", location: container.image, definition: arn } },
    });
    expect(Buffer.from(body).toString()).not.toContain("secret");
    const gone = lookups.describeDeployment({ account: ACCOUNT, region: REGION, cluster: "main", service: "none", deploymentId });
    await expect(gone).rejects.toMatchObject({ code: "not-found" });
  });

  it("an image's manifest, byte for byte", async (context) => {
    const ecr = new ECRClient(options(context));
    const given = image({
      "org.opencontainers.image.revision": REVISION,
      "org.opencontainers.image.source": "https://github.com/acme/cargo",
    });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "cargo" }));
    // moto would take the digest of something else for the manifest's.
    const put = { repositoryName: "cargo", imageManifest: given.manifests[0], imageDigest: given.digest, imageTag: "v1" };
    await ecr.send(new PutImageCommand(put));
    // moto gives no layer out.
    const asked: string[] = [];
    const send = async (command: object) => {
      if (!(command instanceof GetDownloadUrlForLayerCommand)) return await ecr.send(command as PutImageCommand);
      asked.push(command.input.layerDigest ?? "");
      return { downloadUrl: "https://layers.example/1" };
    };
    const images = ecrImages(
      () => ({ send: send as ECRClient["send"] }),
      async () => given.config,
    );
    const body = await images({ kind: "image", deployment, location: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/cargo@${given.digest}` });
    expect(factOf("artifact-lookup", body)).toMatchObject({ kind: "artifact", facts: { commit: REVISION, repository: "acme/cargo" } });
    expect(asked).toEqual([`sha256:${sha256Hex(Buffer.from(given.config))}`]);
    const none = images({
      kind: "image",
      deployment,
      location: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/cargo@sha256:${"00".repeat(32)}`,
    });
    await expect(none).rejects.toMatchObject({ code: "not-found" });
    const nowhere = images({ kind: "image", deployment, location: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/none@${given.digest}` });
    await expect(nowhere).rejects.toMatchObject({ code: "not-found" });
  });

  it("a function's version and its tags", async (context) => {
    const { endpoint, ...rest } = options(context);
    // Lambda wants a role that there is; IAM's own protocol is a form.
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const form = new URLSearchParams({ Action: "CreateRole", Version: "2010-05-08", RoleName: "pay", AssumeRolePolicyDocument: trust });
    const authorization = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";
    expect((await fetch(endpoint, { method: "POST", body: form, headers: { authorization } })).status).toBe(200);
    const lambda = new LambdaClient({ endpoint, ...rest });
    const ZipFile = zipSync({ "index.mjs": strToU8("export const handler = async () => {};") });
    const made = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "pay",
        Role: `arn:aws:iam::${ACCOUNT}:role/pay`,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile },
        Description: `built from ${REVISION}`,
        Publish: true,
        Tags: { repository: "acme/cargo" },
      }),
    );
    const location = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:pay:1`;
    const versions = lambdaVersions(() => lambda);
    const body = await versions({ kind: "function-version", deployment, location });
    expect(factOf("artifact-lookup", body)).toMatchObject({
      kind: "artifact",
      facts: { location, digest: `sha256:${sha256Hex(ZipFile)}`, commit: REVISION, repository: "acme/cargo", by: "version-tag" },
    });
    expect(made.CodeSha256).toBe(Buffer.from(sha256Hex(ZipFile), "hex").toString("base64"));
    const gone = versions({ kind: "function-version", deployment, location: location.replace(/1$/, "9") });
    await expect(gone).rejects.toMatchObject({ code: "not-found" });
  });
});
