import { sequencer } from "@change-ledger/aws/log-wiring.ts";
import { measure } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { streamedEntries } from "@change-ledger/aws/stream-records.ts";
import { sealHours, sequence } from "@change-ledger/log";
import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from "aws-lambda";

const log = sequencer();

/** Puts the ledger's new entries into the log; what does not follow yet comes again. On schedule it seals the hours that have ended. */
export const handler = middy<DynamoDBStreamEvent | ScheduledEvent, DynamoDBBatchResponse>()
  .use(observed)
  .handler(async (event) => {
    const ports = await log.ports();
    if (!("Records" in event)) {
      await log.publishTrust();
      const hours = await sealHours(ports, new Date().toISOString());
      measure("hoursSealed", hours.length);
      return { batchItemFailures: [] };
    }
    const entries = streamedEntries(event.Records);
    const { oldest, held } = await sequence(ports, entries);
    if (oldest !== undefined) measure("checkpointLag", (Date.now() - Date.parse(oldest)) / 1000);
    const again = entries.filter((entry) => held.includes(entry));
    return { batchItemFailures: again.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) };
  });
