import { ECRClient } from "@aws-sdk/client-ecr";
import { LambdaClient } from "@aws-sdk/client-lambda";
import type { Subject } from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { Octokit } from "@octokit/core";
import { afterEach, describe, expect, it } from "vitest";
import { downloaded, ecrImages } from "../../packages/aws/ecr.ts";
import { githubAttestations } from "../../packages/aws/github-attestations.ts";
import { lambdaVersions } from "../../packages/aws/lambda-versions.ts";
import { attested, image } from "../sources/fixtures/artifact-lookups.ts";
import { provenance, REVISION } from "../sources/fixtures/put-events.ts";
import { type Answer, type Asked, type Server, serve } from "./wire.ts";

const deployment: Subject = "deployment:ecs/123456789012/eu-central-1/default/shop/7";
const once = { region: "eu-central-1", credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" }, maxAttempts: 1 };
const LABELS = { "org.opencontainers.image.revision": REVISION, "org.opencontainers.image.source": "https://github.com/acme/cargo" };

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
const fault = (type: string, status = 400): Answer => ({ status, body: { __type: type, message: "secret" } });
const factOf = (body: Uint8Array) =>
  normalise({ system: "artifact-lookup", receivedAt: "2026-11-21T00:00:00.000Z", headers: {}, body }, "api", DEFAULT_SETTINGS);
async function failing(asked: Promise<unknown>): Promise<{ code: unknown; text: string }> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { code: (error as { code?: unknown }).code, text: String(error) };
}

describe("an image of ECR", () => {
  type Image = ReturnType<typeof image>;
  const operation = (asked: Asked) => String(asked.headers["x-amz-target"]).replace("AmazonEC2ContainerRegistry_V20150921.", "");

  /** A registry of one image, and its store of layers. */
  async function registry(given: Image, instead: Readonly<Record<string, Answer>> = {}) {
    const documents = [...given.manifests];
    const server = await served((asked) => {
      if (asked.method === "GET") return instead["layer"] ?? { raw: given.config };
      const name = operation(asked);
      if (instead[name] !== undefined) return instead[name];
      const input = JSON.parse(asked.body) as { imageIds?: { imageDigest: string }[]; layerDigest?: string };
      if (name === "GetDownloadUrlForLayer")
        return { body: { downloadUrl: `${server.url}/layer?X-Amz-Signature=1`, layerDigest: input.layerDigest } };
      const [{ imageDigest = "" } = {}] = input.imageIds ?? [];
      const found = documents.find((document) => imageDigest === (document === documents[0] ? given.digest : image(LABELS).digest));
      return found === undefined
        ? { body: { images: [], failures: [{ imageId: { imageDigest }, failureCode: "ImageNotFound" }] } }
        : {
            body: {
              images: [{ registryId: "123456789012", repositoryName: "cargo", imageId: { imageDigest }, imageManifest: found }],
              failures: [],
            },
          };
    });
    const ask = ecrImages(() => new ECRClient({ ...once, endpoint: server.url }), downloaded(false));
    return { asked: server.asked, ask: () => ask({ kind: "image", deployment, location: given.location }) };
  }

  it("is asked for by its digest; its documents are kept as they are", async () => {
    const given = image(LABELS);
    const { ask, asked } = await registry(given);
    const body = await ask();
    expect(factOf(body)).toMatchObject({ kind: "artifact", subject: deployment, facts: { repository: "acme/cargo", commit: REVISION } });
    expect(await ask()).toEqual(body);
    expect(asked.slice(0, 3).map((one) => (one.method === "GET" ? "GET" : operation(one)))).toEqual([
      "BatchGetImage",
      "GetDownloadUrlForLayer",
      "GET",
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      registryId: "123456789012",
      repositoryName: "cargo",
      imageIds: [{ imageDigest: given.digest }],
      acceptedMediaTypes: expect.arrayContaining(["application/vnd.oci.image.index.v1+json"]),
    });
  });
  it("for several platforms is read through its index", async () => {
    const { ask, asked } = await registry(image(LABELS, { index: {} }));
    expect(factOf(await ask())).toMatchObject({ facts: { commit: REVISION } });
    expect(asked.filter((one) => one.method === "POST").map(operation)).toEqual([
      "BatchGetImage",
      "BatchGetImage",
      "GetDownloadUrlForLayer",
    ]);
  });
  it.each([
    ["BatchGetImage", fault("RepositoryNotFoundException"), "not-found"],
    ["BatchGetImage", { body: { images: [], failures: [{ failureCode: "ImageNotFound" }] } }, "not-found"],
    ["BatchGetImage", { body: { images: [{ imageManifest: "{}" }] } }, "not-found"],
    ["BatchGetImage", fault("AccessDeniedException"), "denied"],
    ["GetDownloadUrlForLayer", fault("ThrottlingException"), "throttled"],
    ["GetDownloadUrlForLayer", fault("ServerException", 500), "unavailable"],
    ["layer", { status: 403 }, "denied"],
    ["layer", { status: 404 }, "not-found"],
    ["layer", { status: 302, headers: { location: "/elsewhere" } }, "unavailable"],
    ["layer", { raw: "x".repeat(1024 * 1024 + 1) }, "not-found"],
  ] as const)("whose %s answers %j has no answer for a stable reason", async (name, answer, code) => {
    const { ask } = await registry(image(LABELS), { [name]: answer });
    const failed = await failing(ask());
    expect(failed.code).toBe(code);
    expect(failed.text).not.toContain("secret");
  });
  it("of another registry is asked for nowhere, and its configuration comes over TLS alone", async () => {
    const { ask, asked } = await registry({ ...image(LABELS), location: `ghcr.io/acme/cargo@sha256:${"ab".repeat(32)}` });
    expect((await failing(ask())).code).toBe("not-found");
    expect(asked).toEqual([]);
    expect((await failing(downloaded(true)("http://127.0.0.1/layer"))).code).toBe("unavailable");
  });
});

describe("a function's version", () => {
  const location = "arn:aws:lambda:eu-central-1:123456789012:function:pay:7";
  const codeSha256 = Buffer.from("ab".repeat(32), "hex").toString("base64");
  async function lambda(instead: Readonly<Record<string, Answer>> = {}) {
    const server = await served(({ path }) => {
      if (path.includes("/tags/")) return instead["ListTags"] ?? { body: { Tags: { commit: REVISION, repository: "acme/cargo" } } };
      const Environment = { Variables: { PASSWORD: "secret" } };
      return (
        instead["GetFunctionConfiguration"] ?? {
          body: { FunctionName: "pay", Version: "7", CodeSha256: codeSha256, Description: "", Environment },
        }
      );
    });
    const ask = lambdaVersions(() => new LambdaClient({ ...once, endpoint: server.url }));
    return { asked: server.asked, ask: (of = location) => ask({ kind: "function-version", deployment, location: of }) };
  }

  it("is asked for its digest and the function's tags, never for its code; its environment is not kept", async () => {
    const { ask, asked } = await lambda();
    const body = await ask();
    expect(factOf(body)).toMatchObject({
      kind: "artifact",
      facts: { location, digest: `sha256:${"ab".repeat(32)}`, commit: REVISION, repository: "acme/cargo", by: "version-tag" },
    });
    expect(Buffer.from(body).toString()).not.toContain("secret");
    const name = encodeURIComponent("arn:aws:lambda:eu-central-1:123456789012:function:pay");
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /2015-03-31/functions/${name}/configuration?Qualifier=7`,
      `GET /2017-03-31/tags/${name}`,
    ]);
  });
  it.each([
    ["GetFunctionConfiguration", { status: 404, headers: { "x-amzn-errortype": "ResourceNotFoundException" }, body: {} }, "not-found"],
    ["GetFunctionConfiguration", { status: 429, headers: { "x-amzn-errortype": "TooManyRequestsException" }, body: {} }, "throttled"],
    ["ListTags", { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: { Message: "secret" } }, "denied"],
    ["ListTags", { status: 500, headers: { "x-amzn-errortype": "ServiceException" }, body: {} }, "unavailable"],
  ] as const)("whose %s answers %j has no answer for a stable reason", async (name, answer, code) => {
    const failed = await failing((await lambda({ [name]: answer })).ask());
    expect(failed.code).toBe(code);
    expect(failed.text).not.toContain("secret");
  });
  it("that is an alias is not asked for", async () => {
    const { ask, asked } = await lambda();
    expect((await failing(ask(location.replace(/7$/, "live")))).code).toBe("not-found");
    expect(asked).toEqual([]);
  });
});

describe("attestations of GitHub", () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  const location = `registry.example/cargo@${digest}`;
  async function github(answer: Answer) {
    const server = await served(() => answer);
    const ask = githubAttestations(new Octokit({ baseUrl: server.url }));
    return { asked: server.asked, ask: () => ask({ kind: "attestations", deployment, location, digest, repository: "acme/cargo" }) };
  }

  it("are asked for by the digest, in the repository that is named", async () => {
    const { ask, asked } = await github({ body: { attestations: [attested(provenance())] } });
    expect(factOf(await ask())).toMatchObject({
      kind: "artifact",
      facts: { digest, location, repository: "acme/cargo", commit: REVISION, by: "provenance", signature: "of-its-certificate" },
    });
    expect(asked[0]?.path).toBe(`/repos/acme/cargo/attestations/${encodeURIComponent(digest)}?per_page=100`);
  });
  it.each([
    ["are none", { body: { attestations: [] } }],
    ["are in no repository that we may see", { status: 404, body: { message: "Not Found" } }],
  ])("that %s are on record as none", async (_, answer) => {
    const { ask } = await github(answer);
    expect(factOf(await ask())).toMatchObject({ kind: "artifact", facts: { unresolved: "the repository keeps no attestation of it" } });
  });
  it.each([
    [{ status: 403, body: { message: "secret" } }, "denied"],
    [{ status: 503, body: {} }, "unavailable"],
    [{ body: { attestations: 7 } }, "unavailable"],
  ])("answered with %j have no answer for a stable reason", async (answer, code) => {
    const failed = await failing((await github(answer)).ask());
    expect(failed.code).toBe(code);
    expect(failed.text).not.toContain("secret");
  });
});
