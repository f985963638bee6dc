import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { ECSClient } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codedeployLists } from "../../packages/aws/codedeploy-lists.ts";
import { ecsLookups } from "../../packages/aws/ecs.ts";
import { ecsLists } from "../../packages/aws/ecs-lists.ts";
import { s3SegmentLists } from "../../packages/aws/s3-segment-lists.ts";
import { serviceCatalogLists } from "../../packages/aws/service-catalog.ts";
import { ArtifactRecords } from "../../packages/local/artifact-records.ts";
import { codeDeployService, DeploymentRecords } from "../../packages/local/codedeploy.ts";
import { ecsService } from "../../packages/local/ecs.ts";
import { startGateway } from "../../packages/local/gateway.ts";
import { startS3 } from "../local/s3-server.ts";

const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };
const AT = { account: "123456789012", region: "us-east-1" };
const created = (minute: number): string => new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();

describe("CodeDeploy's lists", () => {
  const records = new DeploymentRecords();
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let client: CodeDeployClient;
  beforeAll(async () => {
    for (let n = 0; n < 130; n++)
      records.add(`d-${n}`, {
        deploymentInfo: {
          applicationName: n === 0 ? "other" : "shop",
          deploymentGroupName: n % 2 === 0 ? "staging" : "production",
          deploymentId: `d-${n}`,
          createTime: created(n),
          status: n === 129 ? "InProgress" : "Succeeded",
        },
        deploymentTargets: [],
      });
    gateway = await startGateway({ CodeDeploy_20141006: codeDeployService(records) }, undefined as never);
    client = new CodeDeployClient({ endpoint: gateway.url, region: "us-east-1", credentials: CREDENTIALS });
  });
  afterAll(async () => {
    client.destroy();
    await gateway.close();
  });

  it("are every group of every application, and its deployments within a time, in all pages", async () => {
    const lists = codedeployLists(() => client);
    expect(await lists.groups(AT)).toEqual([
      { application: "other", group: "staging" },
      { application: "shop", group: "production" },
      { application: "shop", group: "staging" },
    ]);
    const found = await lists.deployments(AT, "shop", "production", { from: created(3), to: created(130) });
    expect(found.map(({ id }) => id).toSorted()).toEqual(Array.from({ length: 64 }, (_, n) => `d-${2 * n + 3}`).toSorted());
    expect(found.filter(({ ended }) => !ended)).toEqual([{ id: "d-129", createdAt: created(129), ended: false }]);
    // Its end is not within.
    expect(await lists.deployments(AT, "shop", "production", { from: created(1), to: created(3) })).toMatchObject([{ id: "d-1" }]);
    expect(await lists.known(AT, ["d-1", "d-999"])).toEqual(new Set(["d-1"]));
  });
});

describe("ECS's list of a service", () => {
  const arn = (of: string) => `arn:aws:ecs:us-east-1:123456789012:${of}`;
  const revision = (id: string) => ({ arn: arn(`service-revision/main/shop/${id}`) });
  const deployment = (id: string, minute: number, more: object = {}) => ({
    serviceDeploymentArn: arn(`service-deployment/main/shop/sd-${id}`),
    status: "SUCCESSFUL",
    targetServiceRevision: revision(id),
    sourceServiceRevisions: [],
    createdAt: created(minute),
    ...more,
  });
  const artifacts = new ArtifactRecords();
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let client: ECSClient;
  beforeAll(async () => {
    const many = Array.from({ length: 130 }, (_, n) => deployment(String(n), n));
    const back = (id: string, from: string) => ({
      status: "ROLLBACK_SUCCESSFUL",
      sourceServiceRevisions: [revision(from)],
      rollback: { serviceRevisionArn: revision(id).arn },
    });
    artifacts.addService("main", "shop", {
      deployments: [],
      // Under way; rolled back under a number of its own; rolled back to what ran before.
      serviceDeployments: [
        ...many,
        deployment("200", 200, { status: "IN_PROGRESS" }),
        deployment("201", 201, back("777", "129")),
        deployment("202", 202, back("129", "129")),
      ],
      revisions: [],
    });
    gateway = await startGateway({ AmazonEC2ContainerServiceV20141113: ecsService(artifacts) }, undefined as never);
    client = new ECSClient({ endpoint: gateway.url, region: "us-east-1", credentials: CREDENTIALS });
  });
  afterAll(async () => {
    client.destroy();
    await gateway.close();
  });
  const listed = async (service: string, from: number, to: number) =>
    await ecsLists(() => client).deployments(AT, "main", service, { from: created(from), to: created(to) });

  it("is read in all pages, within a time, by the numbers of the revisions", async () => {
    const found = await listed("shop", 3, 130);
    expect(found?.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 127 }, (_, n) => n + 3));
    expect(await listed("shop", 129, 130)).toEqual([{ id: "129", createdAt: created(129), ended: true }]);
  });

  it("has rollbacks that are deployments of their own, and what is under way", async () => {
    const of = (id: string, minute: number, ended = true) => ({ id, createdAt: created(minute), ended });
    const found = await listed("shop", 200, 300);
    expect(found?.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual([
      of("200", 200, false),
      of("201", 201),
      of("202", 202),
      of("777", 201),
    ]);
  });

  it("is none where there is no such service, or where another rolls it out", async () => {
    expect(await listed("gone", 0, 300)).toBeUndefined();
    const other = { send: () => Promise.reject(Object.assign(new Error("x"), { name: "UnsupportedFeatureException" })) };
    const within = { from: created(0), to: created(1) };
    expect(await ecsLists(() => other as never).deployments(AT, "main", "shop", within)).toBeUndefined();
  });

  it("leads a look-up to a deployment that is none of the latest", async () => {
    const { describeDeployment } = ecsLookups(() => client);
    const body = await describeDeployment({ ...AT, cluster: "main", service: "shop", deploymentId: "5" });
    expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ serviceDeployment: { createdAt: created(5) } });
  });
});

describe("the archive's segments", () => {
  it("are listed day by day and read whole", async () => {
    const server = await startS3();
    const client = new S3Client({ endpoint: server.url, region: "us-east-1", credentials: CREDENTIALS, forcePathStyle: true });
    try {
      const lists = s3SegmentLists({ client, bucket: "archive" });
      await client.send(new CreateBucketCommand({ Bucket: "archive" }));
      expect(await lists.firstDay()).toBeUndefined();
      for (const Key of ["segments/20260302/b", "segments/20260301/a", "segments/20260302/c", "evidence/x"])
        await client.send(new PutObjectCommand({ Bucket: "archive", Key, Body: Key }));
      expect(await lists.firstDay()).toBe("20260301");
      expect(await lists.keys("20260302", undefined, 1)).toEqual(["segments/20260302/b"]);
      expect(await lists.keys("20260302", "segments/20260302/b", 10)).toEqual(["segments/20260302/c"]);
      expect(Buffer.from(await lists.read("segments/20260302/c")).toString()).toBe("segments/20260302/c");
    } finally {
      client.destroy();
      await server.close();
    }
  });
});

describe("the Service Catalog's records", () => {
  it("are read from the newest back to the time that was asked for, without their free text", async () => {
    const asked: unknown[] = [];
    const record = (id: string, minute: number) => ({
      RecordId: id,
      CreatedTime: new Date(created(minute)),
      Status: "SUCCEEDED",
      RecordTags: [{ Key: "secret" }],
    });
    const pages = [
      { RecordDetails: [record("rec-3", 30), record("rec-2", 20)], NextPageToken: "next" },
      { RecordDetails: [record("rec-1", 10)], NextPageToken: "more" },
    ];
    const client = {
      send: async ({ input }: { readonly input: unknown }) => {
        asked.push(input);
        return pages[asked.length - 1];
      },
    };
    const found = await serviceCatalogLists(() => client as never).records(AT, created(15));
    expect(found.map(({ id, state }) => [id, state])).toEqual([
      ["rec-3", "SUCCEEDED"],
      ["rec-2", "SUCCEEDED"],
    ]);
    expect(asked).toMatchObject([{ PageSize: 20 }, { PageToken: "next" }]);
    expect(Buffer.from(found[0]?.body ?? []).toString()).not.toContain("secret");
  });
});
