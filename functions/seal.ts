import { logger } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { sealPorts } from "@change-ledger/aws/wiring.ts";
import { EvidenceError, sealChanges } from "@change-ledger/evidence";
import type { SealWork } from "@change-ledger/ledger";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

const ports = sealPorts();

/** Locks away the evidence of changes that reached their end; what could not be sealed comes again. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed)
  .handler(async ({ Records }) => {
    const work = Records.map(({ messageId, body }) => ({ messageId, ...(JSON.parse(body) as SealWork) }));
    const failed = await sealChanges(ports, work);
    for (const [change, error] of failed)
      logger.warn("not sealed", {
        change,
        reason: error instanceof EvidenceError ? error.code : error instanceof Error ? error.name : "unknown",
      });
    return { batchItemFailures: work.flatMap(({ messageId, change }) => (failed.has(change) ? [{ itemIdentifier: messageId }] : [])) };
  });
