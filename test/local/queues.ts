import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Services } from "../../packages/local/gateway.ts";
import { startGateway } from "../../packages/local/gateway.ts";
import type { Listener } from "../../packages/local/http.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { QueueStore } from "../../packages/local/queue-store.ts";
import { S3 } from "../../packages/local/s3.ts";
import { sqsService } from "../../packages/local/sqs.ts";

/** Queues behind a gateway, and what else `services` adds. */
export async function startQueues(services: (queues: QueueStore) => Services = () => ({})) {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-queues-"));
  const database = new DatabaseSync(join(folder, "stack.db"));
  const queues = new QueueStore(database, Date.now);
  const objects = new ObjectStore(join(folder, "s3"), Date.now);
  const gateway: Listener = await startGateway({ AmazonSQS: sqsService(queues, () => gateway.url), ...services(queues) }, new S3(objects));
  return {
    url: gateway.url,
    queues,
    close: async () => {
      queues.close();
      await gateway.close();
      objects.close();
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
