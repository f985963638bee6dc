import { sequencer } from "@change-ledger/aws/log-wiring.ts";
import { logger, measure } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { evidenceHeads, verifiedRecorder } from "@change-ledger/aws/reconcile-wiring.ts";
import { RecordCheck } from "@change-ledger/evidence";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";

const log = sequencer();
const heads = evidenceHeads();
const record = verifiedRecorder();

/** Once a day: gives the log what the stream dropped, reports every other difference between ledger and log, and puts on record how the whole record was found. Nothing is repaired. */
export const handler = middy<ScheduledEvent, void>()
  .use(observed)
  .handler(async () => {
    const upTo = new Date().toISOString();
    const check = new RecordCheck(heads);
    const found = await log.reconcile(
      (difference) => {
        logger.error("ledger and log differ", { ...difference });
        check.differs(difference);
      },
      (ledger) => check.through(ledger),
    );
    const verified = check.verified(upTo);
    await record(verified);
    measure("logDifferences", found.differences);
    measure(
      "recordFaults",
      verified.reduce((sum, { faulty }) => sum + faulty, 0),
    );
    logger.info("ledger and log compared", { ...found });
  });
