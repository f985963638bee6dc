import { type AttributeValue, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { LedgerExport } from "@change-ledger/api";
import { type SealedEntry, storedEntry } from "@change-ledger/model";
import * as z from "zod";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

/** A page is full with so many bytes: a call of Scan brings at most 1 MB more, and Lambda answers with 6 MB at most, in base64. */
const BYTES_FULL = 3 * 1024 * 1024;
/** Calls for one page: where most items are markers, the page ends short, with a cursor. Half of what was asked for is enough. */
const CALLS_MAX = 8;

type Key = Record<string, AttributeValue>;
const cursorSchema = z.tuple([z.string().min(1).max(2048), z.string().regex(/^(?:0|[1-9]\d{0,15})$/)]);

export interface DynamoExportOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
}

/**
 * The ledger table's entries in the order of a Scan: items of one partition key lie together, in order of their sort key. Strongly consistent: what was there
 * when the first page was read is among them. Needs `dynamodb:Scan`.
 */
export function dynamoExport({ client, table, meter = unmetered }: DynamoExportOptions): LedgerExport {
  return {
    async page(limit, cursor) {
      let start = cursor === undefined ? undefined : keyOf(cursor);
      if (cursor !== undefined && start === undefined) return undefined;
      const entries: SealedEntry[] = [];
      for (let calls = 0, bytes = 0; calls < CALLS_MAX && entries.length < limit / 2 && bytes < BYTES_FULL; calls++) {
        const answer = await client.send(
          new ScanCommand({
            TableName: table,
            // Markers have no bytes.
            FilterExpression: "attribute_exists(b)",
            ConsistentRead: true,
            Limit: limit - entries.length,
            ReturnConsumedCapacity: "TOTAL",
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        meterCapacity(meter, "Scan", "read", answer.ConsumedCapacity);
        const found = (answer.Items ?? []).flatMap(({ b }) => (b?.B === undefined ? [] : [storedEntry(b.B)]));
        entries.push(...found);
        bytes += found.reduce((sum, one) => sum + one.bytes.length, 0);
        start = answer.LastEvaluatedKey;
        if (start === undefined) return { entries };
      }
      return start === undefined ? { entries } : { entries, next: cursorOf(start) };
    },
  };
}

/** Where a Scan goes on: behind any key, also one that never was, so that a made-up cursor leads nowhere but to entries. */
function cursorOf({ pk, sk }: Key): string {
  return Buffer.from(JSON.stringify([pk?.S, sk?.N])).toString("base64url");
}

function keyOf(cursor: string): Key | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  const parsed = cursorSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const key = { pk: { S: parsed.data[0] }, sk: { N: parsed.data[1] } };
  return cursorOf(key) === cursor ? key : undefined;
}
