import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { S3Client } from "@aws-sdk/client-s3";
import { canonicalBytes, parseCanonical } from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { afterEach, describe, expect, it } from "vitest";
import { codedeployLookups, type ObjectMetadata, s3ObjectMetadata } from "../../packages/aws/codedeploy.ts";
import { LookupError } from "../../packages/aws/lookup-fault.ts";
import { lookUpPorts } from "../../packages/aws/wiring.ts";
import { type Answer, type Asked, type Server, serve } from "./wire.ts";

const SHA = "d".repeat(40);
const OF = { account: "123456789012", region: "eu-central-1", deploymentId: "d-ABC123" };
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };
const once = { region: OF.region, credentials, maxAttempts: 1 };

let open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.map((server) => server.close()));
  open = [];
});
async function served(answer: (asked: Asked) => Answer): Promise<Server> {
  const server = await serve(answer);
  open.push(server);
  return server;
}

const operation = (asked: Asked) => String(asked.headers["x-amz-target"]).replace("CodeDeploy_20141006.", "");
const input = (asked: Asked) => JSON.parse(asked.body) as Record<string, unknown>;
const fault = (type: string, status = 400): Answer => ({ status, body: { __type: type, message: "secret" } });
const noMetadata: ObjectMetadata = () => Promise.reject(new Error("not expected to be asked"));

/** A CodeDeploy of one deployment; times are seconds of the epoch, as the API writes them. */
function codedeploy(targetIds: readonly string[], info: object = {}, reverse = false) {
  const deploymentInfo = {
    applicationName: "cargo",
    deploymentGroupName: "production",
    deploymentId: OF.deploymentId,
    revision: { revisionType: "GitHub", gitHubLocation: { repository: "acme/cargo", commitId: SHA } },
    status: "Succeeded",
    createTime: 1772445600.123,
    completeTime: 1772445900,
    creator: "user",
    ...info,
  };
  return (asked: Asked): Answer => {
    switch (operation(asked)) {
      case "GetDeployment":
        return { body: { deploymentInfo } };
      case "ListDeploymentTargets": {
        const from = Number(input(asked).nextToken ?? 0);
        const page = targetIds.slice(from, from + 40);
        return { body: { targetIds: page, ...(from + 40 < targetIds.length ? { nextToken: String(from + 40) } : {}) } };
      }
      case "BatchGetDeploymentTargets": {
        const ids = input(asked).targetIds as string[];
        if (ids.length > 25) return fault("ValidationException");
        const targets = ids.map((targetId) => ({
          deploymentTargetType: "InstanceTarget",
          instanceTarget: { targetId, status: "Succeeded", lastUpdatedAt: 1772445800, lifecycleEvents: [] },
        }));
        return { body: { deploymentTargets: reverse ? targets.reverse() : targets } };
      }
      default:
        return fault("UnknownOperationException");
    }
  };
}

async function describeDeployment(answer: (asked: Asked) => Answer, metadata: ObjectMetadata = noMetadata) {
  const server = await served(answer);
  const client = new CodeDeployClient({ ...once, endpoint: server.url });
  const bytes = await codedeployLookups(() => client, metadata).describeDeployment(OF);
  return { bytes, value: parseCanonical(bytes) as Record<string, unknown>, asked: server.asked };
}

describe("describeDeployment", () => {
  it("gives the body of a look-up delivery that normalises", async () => {
    const { bytes, value } = await describeDeployment(codedeploy(["i-1"]));
    expect(value).toMatchObject({ ...OF, deploymentInfo: { createTime: "2026-03-02T10:00:00.123Z" } });
    const fact = normalise(
      { system: "codedeploy-lookup", receivedAt: "2026-11-21T00:00:00.000Z", headers: {}, body: bytes },
      "api",
      DEFAULT_SETTINGS,
    );
    expect(fact).toMatchObject({
      kind: "deployment-lookup",
      subject: "deployment:codedeploy/123456789012/eu-central-1/d-ABC123",
      facts: { state: "Succeeded", revision: { commit: SHA }, targets: [{ id: "i-1", status: "Succeeded" }] },
    });
  });

  it("follows all pages and asks for at most 25 targets at a time", async () => {
    const ids = Array.from({ length: 101 }, (_, n) => `i-${n}`);
    const { value, asked } = await describeDeployment(codedeploy(ids));
    expect(value.deploymentTargets).toHaveLength(101);
    const sizes = asked
      .filter((one) => operation(one) === "BatchGetDeploymentTargets")
      .map((one) => (input(one).targetIds as string[]).length);
    expect(sizes).toEqual([25, 25, 25, 25, 1]);
    expect(asked.filter((one) => operation(one) === "ListDeploymentTargets")).toHaveLength(3);
  });

  it("gives equal bytes for equal answers in whatever order", async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `i-${n}`);
    const first = await describeDeployment(codedeploy(ids));
    const second = await describeDeployment(codedeploy([...ids].reverse(), {}, true));
    expect(Buffer.from(second.bytes).equals(Buffer.from(first.bytes))).toBe(true);
    expect(canonicalBytes(first.value)).toEqual(new Uint8Array(first.bytes));
  });

  it("asks for no targets of a deployment that has none or has not begun", async () => {
    expect((await describeDeployment(codedeploy([]))).value.deploymentTargets).toEqual([]);
    const begun = codedeploy([]);
    const waiting = await describeDeployment((asked) =>
      operation(asked) === "ListDeploymentTargets" ? fault("DeploymentNotStartedException") : begun(asked),
    );
    expect(waiting.value.deploymentTargets).toEqual([]);
  });

  it("gives up on a list that never ends", async () => {
    const endless = (asked: Asked): Answer =>
      operation(asked) === "ListDeploymentTargets" ? { body: { targetIds: ["i-1"], nextToken: "again" } } : codedeploy([])(asked);
    await expect(describeDeployment(endless)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("the metadata of a revision's object", () => {
  const s3 = (version?: string) => ({
    revisionType: "S3",
    s3Location: { bucket: "builds", key: "a b/1.zip", ...(version ? { version } : {}) },
  });

  it("is read by HeadObject, of both revisions", async () => {
    const objects = await served(() => ({ headers: { "x-amz-meta-Git-Commit": SHA } }));
    const client = new S3Client({ ...once, endpoint: objects.url, forcePathStyle: true });
    const { value } = await describeDeployment(
      codedeploy([], { revision: s3("v1"), previousRevision: s3() }),
      s3ObjectMetadata(() => client),
    );
    expect(value.objectMetadata).toEqual({
      "s3://builds/a b/1.zip?versionId=v1": { "git-commit": SHA },
      "s3://builds/a b/1.zip": { "git-commit": SHA },
    });
    expect(objects.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "HEAD /builds/a%20b/1.zip?versionId=v1",
      "HEAD /builds/a%20b/1.zip",
    ]);
  });
  it.each([403, 404])("that answers %i leaves the commit unresolved, not the deployment", async (status) => {
    const objects = await served(() => ({ status }));
    const client = new S3Client({ ...once, endpoint: objects.url, forcePathStyle: true });
    const { value } = await describeDeployment(
      codedeploy([], { revision: s3() }),
      s3ObjectMetadata(() => client),
    );
    expect(value.objectMetadata).toEqual({});
  });
  it.each([
    [503, "unavailable"],
    [429, "throttled"],
  ])("that answers %i is asked again", async (status, code) => {
    const objects = await served(() => ({ status }));
    const client = new S3Client({ ...once, endpoint: objects.url, forcePathStyle: true });
    await expect(
      describeDeployment(
        codedeploy([], { revision: s3() }),
        s3ObjectMetadata(() => client),
      ),
    ).rejects.toMatchObject({ code });
  });
});

describe("a fault of CodeDeploy", () => {
  it.each([
    ["DeploymentDoesNotExistException", 400, "not-found"],
    ["InvalidDeploymentIdException", 400, "not-found"],
    ["ThrottlingException", 400, "throttled"],
    ["AccessDeniedException", 400, "denied"],
    ["ExpiredTokenException", 403, "denied"],
    ["InternalFailure", 500, "unavailable"],
    ["NeverHeardOfException", 400, "unavailable"],
  ])("%s (%i) is %s", async (type, status, code) => {
    for (const at of ["GetDeployment", "ListDeploymentTargets", "BatchGetDeploymentTargets"]) {
      const rest = codedeploy(["i-1"]);
      const failed = describeDeployment((asked) => (operation(asked) === at ? fault(type, status) : rest(asked)));
      const error = await failed.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(LookupError);
      expect(error).toMatchObject({ code });
      expect(String(error)).toContain(at);
      expect(String(error)).not.toContain("secret");
    }
  });
  it("is denied, without a call, when the deployment is another account's: one of ours may bear the same id", async () => {
    const environment = {
      LEDGER_TABLE: "ledger",
      ARCHIVE_BUCKET: "archive",
      RETENTION_MODE: "GOVERNANCE",
      RETENTION_DAYS: "1",
      LOOKUP_ACCOUNT: "999999999999",
    };
    const { sources } = lookUpPorts({ pullRequestCommits: undefined }, environment);
    await expect(sources.deployment(OF)).rejects.toMatchObject({ name: "LookupError", code: "denied" });
  });
  it("that does not answer at all is unavailable", async () => {
    const server = await serve(() => ({}));
    await server.close();
    const client = new CodeDeployClient({ ...once, endpoint: server.url });
    await expect(codedeployLookups(() => client, noMetadata).describeDeployment(OF)).rejects.toMatchObject({ code: "unavailable" });
  });
});
