import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectLegalHoldCommand,
} from "@aws-sdk/client-s3";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { formatTrust, logIdentity, openCheckpoint, openTrusted, parseTrust, signCheckpoint, type TrustFile } from "@change-ledger/log";
import type { Entry, Subject } from "@change-ledger/model";
import { lookAtHealth } from "@change-ledger/query";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dynamoGaveUp } from "../../packages/aws/dynamo-gave-up.ts";
import { changeLedger } from "../../packages/cli/commands/change-ledger.ts";
import { callEngine } from "../../packages/local/aws-json.ts";
import { unmatchedChange } from "../../packages/local/demonstration/deployment-group.ts";
import { company, PEOPLE } from "../../packages/local/demonstration/index.ts";
import { ServiceFault } from "../../packages/local/fault.ts";
import { HANDLERS } from "../../packages/local/handlers.ts";
import { bucketName, queueName, REGION, tableName } from "../../packages/local/index.ts";
import { putConfiguration } from "../../packages/local/kept-demonstration.ts";
import { ACCOUNT, deadLetterName, OWN_BUS, queueArn } from "../../packages/local/names.ts";
import { streamDeadLetters } from "../../packages/local/resources.ts";
import { bearer } from "../../packages/local/token.ts";
import { type FunctionName, type QueueName, TABLES } from "../../stacks/definitions.ts";
import { trialSigner } from "../log/signer.ts";
import { artifactBuilt } from "../sources/fixtures/put-events.ts";
import { breakable } from "./breakable-functions.ts";
import { send } from "./played.ts";
import { bytes, CREDENTIALS, type Running, run, sendGithub, signature } from "./running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const FORMER_SECRET = "the one before";
const { ada, lee } = PEOPLE;
const acme = company("acme", "runbooks", "2026-03-02T08:00:00.000Z");
const shop = acme.repository("shop");
const group = acme.deploymentGroup("shop", "production", shop, 1);

/** What each runbook of docs/runbooks says to do, done to one local stack. */
describe("the runbooks", { timeout: 120_000 }, () => {
  const { handlers, broken } = breakable();
  let running: Running;
  let sqs: SQSClient;
  let sent = 0;

  beforeAll(async () => {
    running = await run({
      handlers,
      secrets: { ...acme.secrets, github: [FORMER_SECRET, acme.secrets.github] },
      authorize: bearer(TOKEN),
      streamTries: { project: 2 },
    });
    await putConfiguration(running.stack, { scenarios: [] });
    sqs = new SQSClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
  }, 120_000);
  afterAll(async () => {
    sqs?.destroy();
    await running?.close();
  });

  const brokenWhile = async (names: readonly FunctionName[], how: "fails" | "loses", act: () => Promise<void>) => {
    for (const name of names) broken.set(name, how);
    try {
      await act();
    } finally {
      for (const name of names) broken.delete(name);
    }
  };
  /** Sends what the company has told since the last time. */
  const tell = async () => {
    for (const [id, record] of Object.entries(acme.codedeploy)) running.stack.codedeploy.add(id, record);
    const fresh = acme.events.slice(sent);
    sent = acme.events.length;
    expect(new Set(await send(running, fresh))).toEqual(new Set([202]));
  };
  const played = async () => {
    await tell();
    await running.stack.quiet();
  };
  const entriesOf = async (subject: Subject): Promise<Entry[]> =>
    (await running.ledger()).map(({ entry }) => entry).filter((entry) => entry.subject === subject);
  const get = async (path: string) => {
    const { status, body } = await running.http("GET", path, { authorization: `Bearer ${TOKEN}` });
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  };
  const urlOf = (queue: string) => `${running.stack.endpoints.aws}/${ACCOUNT}/${queue}`;
  /** A look at the ledger's own health, as it would be made at another time. */
  const look = async (now: string) => {
    const { healthPorts } = await import("@change-ledger/aws/health-wiring.ts");
    return await lookAtHealth(healthPorts(), now);
  };
  /** What the overview shows of it. */
  const looked = async () => {
    const { body } = await get("/v1/metrics?from=2026-03-01T00:00:00.000Z&to=2026-04-01T00:00:00.000Z");
    return (body["ledger"] as { looked: { deadLetters: { queue: string; waiting: number }[]; checkpointLateSince?: string } }).looked;
  };
  /** What the ledger has told on its bus. */
  const told = (detailType: string) =>
    readFileSync(join(running.dataDir, "events.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.includes(`"detail-type":"${detailType}"`))
      .map((line) => (JSON.parse(line) as { event: { detail: Record<string, unknown> } }).event.detail);
  const depth = (queue: string) => running.stack.queueDepths()[queue]?.visible ?? 0;
  const redrive = async (name: QueueName) =>
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn(deadLetterName(queueName(name))) }));
  const receive = async (queue: string) => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf(queue), MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = "", ReceiptHandle }) => ({
      body: Body,
      remove: () => sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf(queue), ReceiptHandle })),
    }));
  };

  describe("dlq.md", () => {
    it("redrives what ingest, lookup, link, seal and assess have given up, and all of it is done then", async () => {
      const pull = shop.pullRequest(ada);
      pull.merge(lee);
      const abandoned = shop.pullRequest(lee);
      acme.tick();
      abandoned.abandon(lee);
      const deployed = group.deploy({ by: lee });
      const names = ["ingest", "lookup", "link", "seal", "assess"] as const;
      await brokenWhile(names, "fails", async () => {
        await played();
        expect(await entriesOf(pull.subject)).toEqual([]);
        for (const name of names) {
          expect(depth(deadLetterName(queueName(name))), name).toBeGreaterThan(0);
          await running.stack.fire("minute");
          expect((await looked()).deadLetters.filter(({ waiting }) => waiting > 0).map(({ queue }) => queue)).toContain(name);
          broken.delete(name);
          await redrive(name);
          await running.stack.quiet();
        }
      });
      expect(running.stack.stats().deadLettered).toBe(0);
      await running.stack.fire("minute");
      expect((await looked()).deadLetters.filter(({ waiting }) => waiting > 0)).toEqual([]);
      const kinds = async (subject: Subject) => (await entriesOf(subject)).map(({ kind }) => kind);
      expect(await kinds(deployed.subject)).toContain("deployment-lookup");
      expect(await kinds(pull.subject)).toEqual(expect.arrayContaining(["linked", "assessed"]));
      const sealed = (await running.ledger()).flatMap(({ entry }) => (entry.kind === "sealed" ? entry.facts.bundles : []));
      expect(sealed.map(({ change }) => change)).toEqual(expect.arrayContaining([pull.subject, abandoned.subject]));
    });

    it("sends again what the ingest queue did not take of a rule", async () => {
      const event = { ...artifactBuilt(), id: randomUUID() };
      const queue = deadLetterName(`${OWN_BUS}-rules`);
      await sqs.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody: JSON.stringify(event) }));
      for (const { body, remove } of await receive(queue)) {
        await sqs.send(new SendMessageCommand({ QueueUrl: urlOf(queueName("ingest")), MessageBody: body }));
        await remove();
      }
      await running.stack.quiet();
      expect((await running.byId()).get(event.id)?.map(({ kind }) => kind)).toEqual(["artifact"]);
      expect(running.stack.stats().deadLettered).toBe(0);
    });

    it("hands the projection what the stream still holds at the place that it gave up", async () => {
      const pull = shop.pullRequest(ada);
      await brokenWhile(["project"], "fails", played);
      const path = `/v1/changes/${pull.subject.slice("change:".length)}`;
      expect((await get(path)).status).toBe(404);
      const streams = async (operation: string, input: object) =>
        await callEngine(running.stack.endpoints.dynamodb, `DynamoDBStreams_20120810.${operation}`, { ...input });
      const project = await HANDLERS.project();
      for (let found = await receive(streamDeadLetters("project")); found.length > 0; found = await receive(streamDeadLetters("project")))
        for (const { body, remove } of found) {
          const { DDBStreamBatchInfo: at } = JSON.parse(body) as { DDBStreamBatchInfo: Record<string, string> };
          const { ShardIterator } = await streams("GetShardIterator", {
            StreamArn: at["streamArn"],
            ShardId: at["shardId"],
            ShardIteratorType: "AT_SEQUENCE_NUMBER",
            SequenceNumber: at["startSequenceNumber"],
          });
          const { Records } = await streams("GetRecords", { ShardIterator });
          await project({ Records }, {} as Context);
          await remove();
        }
      await running.stack.quiet();
      expect((await get(path)).body).toMatchObject({ subject: pull.subject, state: "open" });
      expect(running.stack.stats().deadLettered).toBe(0);
    });
  });

  describe("backlog.md", () => {
    it("shows what waits and what fails, and that it moves once the cause is mended", async () => {
      const pull = shop.pullRequest(ada);
      const attributes = async () =>
        (
          await sqs.send(
            new GetQueueAttributesCommand({
              QueueUrl: urlOf(queueName("ingest")),
              AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            }),
          )
        ).Attributes ?? {};
      const waiting = async () => Object.values(await attributes()).reduce((sum, number) => sum + Number(number), 0);
      await brokenWhile(["ingest"], "fails", async () => {
        await tell();
        expect(await waiting()).toBeGreaterThan(0);
        const failed = () => running.stack.stats().functions.ingest?.errors ?? 0;
        const before = failed();
        while (failed() === before) await new Promise((resolve) => setTimeout(resolve, 20));
      });
      await running.stack.quiet();
      // Tries may have been used up meanwhile.
      if (depth(deadLetterName(queueName("ingest"))) > 0) await redrive("ingest");
      await running.stack.quiet();
      expect(await waiting()).toBe(0);
      const changes = (await get("/v1/changes?limit=5")).body["items"] as { subject: Subject }[];
      expect(changes.map(({ subject }) => subject)).toContain(pull.subject);
    });
  });

  // The seal waits for as long as the sequencer gathers entries; what follows is not about it.
  const unsealed = () => void broken.set("seal", "loses");

  describe("checkpoint-late.md", () => {
    const covered = async () => {
      const { body } = await running.http("GET", "/v1/log/checkpoint", { authorization: `Bearer ${TOKEN}` });
      return Number(body.split("\n")[1]);
    };
    const proves = async (subject: Subject) =>
      (await running.http("GET", `/v1/log/proof?subject=${encodeURIComponent(subject)}&seq=0`, { authorization: `Bearer ${TOKEN}` }))
        .status;

    it("catches up by itself once the sequencer can", async () => {
      const pull = shop.pullRequest(ada);
      const before = await covered();
      const failures = () => running.stack.stats().functions.sequence?.errors ?? 0;
      const failed = failures();
      let caughtUp: Promise<void> | undefined;
      await brokenWhile(["sequence"], "fails", async () => {
        await tell();
        caughtUp = running.stack.quiet();
        while (failures() === failed || (await entriesOf(pull.subject)).length === 0)
          await new Promise((resolve) => setTimeout(resolve, 20));
        expect(await covered()).toBe(before);
        expect(await proves(pull.subject)).not.toBe(200);
        // Two minutes later, and three: it is told once.
        for (const minutes of [2, 3]) await look(new Date(Date.now() + minutes * 60_000).toISOString());
        expect(told("Checkpoint late")).toEqual([
          {
            version: 1,
            subject: expect.stringMatching(/^log:/),
            at: expect.any(String),
            entry: { subject: expect.any(String), seq: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
            checkpoint: { since: expect.any(String), because: expect.stringContaining("under no signed checkpoint") },
          },
        ]);
        expect((await looked()).checkpointLateSince).toBeDefined();
      });
      await caughtUp;
      await running.stack.fire("minute");
      expect(told("Checkpoint caught up")).toHaveLength(1);
      expect((await looked()).checkpointLateSince).toBeUndefined();
      expect(await covered()).toBe((await running.ledger()).length);
      expect(await proves(pull.subject)).toBe(200);
    });

    it("gets from the reconciler what the stream has forgotten", async () => {
      const pull = shop.pullRequest(ada);
      await brokenWhile(["sequence"], "loses", played);
      expect(await proves(pull.subject)).not.toBe(200);
      expect(await covered()).toBeLessThan((await running.ledger()).length);
      await running.stack.fire("day");
      await running.stack.quiet();
      expect(await proves(pull.subject)).toBe(200);
      expect(await covered()).toBe((await running.ledger()).length);
    });
  });

  describe("unlinked-deployments.md", () => {
    beforeAll(unsealed);
    it("lists a deployment whose artefact names no commit, and what the build tells explains it", async () => {
      const pull = shop.pullRequest(ada);
      pull.merge(lee);
      const deployed = group.deploy({ by: lee, revision: group.archive("unnamed", {}) });
      const change = unmatchedChange(deployed);
      await played();
      // Half an hour later: what the ledger derives has its own clock.
      const later = new Date(Date.now() + 30 * 60_000).toISOString();
      expect((await look(later)).unlinked).toEqual({ lastDay: 1, dayBefore: 0 });
      const listed = async () => (await get("/v1/changes?type=unmatchedDeployment")).body["items"] as { subject: Subject; state: string }[];
      expect(await listed()).toContainEqual(expect.objectContaining({ subject: change, state: "deployed" }));
      const { body } = await get(`/v1/deployments/${deployed.subject.slice("deployment:".length)}`);
      const { location } = body["revision"] as { location: string };
      const bus = new EventBridgeClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
      const Detail = JSON.stringify({ version: 1, location, repository: "acme/shop", commit: shop.head });
      const Entries = [{ EventBusName: OWN_BUS, Source: "acme.ci", DetailType: "artifact.built", Detail }];
      expect((await bus.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
      bus.destroy();
      await running.stack.quiet();
      expect((await entriesOf(pull.subject)).map(({ kind }) => kind)).toContain("linked");
      expect((await listed()).find(({ subject }) => subject === change)).toBeUndefined();
      expect((await look(later)).unlinked).toEqual({ lastDay: 0, dayBefore: 0 });
      expect((await get(`/v1/changes/${change.slice("change:".length)}`)).body).toMatchObject({ state: "withdrawn" });
      expect((await get(`/v1/deployments/${deployed.subject.slice("deployment:".length)}`)).body["carries"]).toContain(pull.subject);
    });
  });

  describe("lookups-failing.md", () => {
    beforeAll(unsealed);
    it("puts on record that nobody answered, and the answer once the question is asked again", async () => {
      const deployed = group.deploy({ by: lee });
      running.stack.codedeploy.beforeAnswer = () => {
        throw new ServiceFault("AccessDeniedException", 400, "not authorized");
      };
      await played();
      const unresolved = (await entriesOf(deployed.subject)).find(({ kind }) => kind === "unresolved");
      expect(unresolved?.facts).toMatchObject({ reason: "denied" });
      expect(running.counts.unresolved).toBeGreaterThan(0);
      // The reconciler finds it, to ask again by itself.
      const dynamo = new DynamoDBClient({ endpoint: running.stack.endpoints.dynamodb, region: REGION, credentials: CREDENTIALS });
      const gaveUp = dynamoGaveUp({ client: dynamo, table: tableName("models") });
      const { subject, seq, recordedAt: at } = unresolved as Entry;
      expect(await gaveUp(at)).toContainEqual({ subject, seq, at });
      expect(await gaveUp(new Date().toISOString())).toEqual([]);
      dynamo.destroy();
      running.stack.codedeploy.beforeAnswer = () => {};
      const MessageBody = JSON.stringify({ ask: "deployment", deployment: deployed.subject });
      await sqs.send(new SendMessageCommand({ QueueUrl: urlOf(queueName("lookup")), MessageBody }));
      await running.stack.quiet();
      const kinds = (await entriesOf(deployed.subject)).map(({ kind }) => kind);
      expect(kinds.lastIndexOf("deployment-lookup")).toBeGreaterThan(kinds.indexOf("unresolved"));
      expect(running.stack.stats().deadLettered).toBe(0);
    });
  });

  describe("key-rotation.md", () => {
    it("takes deliveries under the secret before as under the new one, and under no other", async () => {
      const ping = bytes({ zen: "Keep it logically awesome." });
      const under = async (secret: string) =>
        (await sendGithub(running, "ping", ping, { "x-hub-signature-256": signature(ping, secret) })).status;
      expect(await under(FORMER_SECRET)).toBe(202);
      expect(await under(acme.secrets.github)).toBe(202);
      expect(await under("some other")).toBe(401);
      await running.stack.quiet();
    });

    it("keeps what a note key signed in its time, once another one has taken its place", async () => {
      await running.stack.fire("hour");
      const served = async (path: string) => Buffer.from((await running.http("GET", path, { authorization: `Bearer ${TOKEN}` })).body);
      const trust = parseTrust(await served("/v1/log/trust.json"));
      const current = await served("/v1/log/checkpoint");
      const { items } = JSON.parse((await served("/v1/log/hours")).toString()) as { items: string[] };
      const hour = await served(`/v1/log/hours/${items[0]?.replace(/[-T]/g, "/")}`);
      const successor = trialSigner(trust.origin, 9);
      const [old] = trust.noteKeys;
      if (old === undefined) throw new Error("expected a note key");
      const dayMs = 86_400_000;
      const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
      const rotated: TrustFile = {
        ...trust,
        noteKeys: [
          // The hour that was sealed had ended before this stack began.
          { ...old, from: inDays(-2), until: inDays(30) },
          { key: successor.key, from: inDays(7) },
        ],
      };
      expect(formatTrust(parseTrust(formatTrust(rotated)))).toEqual(formatTrust(rotated));
      expect(openTrusted(current, rotated, inDays(20)).size).toBe((await running.ledger()).length);
      expect(() => openTrusted(current, rotated, inDays(40))).toThrow(expect.objectContaining({ code: "retired-key" }));
      expect(openTrusted(hour, rotated, inDays(4000)).origin).toBe(trust.origin);
      const next = await signCheckpoint(openCheckpoint(current, logIdentity(trust)), [successor]);
      expect(openTrusted(next, rotated, inDays(40)).size).toBe((await running.ledger()).length);
      expect(() => openTrusted(next, rotated, inDays(0))).toThrow(expect.objectContaining({ code: "retired-key" }));
    });
  });

  describe("restore-from-the-log.md", () => {
    beforeAll(unsealed);
    it("makes the ledger's table from a mirror, byte for byte, and the read models from the table", async () => {
      // What the runs of the tests before have handed in is on its way yet.
      await running.stack.quiet();
      const said: string[] = [];
      const terminal = { out: (text: string) => void said.push(text), err: process.stderr, now: () => new Date().toISOString() };
      const change = async (...args: string[]) => expect([await changeLedger(args, terminal), args]).toEqual([0, args]);
      const at = (name: string) => join(running.dataDir, name);
      writeFileSync(at("token"), TOKEN);
      await change("mirror", "--url", running.stack.url, "--token-file", at("token"), at("mirror"));
      const restored = `restored-${randomUUID()}`;
      await createTable(restored);
      await change("rebuild", "--log", at("mirror"), "--table", restored);
      await change("export", "--table", tableName("ledger"), at("ledger.jsonl"));
      await change("export", "--table", restored, at("restored.jsonl"));
      const ledger = readFileSync(at("ledger.jsonl"), "utf8");
      expect(readFileSync(at("restored.jsonl"), "utf8")).toBe(ledger);
      expect(ledger.length).toBeGreaterThan(0);
      await change("verify", "--log", at("mirror"), "--ledger", at("restored.jsonl"));

      // Changes are judged again, by what has come since; the rest is what it was.
      const told = async () => {
        const changes = (await get("/v1/changes")).body["items"] as Record<string, unknown>[];
        const kept = changes.map(({ assessment: _assessment, bundles: _bundles, chain: _chain, lastAt: _lastAt, ...rest }) => rest);
        return [kept, (await get("/v1/deployments")).body["items"]];
      };
      const before = await told();
      await emptyTable(tableName("models"));
      expect((await told()).flat()).toEqual([]);
      // As after an update of the function: one that runs remembers what it wrote.
      vi.resetModules();
      writeFileSync(at("settings.json"), "{}");
      const tables = ["--ledger", tableName("ledger"), "--models", tableName("models"), "--settings", at("settings.json")];
      const queues = ["--link-queue", urlOf(queueName("link")), "--assess-queue", urlOf(queueName("assess"))];
      const rebuild = ["rebuild-models", ...tables, ...queues, "--state", at("state.json")];
      // A state of other tables is nobody's to go on from.
      writeFileSync(at("state.json"), JSON.stringify({ version: 1, ledger: "other", models: "other", phase: "entries", done: 1 }));
      await expect(changeLedger(rebuild, terminal)).rejects.toMatchObject({ code: "unreadable" });
      rmSync(at("state.json"));
      const linked = async () => (await running.ledger()).filter(({ entry }) => /linked$/.test(entry.kind)).length;
      const links = await linked();
      await change(...rebuild);
      expect(existsSync(at("state.json"))).toBe(false);
      await running.stack.quiet();
      expect(await told()).toEqual(before);
      expect(await linked()).toBe(links);
      expect(running.stack.stats().deadLettered).toBe(0);
    });

    const engine = async (operation: string, input: object) =>
      await callEngine(running.stack.endpoints.dynamodb, `DynamoDB_20120810.${operation}`, { ...input });
    const createTable = async (TableName: string) =>
      await engine("CreateTable", {
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: Object.entries(TABLES.ledger.fields).map(([AttributeName, AttributeType]) => ({
          AttributeName,
          AttributeType,
        })),
        KeySchema: [
          { AttributeName: TABLES.ledger.hash, KeyType: "HASH" },
          { AttributeName: TABLES.ledger.range, KeyType: "RANGE" },
        ],
      });
    const emptyTable = async (TableName: string) => {
      const { Items } = await engine("Scan", { TableName });
      for (const { pk, sk } of Items as { pk: object; sk: object }[]) await engine("DeleteItem", { TableName, Key: { pk, sk } });
    };
  });

  describe("legal-hold.md", () => {
    it("keeps a bundle whose retention is over, until the hold is taken off", async () => {
      const { body } = await get("/v1/changes/github/acme/shop/pull/1");
      const [bundle] = body["bundles"] as { key: string; versionId: string }[];
      const version = { Bucket: bucketName("archive"), Key: bundle?.key, VersionId: bundle?.versionId };
      const listed = await running.s3.send(new ListObjectVersionsCommand({ Bucket: version.Bucket, Prefix: "evidence/" }));
      expect(listed.Versions?.map(({ Key, VersionId }) => ({ Key, VersionId }))).toContainEqual({
        Key: version.Key,
        VersionId: version.VersionId,
      });
      expect((await running.s3.send(new GetObjectRetentionCommand(version))).Retention?.RetainUntilDate).toBeInstanceOf(Date);
      const hold = async (Status: "ON" | "OFF") =>
        await running.s3.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status } }));
      const status = async () => (await running.s3.send(new GetObjectLegalHoldCommand(version))).LegalHold?.Status;
      expect(await status()).toBe("OFF");
      await hold("ON");
      expect(await status()).toBe("ON");
      // Whoever passes by the retention stands where everybody does after it.
      const remove = () => running.s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
      await expect(remove()).rejects.toMatchObject({ name: "AccessDenied" });
      expect((await running.s3.send(new HeadObjectCommand(version))).ObjectLockLegalHoldStatus).toBe("ON");
      await hold("OFF");
      await remove();
      await expect(running.s3.send(new HeadObjectCommand(version))).rejects.toMatchObject({ name: "NotFound" });
    });
  });
});
