import { performance } from "node:perf_hooks";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoChains } from "@change-ledger/aws/dynamo-chains.ts";
import { pause } from "@change-ledger/aws/pause.ts";
import { append, ChainMemory, type Pending } from "@change-ledger/ledger";
import { type Subject, sha256Hex } from "@change-ledger/model";
import { REGION, tableName } from "../names.ts";

/** Entries a second that `writers` separate writers bring into one chain, each event by itself. */
export async function hotChainEntriesPerSecond(endpoint: string, writers: number, events: number): Promise<number> {
  const clients: DynamoDBClient[] = [];
  const subject: Subject = "ref:github/bench/hot/refs/heads/main";
  const write = async (writer: number) => {
    const client = new DynamoDBClient({ endpoint, region: REGION, credentials: { accessKeyId: "local", secretAccessKey: "local" } });
    clients.push(client);
    const ports = {
      store: dynamoChains({ client, table: tableName("ledger") }),
      now: () => new Date().toISOString(),
      pause,
      memory: new ChainMemory(),
    };
    for (let left = Array.from({ length: events }, (_, at) => pending(subject, `${writer}-${at}`)); left.length > 0; ) {
      // Batches as a queue gives them; what lost too often comes again.
      const batch = left.slice(0, 10);
      const outcomes = await append(ports, batch);
      left = [...batch.filter((_, at) => outcomes[at]?.outcome === "failed"), ...left.slice(10)];
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const seconds = (performance.now() - startedMs) / 1000;
  for (const client of clients) client.destroy();
  return (writers * events) / seconds;
}

function pending(subject: Subject, id: string): Pending {
  return {
    fact: {
      subject,
      occurredAt: "2026-01-01T00:00:00.000Z",
      source: { system: "bench", event: "e", id, auth: "hmac-sha256", norm: 1 },
      kind: "other",
      facts: {},
    },
    payload: { sha256: sha256Hex(id), archive: "segments/20260101/bench.warc.gz", offset: 0, length: 1 },
  };
}
