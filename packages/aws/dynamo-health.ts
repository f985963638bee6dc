import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Health, HealthStore } from "@change-ledger/query";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

/** The one key; a role may be held to it (`dynamodb:LeadingKeys`). */
const KEY = { pk: { S: "health" }, sk: { S: "health" } };

/** What the last look at the ledger's own health found, in the models table: `pk` and `sk` `health`, `h` the finding as JSON. Needs GetItem, and PutItem for who looks. */
export function dynamoHealth({
  client,
  table,
  meter = unmetered,
}: {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}): HealthStore {
  return {
    async get() {
      const answer = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ReturnConsumedCapacity: "TOTAL" }));
      meterCapacity(meter, "GetItem", "read", answer.ConsumedCapacity);
      const text = answer.Item?.["h"]?.S;
      return text === undefined ? undefined : (JSON.parse(text) as Health);
    },
    async put(health) {
      const answer = await client.send(
        new PutItemCommand({ TableName: table, Item: { ...KEY, h: { S: JSON.stringify(health) } }, ReturnConsumedCapacity: "TOTAL" }),
      );
      meterCapacity(meter, "PutItem", "write", answer.ConsumedCapacity);
    },
  };
}
