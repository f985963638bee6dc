import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { DueTimes } from "@change-ledger/evidence";
import type { Subject } from "@change-ledger/model";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

export interface DynamoDueOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}

const LIST = "due";
const MOST_REMEMBERED = 10_000;

/**
 * Times at which changes are to be judged again, in the models table: `pk` `due#<change>`, `sk` `due`, and while there is one `gsi1pk` `due`, `gsi1sk`
 * `<time>#<change>`. Like all of that table it follows from the ledger: judging a change puts it there again.
 */
export function dynamoDue({ client, table, meter = unmetered }: DynamoDueOptions): DueTimes {
  /** What this process wrote last: writing it again would cost three units for nothing. */
  const written = new Map<Subject, string | undefined>();
  return {
    async put(change, at) {
      if (written.has(change) && written.get(change) === at) return;
      const answer = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: `due#${change}` }, sk: { S: "due" } },
          UpdateExpression: at === undefined ? "REMOVE gsi1pk, gsi1sk" : "SET gsi1pk = :list, gsi1sk = :key",
          ...(at !== undefined && { ExpressionAttributeValues: { ":list": { S: LIST }, ":key": { S: `${at}#${change}`.slice(0, 1000) } } }),
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "UpdateItem", "write", answer.ConsumedCapacity);
      if (written.size >= MOST_REMEMBERED) written.clear();
      written.set(change, at);
    },
    async before(at, limit) {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "gsi1",
          KeyConditionExpression: "gsi1pk = :list AND gsi1sk < :before",
          ExpressionAttributeValues: { ":list": { S: LIST }, ":before": { S: at } },
          Limit: limit,
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      const found = (answer.Items ?? []).map((item) => (item["pk"]?.S ?? "").slice("due#".length) as Subject);
      // Whoever is told of it may judge it elsewhere.
      for (const change of found) written.delete(change);
      return found;
    },
  };
}
