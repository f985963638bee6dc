import { randomBytes } from "node:crypto";
import type { FactsOf } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { addDeployments, putConfiguration, putObjects } from "../../packages/local/kept-demonstration.ts";
import { keyAlias } from "../../packages/local/kms.ts";
import { ACCOUNT, bucketName, OWN_BUS, queueArn, queueName, REGION, tableName } from "../../packages/local/names.ts";
import { DEAD_LETTER_QUEUES } from "../../packages/local/resources.ts";
import { bearer } from "../../packages/local/token.ts";
import { FUNCTIONS, type FunctionName, type TableName } from "../../stacks/definitions.ts";
import { permissionsOf } from "../../stacks/permissions.ts";
import type { Arns, Statement } from "../../stacks/statements.ts";
import { send } from "../end-to-end/played.ts";
import { type Running, run, signature } from "../end-to-end/running.ts";
import { type Call, recordedCalls } from "./recorded-calls.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const table = (name: TableName) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${tableName(name)}`;
const whole = demonstrationEvents("2026-03-02T08:00:00.000Z");
const revisionBuckets = [...new Set(Object.keys(whole.objects).map((url) => `arn:aws:s3:::${new URL(url).host}`))];

const ARNS: Arns = {
  account: ACCOUNT,
  ledger: table("ledger"),
  ledgerStream: `${table("ledger")}/stream/1`,
  models: table("models"),
  log: table("log"),
  logBucket: `arn:aws:s3:::${bucketName("log")}`,
  archive: `arn:aws:s3:::${bucketName("archive")}`,
  inbox: `arn:aws:s3:::${bucketName("inbox")}`,
  bus: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${OWN_BUS}`,
  queues: {
    ingest: queueArn(queueName("ingest")),
    lookup: queueArn(queueName("lookup")),
    link: queueArn(queueName("link")),
    seal: queueArn(queueName("seal")),
    assess: queueArn(queueName("assess")),
  },
  streamFailures: queueArn("stream-failures"),
  deadLetters: Object.values(DEAD_LETTER_QUEUES).map(queueArn),
  revisionBuckets,
  artifacts: [],
  // As the local stack's functions name them.
  noteKeys: [keyAlias("note")],
  envelopeKeys: [keyAlias("envelope")],
};

/** Granted for others than the function's own code: event sources, log, tracer. */
const NOT_OURS =
  /^(?:logs|xray):|^sqs:(?:ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueAttributes) |^dynamodb:(?:DescribeStream|GetRecords|GetShardIterator|ListStreams) | arn:aws:sqs:[^ ]*:stream-failures$/;
/** Deduplication of a chain that is longer than what a process has in sight. */
const MARKERS = `dynamodb:GetItem ${ARNS.ledger}`;
/** Granted for what this test does not bring about. */
const RARE: Readonly<Partial<Record<FunctionName, readonly string[]>>> = {
  ingest: [MARKERS],
  // Entries that are missing between those of a batch.
  project: [`dynamodb:Query ${ARNS.ledger}`],
  // A revision that names its version.
  lookup: [
    MARKERS,
    ...revisionBuckets.map((bucket) => `s3:GetObjectVersion ${bucket}/*`),
    // Nothing of the demonstration runs on ECS.
    ...["DescribeServices", "ListServiceDeployments"].map((action) => `ecs:${action} arn:aws:ecs:*:${ACCOUNT}:service/*`),
    `ecs:DescribeServiceDeployments arn:aws:ecs:*:${ACCOUNT}:service-deployment/*`,
    `ecs:DescribeServiceRevisions arn:aws:ecs:*:${ACCOUNT}:service-revision/*`,
    "ecs:DescribeTaskDefinition *",
  ],
  link: [MARKERS],
  // A bundle whose key is taken, asked for its checksum; a tile that has grown since the checkpoint was read.
  seal: [MARKERS, `s3:GetObject ${ARNS.archive}/evidence/*`, `s3:ListBucket ${ARNS.logBucket}`, `s3:ListBucket ${ARNS.archive}`],
  // Something is due: nothing of the demonstration is, for its people did what they had to.
  assess: [MARKERS, `dynamodb:UpdateItem ${ARNS.models}`],
  // Entries that the stream's batch lacks; a chain that an earlier process has begun; a partial tile that is gone.
  sequence: [`dynamodb:Query ${ARNS.ledger}`, `dynamodb:Query ${ARNS.log}`, `s3:ListBucket ${ARNS.logBucket}`],
  reconcile: [
    `dynamodb:Query ${ARNS.ledger}`,
    `s3:ListBucket ${ARNS.logBucket}`,
    // Of what a HEAD tells; a result too large for the bus.
    `s3:GetObjectRetention ${ARNS.archive}/evidence/*`,
    `s3:PutObject ${ARNS.inbox}/found/*`,
  ],
  // Days that are over, and what was lost: the demonstration is of today, and whole.
  reconcileSenders: [
    MARKERS,
    `dynamodb:Query ${ARNS.ledger}`,
    `dynamodb:Scan ${ARNS.ledger}`,
    `s3:GetObject ${ARNS.archive}/segments/*`,
    `s3:PutObject ${ARNS.inbox}/found/*`,
    `sqs:SendMessage ${ARNS.queues.lookup}`,
    // Nothing of the demonstration runs on ECS.
    `ecs:ListServiceDeployments arn:aws:ecs:*:${ACCOUNT}:service/*`,
    `ecs:DescribeServiceDeployments arn:aws:ecs:*:${ACCOUNT}:service-deployment/*`,
  ],
  // The log is late: that is told; and which hour was sealed last; a chain of one entry.
  health: [
    `events:PutEvents ${ARNS.bus}`,
    ...[`s3:ListBucket ${ARNS.logBucket}`, `s3:GetObject ${ARNS.archive}/log/*`, `dynamodb:BatchGetItem ${ARNS.log}`],
  ],
  // A chain that began before the period; a partial tile that is gone.
  population: [`dynamodb:Query ${ARNS.log}`, `s3:ListBucket ${ARNS.logBucket}`],
  // Called by whoever holds a pre-signed link; a partial tile that is gone.
  // A bundle that somebody reads; a partial tile that is gone; the neighbours of a push, for an assessment; where an entry lies that is not its chain's first.
  api: [
    ...[`s3:GetObjectVersion ${ARNS.archive}/evidence/*`, `s3:ListBucket ${ARNS.logBucket}`],
    ...[`dynamodb:Query ${ARNS.models}`, `dynamodb:Query ${ARNS.log}`],
  ],
};
/** What it finds missing in the log, the reconciler puts there with the sequencer's own code. */
const SAME_CODE: Readonly<Partial<Record<FunctionName, FunctionName>>> = { reconcile: "sequence" };

const covers = ({ actions, resources }: Statement, { action, arn }: Call) =>
  actions.includes(action) && resources.some((resource) => new RegExp(`^${resource.split("*").map(RegExp.escape).join(".*")}$`).test(arn));

describe("each function's role", () => {
  const { handlers, calls, restore } = recordedCalls();
  let running: Running;

  beforeAll(async () => {
    running = await run({ handlers, secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    addDeployments(running.stack, whole);
    await putObjects(running.stack, whole);
    await putConfiguration(running.stack, whole);
    await send(
      running,
      whole.scenarios.flatMap(({ events }) => events),
    );
    // Too large for the bus.
    const large = Buffer.from(JSON.stringify({ noise: randomBytes(300_000).toString("base64") }));
    const headers = {
      "x-github-event": "ping",
      "x-github-delivery": "large",
      "x-hub-signature-256": signature(large, DEMONSTRATION_SECRETS.github),
    };
    expect((await running.http("POST", "/webhooks/github", headers, large)).status).toBe(202);
    await running.stack.quiet();
    const [deployment] = (await running.ledger())
      .filter(({ entry }) => entry.kind === "linked")
      .map(({ entry }) => entry.facts as { deployment: string });
    await running.stack.fire("minute");
    await running.stack.fire("quarter");
    await running.stack.fire("hour");
    await running.stack.fire("day");
    const [bundle] = (await running.ledger()).flatMap(({ entry }) =>
      entry.kind === "sealed" ? (entry.facts as FactsOf<"sealed">).bundles : [],
    );
    expect((await running.http("GET", `/v1/bundles/${bundle?.key}`, { authorization: `Bearer ${TOKEN}` })).status).toBe(302);
    for (const path of [
      "/v1/ledger/entries",
      "/v1/log/checkpoint",
      "/v1/log/hours",
      "/v1/log/tile/0/000.p/1",
      `/v1/log/proof?subject=${deployment?.deployment}&seq=0`,
      "/v1/changes",
      "/v1/tickets",
      "/v1/configuration",
      `/v1/deployments/${deployment?.deployment.replace("deployment:", "")}`,
      `/v1/chains/${deployment?.deployment}/entries`,
    ])
      expect((await running.http("GET", path, { authorization: `Bearer ${TOKEN}` })).status, path).toBe(200);
    const period = Buffer.from(JSON.stringify({ period: { from: "2026-01-01T00:00:00.000Z", to: "2027-01-01T00:00:00.000Z" } }));
    const json = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    expect((await running.http("POST", "/v1/population/certificates", json, period)).status).toBe(200);
  }, 240_000);
  afterAll(async () => {
    await running?.close();
    restore();
  });

  // The console calls nothing.
  for (const name of (Object.keys(FUNCTIONS) as FunctionName[]).filter((one) => one !== "console")) {
    it(`lets ${name} make every call that it makes, and no call that it does not`, () => {
      const made = [...new Map((calls.get(name) ?? []).map((call) => [`${call.action} ${call.arn}`, call])).values()];
      expect(made.length).toBeGreaterThan(0);
      const statements = permissionsOf(name, ARNS, "arn:aws:logs:::log-group");
      expect(made.filter((call) => !statements.some((statement) => covers(statement, call)))).toEqual([]);
      const granted = statements.flatMap(({ actions, resources }) =>
        actions.flatMap((action) => resources.map((resource) => ({ actions: [action], resources: [resource] }))),
      );
      const same = SAME_CODE[name];
      const calling = [...made, ...(same === undefined ? [] : (calls.get(same) ?? []))];
      const unused = granted
        .filter((grant) => !calling.some((call) => covers(grant, call)))
        .map(({ actions: [action], resources: [resource] }) => `${action} ${resource}`)
        .filter((grant) => !NOT_OURS.test(grant) && RARE[name]?.includes(grant) !== true);
      expect(unused).toEqual([]);
    });
  }
});
