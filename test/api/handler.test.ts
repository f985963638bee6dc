import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subject } from "@change-ledger/model";
import { foldChains } from "@change-ledger/query";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dynamoClient } from "../../packages/aws/clients.ts";
import { dynamoChains } from "../../packages/aws/dynamo-chains.ts";
import { dynamoModels } from "../../packages/aws/dynamo-models.ts";
import { createTables, type DynamoDb, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { tableName } from "../../packages/local/names.ts";
import { chainOf } from "../query/chain.ts";
import { eventWith } from "./world.ts";

const ENTRY_POINT = new URL("../../functions/api.ts", import.meta.url).pathname;
const SUBJECT: Subject = "ticket:jira/PAY-12";

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
  let handler: (event: object, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "change-ledger-"));
    engine = await startDynamoDb(folder);
    await createTables(engine.endpoint);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", engine.endpoint);
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    vi.stubEnv("LEDGER_TABLE", tableName("ledger"));
    vi.stubEnv("MODELS_TABLE", tableName("models"));
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
    handler = (await import(ENTRY_POINT)).handler;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
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

  it("asks for the scope", async () => {
    expect((await ask("/v1/tickets", "other")).statusCode).toBe(403);
  });
});

it("its bundle stays under 1 MB", async () => {
  const { outputFiles } = await build({
    entryPoints: [ENTRY_POINT],
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    write: false,
  });
  expect(outputFiles[0]?.contents.length).toBeLessThan(1_000_000);
});
