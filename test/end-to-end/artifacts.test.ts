import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { company, DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, PEOPLE } from "../../packages/local/demonstration/index.ts";
import type { BusEvent } from "../../packages/local/event-bus.ts";
import { ACCOUNT, OWN_BUS, REGION } from "../../packages/local/names.ts";
import { bearer } from "../../packages/local/token.ts";
import { CONFIGURATION_OFFERED } from "../../stacks/definitions.ts";
import { image } from "../sources/fixtures/artifact-lookups.ts";
import { send } from "./played.ts";
import { CREDENTIALS, type Running, run } from "./running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const { ada, lee } = PEOPLE;
const CLUSTER = "main";
const arn = (of: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${of}`;
const revisionArn = (id: string) => arn(`service-revision/${CLUSTER}/shop/${id}`);

/** AWS's event of a service's deployment. */
function ecsEvent(eventName: string, deploymentId: string, minute: number, reason = "ECS deployment."): BusEvent {
  const at = `2026-03-02T20:0${minute}:00Z`;
  return {
    version: "0",
    id: `00000000-0000-4000-8000-00000000${deploymentId}${minute}`,
    "detail-type": "ECS Deployment State Change",
    source: "aws.ecs",
    account: ACCOUNT,
    time: at,
    region: REGION,
    resources: [arn(`service/${CLUSTER}/shop`)],
    detail: { eventType: "INFO", eventName, deploymentId: `ecs-svc/${deploymentId}`, updatedAt: at, reason },
  };
}

describe("what ECS and Lambda deploy", () => {
  const acme = company("acme", "artifacts", "2026-03-02T08:00:00.000Z");
  const repository = acme.repository("shop");
  const merged = () => {
    const pull = repository.pullRequest(ada);
    pull.merge(lee);
    return { change: pull.subject, commit: repository.head };
  };
  const [first, second, third] = [merged(), merged(), merged()];
  const labels = (commit: string) => ({
    "org.opencontainers.image.revision": commit,
    "org.opencontainers.image.source": "https://github.com/acme/shop",
  });
  const images = { "1001": image(labels(first.commit)), "1002": image(labels(second.commit), { index: {} }) };
  const deploymentOf = (id: string) => `deployment:ecs/${ACCOUNT}/${REGION}/${CLUSTER}/shop/${id}`;
  let running: Running;

  beforeAll(async () => {
    running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    const { artifacts, codedeploy } = running.stack;
    const ecs = { cluster: CLUSTER, service: "till" };
    const text = JSON.stringify({ repositories: [{ match: "github/acme/till", deployments: [{ environment: "production", ecs }] }] });
    const client = new EventBridgeClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
    const Detail = JSON.stringify({ version: 1, text });
    const offered = { EventBusName: OWN_BUS, Source: "acme.operations", DetailType: CONFIGURATION_OFFERED, Detail };
    await client.send(new PutEventsCommand({ Entries: [offered] }));
    client.destroy();
    const serviceDeployments = Object.keys(images).map((id, nth) => ({
      serviceDeploymentArn: arn(`service-deployment/${CLUSTER}/shop/sd-${id}`),
      status: "SUCCESSFUL",
      targetServiceRevision: { arn: revisionArn(id) },
      sourceServiceRevisions: nth === 0 ? [] : [{ arn: revisionArn("1001") }],
      createdAt: `2026-03-02T20:0${nth * 3}:00Z`,
      finishedAt: `2026-03-02T20:0${nth * 3 + 1}:00Z`,
    }));
    const revisions = Object.entries(images).map(([id, { digest, manifests, config }]) => {
      for (const document of [...manifests, config]) artifacts.addDocument(document);
      const name = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/shop`;
      return {
        serviceRevisionArn: revisionArn(id),
        taskDefinition: arn(`task-definition/shop:${id}`),
        containerImages: [{ containerName: "web", image: `${name}:latest`, imageDigest: digest }],
      };
    });
    artifacts.addService(CLUSTER, "shop", { deployments: [], serviceDeployments, revisions });
    const code = Buffer.from("ef".repeat(32), "hex").toString("base64");
    artifacts.addFunction("pay", { "7": { CodeSha256: code } }, { commit: third.commit, repository: "acme/shop" });
    codedeploy.add("d-PAY", {
      deploymentInfo: {
        applicationName: "pay",
        deploymentGroupName: "production",
        deploymentId: "d-PAY",
        computePlatform: "Lambda",
        revision: { revisionType: "AppSpecContent", appSpecContent: { content: "{}", sha256: "00" } },
        status: "Succeeded",
        createTime: "2026-03-02T20:00:00Z",
        completeTime: "2026-03-02T20:05:00Z",
        creator: "user",
      },
      deploymentTargets: [
        {
          deploymentTargetType: "LambdaTarget",
          lambdaTarget: {
            targetId: "pay:live",
            status: "Succeeded",
            lambdaFunctionInfo: {
              functionName: "pay",
              functionAlias: "live",
              currentVersion: "7",
              targetVersion: "7",
              targetVersionWeight: 1,
            },
          },
        },
      ],
    });
    // Deployed before anybody heard of what was merged.
    for (const event of [
      ecsEvent("SERVICE_DEPLOYMENT_IN_PROGRESS", "1001", 0),
      ecsEvent("SERVICE_DEPLOYMENT_COMPLETED", "1001", 1),
      ecsEvent("SERVICE_DEPLOYMENT_IN_PROGRESS", "1002", 3),
      ecsEvent("SERVICE_DEPLOYMENT_COMPLETED", "1002", 4),
      ecsEvent("SERVICE_DEPLOYMENT_IN_PROGRESS", "1003", 6, "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1001."),
      {
        ...ecsEvent("", "9999", 5),
        "detail-type": "CodeDeploy Deployment State-change Notification",
        source: "aws.codedeploy",
        detail: { region: REGION, deploymentId: "d-PAY", state: "SUCCESS", application: "pay", deploymentGroup: "production" },
      },
    ])
      running.stack.injectDefaultBus(event);
    await running.stack.quiet();
    await send(running, acme.events);
    await running.stack.quiet();
  });
  afterAll(async () => {
    await running?.close();
  });
  const entriesOf = async (subject: string) =>
    (await running.ledger()).map(({ entry }) => entry).filter((entry) => entry.subject === subject);
  /** Changes that say, in the end, that a deployment carries them. */
  const carriedBy = async (deployment: string) => {
    const on = new Map<string, boolean>();
    for (const { entry } of await running.ledger())
      if ((entry.kind === "linked" || entry.kind === "unlinked") && entry.facts.deployment === deployment)
        on.set(entry.subject, entry.kind === "linked");
    return [...on].flatMap(([change, is]) => (is ? [change] : []));
  };

  it("is resolved by the labels of the image, whose answer is archived with its exact documents", async () => {
    const entries = await entriesOf(deploymentOf("1001"));
    const [artifact] = entries.filter(({ kind }) => kind === "artifact");
    expect(artifact).toMatchObject({
      source: { system: "artifact-lookup", auth: "api" },
      facts: {
        location: images["1001"].location.replace(/^.*@/, `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/shop@`),
        commit: first.commit,
        by: "image-label",
      },
    });
    const raw = JSON.parse(Buffer.from(await running.rawOf(artifact?.payload)).toString()) as { config: string };
    expect(raw.config).toBe(images["1001"].config);
    // Asked at the beginning and at the end: the same answer is one entry.
    expect(entries.filter(({ kind }) => kind === "artifact")).toHaveLength(1);
  });
  it("is linked to the changes that it carries, though these came later; the next one from the revision before", async () => {
    expect(await carriedBy(deploymentOf("1001"))).toEqual([first.change]);
    expect(await carriedBy(deploymentOf("1002"))).toEqual([second.change]);
  });
  it("of Lambda is resolved by the function's tags", async () => {
    const pay = `deployment:codedeploy/${ACCOUNT}/${REGION}/d-PAY`;
    expect((await entriesOf(pay)).filter(({ kind }) => kind === "artifact")).toMatchObject([
      { facts: { by: "version-tag", commit: third.commit, digest: `sha256:${"ef".repeat(32)}` } },
    ]);
    expect((await carriedBy(pay)).toSorted()).toEqual([first.change, second.change, third.change].toSorted());
  });
  it("in a rollback carries nothing, and of a deployment that ECS does not know says so in the end", async () => {
    expect(await carriedBy(deploymentOf("1003"))).toEqual([]);
    expect((await entriesOf(deploymentOf("1003"))).map(({ kind }) => kind)).toContain("unresolved");
  });
  it("is shown with the commit and how it is known", async () => {
    const { status, body } = await running.http("GET", `/v1/deployments/ecs/${ACCOUNT}/${REGION}/${CLUSTER}/shop/1002`, {
      authorization: `Bearer ${TOKEN}`,
    });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      revision: { type: "ECS", commit: second.commit, by: "image-label" },
      previousRevision: { commit: first.commit, by: "image-label" },
      state: "Succeeded",
    });
  });
  it("is found by ECS's own list where no event told of it; once that is on record, it is complete", async () => {
    const scope = `${ACCOUNT}/${REGION}/${CLUSTER}/till`;
    const deployment = `deployment:ecs/${scope}/2001`;
    const at = (minute: number) => new Date(Date.now() - (60 - minute) * 60_000).toISOString();
    const target = arn(`service-revision/${CLUSTER}/till/2001`);
    const serviceDeployment = {
      serviceDeploymentArn: arn(`service-deployment/${CLUSTER}/till/sd-2001`),
      status: "SUCCESSFUL",
      targetServiceRevision: { arn: target },
      sourceServiceRevisions: [],
      createdAt: at(0),
      finishedAt: at(3),
    };
    const revision = { serviceRevisionArn: target, taskDefinition: arn("task-definition/till:1"), containerImages: [] };
    running.stack.artifacts.addService(CLUSTER, "till", {
      deployments: [],
      serviceDeployments: [serviceDeployment],
      revisions: [revision],
    });
    const compared = async () => {
      await running.stack.fire("hour");
      await running.stack.quiet();
      const entries = (await entriesOf("audit:default")).flatMap((entry) => (entry.kind === "reconciled" ? [entry.facts] : []));
      return entries.findLast((facts) => facts.system === "ecs" && facts.scope === scope);
    };
    expect(await compared()).toMatchObject({ listed: 1, missing: [deployment], unlisted: [] });
    expect(await entriesOf(deployment)).toMatchObject([
      { kind: "deployment-lookup", source: { event: "reconciler.DescribeServiceDeployments", auth: "api" }, facts: { state: "Succeeded" } },
    ]);
    expect(await compared()).toMatchObject({ listed: 1, missing: [], list: { deployments: [{ id: deployment }] } });
    const [change] = await carriedBy(deployment);
    // The finding opened when what was missing came, and is gone since nothing is.
    const said = (await entriesOf(change ?? "")).flatMap((entry) => (entry.kind === "assessed" ? [entry.facts] : []));
    const opened = said.filter((facts) => facts.opened.some(({ test, code }) => `${test}/${code}` === "T1/missing"));
    expect([opened.length, said.at(-1)?.resolved, said.at(-1)?.outcomes["T1"]]).toEqual([1, ["T1/missing"], "satisfied"]);
    const { body } = await running.http("GET", `/v1/changes/${(change ?? "").slice("change:".length)}/assessment`, {
      authorization: `Bearer ${TOKEN}`,
    });
    const { knownNow } = JSON.parse(body) as { knownNow: { tests: { test: string }[] } };
    expect(knownNow.tests.find(({ test }) => test === "T1")).toMatchObject({
      outcome: "satisfied",
      because: `Completeness: ecs's list for ${scope} matches the ledger both ways.`,
    });
  });
});
