import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import {
  EdgeMemory,
  formatTrust,
  hashFromHex,
  openCheckpoint,
  parseBundle,
  parseTrust,
  sequence,
  verifyProofFile,
} from "@change-ledger/log";
import { type Subject, storedEntry } from "@change-ledger/model";
import { foldChains } from "@change-ledger/query";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dynamoClient, s3Client } from "../../packages/aws/clients.ts";
import { dynamoChains } from "../../packages/aws/dynamo-chains.ts";
import { dynamoLogLock } from "../../packages/aws/dynamo-log-lock.ts";
import { dynamoModels } from "../../packages/aws/dynamo-models.ts";
import { keptLog } from "../../packages/aws/log-wiring.ts";
import { createTables, type DynamoDb, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { type Listener, listen, send } from "../../packages/local/http.ts";
import { bucketName, tableName } from "../../packages/local/names.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";
import { trialSigner } from "../log/signer.ts";
import { chainOf } from "../query/chain.ts";
import { eventWith } from "./world.ts";

const ENTRY_POINT = new URL("../../functions/api.ts", import.meta.url).pathname;
const SUBJECT: Subject = "ticket:jira/PAY-12";
const SIGNER = trialSigner("ledger.example/handler", 3);
const LOG = { origin: "ledger.example/handler", keys: [SIGNER.key] };

const missing = !engineInstalled();
if (missing) console.warn("test/api/handler.test.ts: skipped, since the DynamoDB engine has no build for this platform");

function engineInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(missing)("the API's function on a real engine", () => {
  let folder: string;
  let engine: DynamoDb;
  let listener: Listener;
  let handler: (event: object, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "change-ledger-"));
    engine = await startDynamoDb(folder);
    const s3 = new S3(new ObjectStore(join(folder, "objects"), () => Date.now()));
    listener = await listen(0, async (request, response) => send(response, await s3.answer(request)));
    await createTables(engine.endpoint);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", engine.endpoint);
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    vi.stubEnv("LEDGER_TABLE", tableName("ledger"));
    vi.stubEnv("MODELS_TABLE", tableName("models"));
    vi.stubEnv("LOG_TABLE", tableName("log"));
    vi.stubEnv("ARCHIVE_BUCKET", bucketName("archive"));
    vi.stubEnv("LOG_BUCKET", bucketName("log"));
    vi.stubEnv("BUS_NAME", "none-is-asked");
    vi.stubEnv("RETENTION_MODE", "GOVERNANCE");
    vi.stubEnv("RETENTION_DAYS", "1");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", listener.url);
    vi.stubEnv("POWERTOOLS_TRACE_ENABLED", "false");
    vi.stubEnv("POWERTOOLS_DEV", "false");
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "true");
    vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
    const client = dynamoClient();
    const chain = chainOf(SUBJECT, [
      { kind: "ticket", at: "2023-01-01T00:00:00.000Z", id: "1", facts: { action: "created", status: "Open" } },
    ]);
    const chains = dynamoChains({ client, table: tableName("ledger") });
    await chains.insert(chain);
    const models = dynamoModels({ client, table: tableName("models") });
    await foldChains({ models, chains, pause: async () => {} }, new Map([[SUBJECT, chain]]));
    client.destroy();
    const objects = s3Client();
    for (const bucket of ["archive", "log"] as const)
      await objects.send(new CreateBucketCommand({ Bucket: bucketName(bucket), ObjectLockEnabledForBucket: bucket === "archive" }));
    const { places, store } = keptLog();
    const lock = dynamoLogLock({ client: dynamoClient(), table: tableName("log") });
    await sequence({ lock, places, store, chains, signers: [SIGNER], log: LOG, memory: new EdgeMemory(), pause: async () => {} }, chain);
    await store.putTrust(
      formatTrust({ origin: LOG.origin, noteKeys: [{ key: SIGNER.key, from: "2023-01-01T00:00:00Z" }], envelopeKeys: [] }),
    );
    objects.destroy();
    handler = (await import(ENTRY_POINT)).handler;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await listener?.close();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (rawPath: string, scope?: string) => {
    const { requestContext } = eventWith(scope);
    const event = { rawPath, rawQueryString: "", headers: {}, requestContext: { ...requestContext, http: { method: "GET" } } };
    const { statusCode, body } = await handler(event, { awsRequestId: "1" } as Context);
    return { statusCode, body: JSON.parse(body ?? "") };
  };

  it("lists, reads one, and reads its chain", async () => {
    const list = await ask("/v1/tickets", "ledger:read");
    expect([list.statusCode, list.body.items.map(({ subject }: { subject: string }) => subject)]).toEqual([200, [SUBJECT]]);
    expect((await ask(`/v1/tickets/${SUBJECT}`, "ledger:read")).body).toMatchObject({ subject: SUBJECT, status: "Open" });
    expect((await ask(`/v1/chains/${SUBJECT}/entries`, "ledger:read")).body.entries).toHaveLength(1);
    expect((await ask("/v1/deployments/none", "ledger:read")).statusCode).toBe(404);
  });

  it("reads the log out of its buckets and its table: checkpoint, tile, proof, keys", async () => {
    const raw = async (rawPath: string, rawQueryString = "") => {
      const { requestContext } = eventWith("ledger:read");
      const event = { rawPath, rawQueryString, headers: {}, requestContext: { ...requestContext, http: { method: "GET" } } };
      const { statusCode, body = "", isBase64Encoded } = await handler(event, { awsRequestId: "1" } as Context);
      expect(statusCode).toBe(200);
      return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
    };
    expect(openCheckpoint(await raw("/v1/log/checkpoint"), LOG).size).toBe(1);
    const [entry] = parseBundle(await raw("/v1/log/tile/entries/000.p/1"), 1);
    const { hash } = storedEntry(entry ?? new Uint8Array());
    const proof = await raw("/v1/log/proof", `subject=${encodeURIComponent(SUBJECT)}&seq=0`);
    expect(verifyProofFile(proof, hashFromHex(hash), LOG).index).toBe(0);
    expect(parseTrust(await raw("/v1/log/trust")).origin).toBe(LOG.origin);
    expect(await raw("/v1/ledger/entries")).toEqual(Buffer.concat([entry ?? new Uint8Array(), Buffer.from("\n")]));
  });

  it("asks for the scope", async () => {
    expect((await ask("/v1/tickets", "other")).statusCode).toBe(403);
  });
});
