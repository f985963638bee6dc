import { execFileSync } from "node:child_process";
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { modelItems } from "@change-ledger/aws";
import { TABLES } from "../../../stacks/definitions.ts";
import { enginePath } from "../dynamodb.ts";
import { tableName } from "../names.ts";
import {
  changeAt,
  deploymentAt,
  deploymentsOf,
  type Made,
  madeChange,
  madeDeployment,
  madePlan,
  repositoryOf,
  sha,
  ticketAt,
} from "./queries-made.ts";

type Item = Record<string, AttributeValue>;

/**
 * Fills a models table in `dataDir` with `changes` changes, their deployments and plans, and what the link index holds of their names, as the adapters write them: by the
 * engine's import of an export of DynamoDB, a hundred times as fast as by requests.
 */
export async function loadModels(dataDir: string, changes: number): Promise<void> {
  const source = join(dataDir, "export");
  const data = join(source, tableName("models"), "data");
  mkdirSync(data, { recursive: true });
  await pipeline(Readable.from(lines({ changes })), createGzip({ level: 1 }), createWriteStream(join(data, "models.json.gz")));
  const schema = join(dataDir, "schema.json");
  writeFileSync(schema, JSON.stringify([{ Table: description() }]));
  execFileSync(enginePath(), ["import", "--source", source, "--schema", schema, "--output", join(dataDir, "dynamodb.db")], {
    stdio: "pipe",
  });
  rmSync(source, { recursive: true });
}

function* lines(made: Made): Generator<string> {
  const scopes = new Set<string>();
  for (const item of itemsOf(made)) {
    const key = item["pk"]?.S ?? "";
    if (key.startsWith("scope#") && scopes.size === scopes.add(key).size) continue;
    yield `${JSON.stringify({ Item: item }, asExported)}\n`;
  }
}

function* itemsOf(made: Made): Generator<Item> {
  for (let n = 0; n < made.changes; n++) {
    yield* modelItems(madeChange(n, made));
    // As the linker writes them: dynamo-links.ts.
    for (const named of [ticketAt(n), `commit:${repositoryOf(n)}/${sha("head", n)}`])
      yield { pk: { S: `link#names:${named}` }, sk: { S: "set" }, c: { SS: [changeAt(n)] } };
  }
  for (let n = 0; n < deploymentsOf(made); n++) {
    yield* modelItems(madeDeployment(n));
    const plan = madePlan(n, made);
    yield { pk: { S: `plan#${deploymentAt(n)}` }, sk: { S: "plan" }, v: { N: String(plan.version) }, p: { S: JSON.stringify(plan) } };
  }
}

/** Bytes are base64 in DynamoDB's JSON. */
function asExported(this: Item, key: string, value: unknown): unknown {
  const raw = (this as Readonly<Record<string, unknown>>)[key];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : value;
}

/** As DescribeTable tells it. */
function description(): object {
  const { fields, indexes } = TABLES.models;
  const keys = ({ hash, range }: { readonly hash: string; readonly range: string }) => [
    { AttributeName: hash, KeyType: "HASH" },
    { AttributeName: range, KeyType: "RANGE" },
  ];
  return {
    TableName: tableName("models"),
    KeySchema: keys(TABLES.models),
    AttributeDefinitions: Object.entries(fields).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
      IndexName,
      KeySchema: keys(index),
      Projection: { ProjectionType: index.projection },
    })),
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
  };
}
