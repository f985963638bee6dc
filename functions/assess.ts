import { logger } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { assessPorts } from "@change-ledger/aws/wiring.ts";
import { assessChanges } from "@change-ledger/evidence";
import { readAssessWork } from "@change-ledger/ledger";
import middy from "@middy/core";
import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";

const ports = assessPorts();
/** Changes whose time has come, handed on in one go; those beyond come with the next. */
const DUE_MAX = 1000;

/** Judges changes about which something new is on record; by the clock, hands on those whose time has come. */
export const handler = middy<SQSEvent | ScheduledEvent, SQSBatchResponse>()
  .use(observed)
  .handler(async (event) => {
    if (!("Records" in event)) {
      const due = await ports.due.before(ports.now(), DUE_MAX);
      await ports.again.send(due.map((change) => ({ change })));
      return { batchItemFailures: [] };
    }
    const work = event.Records.map(({ messageId, body, attributes }) => ({
      messageId,
      asked: readAssessWork(body, Number(attributes.ApproximateReceiveCount)),
    }));
    const failed = await assessChanges(
      ports,
      work.map(({ asked }) => asked),
    );
    for (const [asked, error] of failed) logger.warn("not assessed", { ...asked, reason: error instanceof Error ? error.name : "unknown" });
    return { batchItemFailures: work.flatMap(({ messageId, asked }) => (failed.has(asked) ? [{ itemIdentifier: messageId }] : [])) };
  });
