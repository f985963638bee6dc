import { type SealedEntry, storedEntry } from "@change-ledger/model";
import type { DynamoDBRecord } from "aws-lambda";

/** An entry, with the number by which the stream is told that it has to come again. */
export interface StreamedEntry extends SealedEntry {
  readonly sequenceNumber: string;
}

/** The ledger's new entries among the records of its stream, in their order. */
export function streamedEntries(records: readonly DynamoDBRecord[]): StreamedEntry[] {
  return records.flatMap(({ dynamodb }) => {
    const bytes = dynamodb?.NewImage?.["b"]?.B;
    if (bytes === undefined || dynamodb?.SequenceNumber === undefined) return [];
    return [{ ...storedEntry(Buffer.from(bytes, "base64")), sequenceNumber: dynamodb.SequenceNumber }];
  });
}
