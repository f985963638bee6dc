import { type AttributeValue, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { leafHash, type SealedEntry, type Subject, storedEntry } from "@change-ledger/model";
import { type Meter, meterCapacity, unmetered } from "./meter.ts";

/** An item that holds no entry of its own place: nobody's writer has put it there. */
export interface StrayItem {
  readonly subject: Subject;
  readonly seq: number;
  /** Leaf hash of its bytes, 64 hexadecimal digits. */
  readonly hash: string;
}

export interface DynamoLedgerScanOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly meter?: Meter;
  /** Told of each item that is left out. */
  readonly onStray: (item: StrayItem) => void;
}

/** All entries of the ledger table, a chain's one after the other in order of `seq`; strongly consistent: what was there when it began is among them. Needs `dynamodb:Scan`. */
export async function* dynamoLedgerScan({
  client,
  table,
  meter = unmetered,
  onStray,
}: DynamoLedgerScanOptions): AsyncGenerator<SealedEntry> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const answer = await client.send(
      new ScanCommand({
        TableName: table,
        // Markers have no bytes.
        FilterExpression: "attribute_exists(b)",
        ConsistentRead: true,
        ReturnConsumedCapacity: "TOTAL",
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    meterCapacity(meter, "Scan", "read", answer.ConsumedCapacity);
    for (const { pk, sk, b } of answer.Items ?? []) {
      const bytes = b?.B ?? new Uint8Array();
      const entry = readEntry(bytes);
      const [subject, seq] = [pk?.S as Subject, Number(sk?.N)];
      if (entry !== undefined && entry.entry.subject === subject && entry.entry.seq === seq) yield entry;
      else onStray({ subject, seq, hash: leafHash(bytes) });
    }
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
}

function readEntry(bytes: Uint8Array): SealedEntry | undefined {
  try {
    const sealed = storedEntry(bytes);
    return typeof sealed.entry === "object" && sealed.entry !== null ? sealed : undefined;
  } catch {
    return undefined;
  }
}
