import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codedeployLists } from "../../packages/aws/codedeploy-lists.ts";
import { s3SegmentLists } from "../../packages/aws/s3-segment-lists.ts";
import { serviceCatalogLists } from "../../packages/aws/service-catalog.ts";
import { codeDeployService, DeploymentRecords } from "../../packages/local/codedeploy.ts";
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
