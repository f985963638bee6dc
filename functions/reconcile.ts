import { sequencer } from "@change-ledger/aws/log-wiring.ts";
import { logger, measure } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";

const log = sequencer();

/** Once a day: gives the log what the stream dropped, and reports every other difference between ledger and log. Nothing is repaired. */
export const handler = middy<ScheduledEvent, void>()
  .use(observed)
  .handler(async () => {
    const found = await log.reconcile((difference) => logger.error("ledger and log differ", { ...difference }));
    measure("logDifferences", found.differences);
    logger.info("ledger and log compared", { ...found });
  });
