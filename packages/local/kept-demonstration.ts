import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { CONFIGURATION_OFFERED } from "../../stacks/definitions.ts";
import {
  DEMONSTRATION_DAYS,
  type Demonstration,
  demonstrationConfiguration,
  demonstrationEvents,
  playDemonstration,
} from "./demonstration/index.ts";
import { LocalError } from "./fault.ts";
import { OWN_BUS, REGION, tableName } from "./names.ts";
import { Senders } from "./sender.ts";
import type { LocalStack } from "./stack.ts";

const markSchema = z.object({ startAt: z.iso.datetime({ precision: 3 }), playedAt: z.iso.datetime({ precision: 3 }).optional() });

/** What a data folder notes of the demonstration: `startAt` makes its events the same again, `playedAt` says that all of them are on record. */
export type Mark = z.output<typeof markSchema>;

const DAY_MS = 86_400_000;
const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** A demonstration that ends before now. */
export function newMark(nowMs: number): Mark {
  return { startAt: new Date(nowMs - DEMONSTRATION_DAYS * DAY_MS).toISOString() };
}

/** `undefined` when none was begun in this folder, or nothing readable is noted. */
export function readMark(dataDir: string): Mark | undefined {
  try {
    return markSchema.safeParse(JSON.parse(readFileSync(markFile(dataDir), "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Replaces what is noted, wholly or not at all. */
export function writeMark(dataDir: string, mark: Mark): void {
  const file = markFile(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(mark)}\n`);
  renameSync(`${file}.new`, file);
}

function markFile(dataDir: string): string {
  return join(dataDir, "demonstration.json");
}

/** Whether a ledger has no entry yet: one that holds a replay's is nothing to play a demonstration into. */
export async function isEmpty(stack: LocalStack): Promise<boolean> {
  const client = new DynamoDBClient({ endpoint: stack.endpoints.dynamodb, region: REGION, credentials: CREDENTIALS });
  try {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName("ledger"), Limit: 1 }));
    return Items.length === 0;
  } finally {
    client.destroy();
  }
}

/**
 * Puts the configuration of the demonstration's company on the bus, as an operator would, and waits until it is in force. Where one was ever offered, nothing is put.
 * @throws LocalError
 */
export async function putConfiguration(stack: LocalStack, { scenarios }: Pick<Demonstration, "scenarios">): Promise<void> {
  const ledger = new DynamoDBClient({ endpoint: stack.endpoints.dynamodb, region: REGION, credentials: CREDENTIALS });
  const events = new EventBridgeClient({ endpoint: stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
  try {
    const ExpressionAttributeValues = { ":config": { S: "config:default" } };
    const { Items = [] } = await ledger.send(
      new QueryCommand({ TableName: tableName("ledger"), KeyConditionExpression: "pk = :config", ExpressionAttributeValues, Limit: 1 }),
    );
    if (Items.length > 0) return;
    const names = scenarios.map(({ repository }) => repository.slice(repository.indexOf("/") + 1));
    const Detail = JSON.stringify({ version: 1, label: "demonstration", text: demonstrationConfiguration(names) });
    const entry = { EventBusName: OWN_BUS, Source: "acme.operations", DetailType: CONFIGURATION_OFFERED, Detail };
    const { Entries } = await events.send(new PutEventsCommand({ Entries: [entry] }));
    if (Entries?.[0]?.ErrorCode !== undefined)
      throw new LocalError("engine-failed", `the bus did not take the configuration: ${Entries[0].ErrorCode}`);
  } finally {
    ledger.destroy();
    events.destroy();
  }
  await stack.quiet();
}

/** Tells the stack's CodeDeploy, ECS and registry of the demonstration's deployments; they keep them in memory alone. */
export function addDeployments(stack: LocalStack, { codedeploy, artifacts }: Demonstration): void {
  for (const [id, record] of Object.entries(codedeploy)) stack.codedeploy.add(id, record);
  for (const [key, record] of Object.entries(artifacts.services)) {
    const [cluster = "", name = ""] = key.split("/");
    stack.artifacts.addService(cluster, name, { deployments: [], ...record });
  }
  for (const document of artifacts.documents) stack.artifacts.addDocument(document);
}

/** The demonstration of a mark: the same mark gives the same events, so that playing twice adds nothing. */
export function demonstrationOf({ startAt }: Mark): Demonstration {
  return demonstrationEvents(startAt);
}

/**
 * Plays the demonstration through the real path: webhooks by HTTP, the default bus's events onto it. Resolves when nothing is under way.
 * @returns how many deliveries were not accepted, by HTTP status
 * @throws LocalError
 */
export async function playThrough(
  stack: LocalStack,
  told: Demonstration,
  progress: (sent: number, of: number) => void,
): Promise<ReadonlyMap<number, number>> {
  await putObjects(stack, told);
  await putConfiguration(stack, told);
  const refused = new Map<number, number>();
  const senders = new Senders(stack.url);
  try {
    await playDemonstration(
      told,
      async (event) => {
        if (event.channel === "bus") return stack.injectDefaultBus(event.event);
        const status = await senders.post(`/webhooks/${event.source}`, event.headers, event.body);
        if (status !== 202) refused.set(status, (refused.get(status) ?? 0) + 1);
      },
      progress,
    );
  } finally {
    senders.close();
  }
  await stack.quiet();
  return refused;
}

/** The built archives that deployments name: their metadata says which commit is in them. */
export async function putObjects(stack: LocalStack, { objects }: Demonstration): Promise<void> {
  const client = new S3Client({ endpoint: stack.endpoints.aws, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  try {
    const archives = Object.entries(objects).map(([url, metadata]) => ({ at: new URL(url), metadata }));
    for (const bucket of new Set(archives.map(({ at }) => at.host))) await createBucket(client, bucket);
    for (const { at, metadata } of archives) {
      const body = "An archive that the demonstration deploys. Only its metadata matters.\n";
      await client.send(
        new PutObjectCommand({ Bucket: at.host, Key: decodeURIComponent(at.pathname.slice(1)), Body: body, Metadata: { ...metadata } }),
      );
    }
  } finally {
    client.destroy();
  }
}

/** A start that was broken off has made it already. */
async function createBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof Error && error.name === "BucketAlreadyOwnedByYou")) throw error;
  }
}
