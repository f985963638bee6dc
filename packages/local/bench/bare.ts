import { performance } from "node:perf_hooks";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, ExecuteStatementCommand } from "@aws-sdk/client-dynamodb";
import { REGION } from "../names.ts";

/** The limit that everything is measured against: single-item inserts a second, this engine, this client. */
export async function bareInsertsPerSecond(endpoint: string, items: number, writers: number): Promise<number> {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: { accessKeyId: "local", secretAccessKey: "local" } });
  const TableName = "change-ledger-bare";
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "N" },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  const Statement = `INSERT INTO "${TableName}" VALUE {'pk':?,'sk':?,'b':?}`;
  const bytes = Buffer.alloc(900, "x");
  const insert = async (at: number) => {
    await client.send(new ExecuteStatementCommand({ Statement, Parameters: [{ S: `subject:${at}` }, { N: "0" }, { B: bytes }] }));
  };
  await inParallel(200, writers, (at) => insert(-1 - at));
  const startedMs = performance.now();
  await inParallel(items, writers, insert);
  const seconds = (performance.now() - startedMs) / 1000;
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  return items / seconds;
}

async function inParallel(count: number, workers: number, run: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
