import { randomUUID } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { dynamoLogLock } from "../../packages/aws/dynamo-log-lock.ts";
import { dynamoLogPlaces } from "../../packages/aws/dynamo-log-places.ts";
import { type Meter, unmetered } from "../../packages/aws/meter.ts";
import { pause } from "../../packages/aws/pause.ts";
import { s3Log } from "../../packages/aws/s3-log.ts";
import { TABLES } from "../../stacks/definitions.ts";
import { clientOptions, type Engine } from "./engine.ts";
import type { BeginLog } from "./log.contract.ts";

interface Closing {
  close(): Promise<void>;
}

/** The adapters of `packages/aws` on a DynamoDB engine and an S3 engine; each log with a table and buckets of its own. */
export function keptLogs(
  dynamoDb: { readonly endpoint: string } & Closing,
  s3: { readonly url: string } & Closing,
  differs: Readonly<Record<string, string>> = {},
  meter: Meter = unmetered,
): Engine<BeginLog> {
  const clients: { destroy(): void }[] = [];
  const made = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  const open = (table: string, archive: string, bucket: string) => () => {
    const dynamo = made(new DynamoDBClient(clientOptions(dynamoDb.endpoint)));
    const client = made(new S3Client({ ...clientOptions(s3.url), forcePathStyle: true }));
    const retention = { mode: "GOVERNANCE", days: 1 } as const;
    return {
      lock: dynamoLogLock({ client: dynamo, table, meter }),
      places: dynamoLogPlaces({ client: dynamo, table, meter, pause }),
      store: s3Log({ archive: { client, bucket: archive, retention, now: () => new Date() }, bucket }),
    };
  };
  return {
    clients: async () => {
      const name = randomUUID().slice(0, 13);
      const { hash, range, fields } = TABLES.log;
      const dynamo = made(new DynamoDBClient(clientOptions(dynamoDb.endpoint)));
      await dynamo.send(
        new CreateTableCommand({
          TableName: `log-${name}`,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: Object.entries(fields).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
          KeySchema: [
            { AttributeName: hash, KeyType: "HASH" },
            { AttributeName: range, KeyType: "RANGE" },
          ],
        }),
      );
      const client = made(new S3Client({ ...clientOptions(s3.url), forcePathStyle: true }));
      await client.send(new CreateBucketCommand({ Bucket: `archive-${name}`, ObjectLockEnabledForBucket: true }));
      await client.send(new CreateBucketCommand({ Bucket: `log-${name}` }));
      return open(`log-${name}`, `archive-${name}`, `log-${name}`);
    },
    differs,
    async close() {
      for (const client of clients) client.destroy();
      await Promise.all([dynamoDb.close(), s3.close()]);
    },
  };
}
