import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Cursor, Cursors } from "@change-ledger/query";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

export interface DynamoCursorsOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}

/** Where reconcilers have come to, in the models table: `pk` `reconcile#<name>`, `sk` `cursor`, `c` the cursor as JSON. Needs GetItem and PutItem of such keys. */
export function dynamoCursors({ client, table, meter = unmetered }: DynamoCursorsOptions): Cursors {
  const key = (name: string) => ({ pk: { S: `reconcile#${name}`.slice(0, 1024) }, sk: { S: "cursor" } });
  return {
    async get(name) {
      const answer = await client.send(
        new GetItemCommand({ TableName: table, Key: key(name), ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" }),
      );
      meterCapacity(meter, "GetItem", "read", answer.ConsumedCapacity);
      const text = answer.Item?.["c"]?.S;
      return text === undefined ? undefined : (JSON.parse(text) as Cursor);
    },
    async put(name, cursor) {
      const answer = await client.send(
        new PutItemCommand({ TableName: table, Item: { ...key(name), c: { S: JSON.stringify(cursor) } }, ReturnConsumedCapacity: "TOTAL" }),
      );
      meterCapacity(meter, "PutItem", "write", answer.ConsumedCapacity);
    },
  };
}
