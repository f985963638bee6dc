import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { placeOf, UNRESOLVED_KEY } from "@change-ledger/ledger";
import type { GaveUp } from "@change-ledger/query";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

export interface DynamoGaveUpOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}

/** Look-ups that gave up, as the link index notes them (see dynamo-links.ts). Needs `Query` on the models table. */
export function dynamoGaveUp({ client, table, meter = unmetered }: DynamoGaveUpOptions): (since: string) => Promise<readonly GaveUp[]> {
  return async (since) => {
    const found: GaveUp[] = [];
    for (let start: Record<string, AttributeValue> | undefined; ; ) {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
          // `$` is what follows `#`: behind whatever was noted.
          ExpressionAttributeValues: { ":pk": { S: `link#${UNRESOLVED_KEY}` }, ":from": { S: `note#${since}` }, ":to": { S: "note$" } },
          ExclusiveStartKey: start,
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      meterCapacity(meter, "Query", "read", answer.ConsumedCapacity);
      for (const { sk } of answer.Items ?? []) {
        const [, at = "", ...place] = (sk?.S ?? "").split("#");
        found.push(...placeOf(place.join("#")).map((one) => ({ ...one, at })));
      }
      start = answer.LastEvaluatedKey;
      if (start === undefined) return found;
    }
  };
}
