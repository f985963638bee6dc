import { observed } from "@change-ledger/aws/observed.ts";
import { ingestPorts } from "@change-ledger/aws/wiring.ts";
import { ingestMessages } from "@change-ledger/ledger";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

const ports = ingestPorts();

/** Records a batch of deliveries and bus events in the ledger; what failed comes again. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed)
  .handler(async ({ Records }) => {
    const messages = Records.map(({ messageId, body, attributes }) => ({
      id: messageId,
      body,
      sentAt: new Date(Number(attributes.SentTimestamp)).toISOString(),
    }));
    const failed = await ingestMessages(ports, messages);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
