import { logger, measure } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { senderReconciler } from "@change-ledger/aws/reconcile-wiring.ts";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";

const reconcile = senderReconciler();

/** Once an hour: compares what CodeDeploy, GitHub, the Service Catalog and the archive list with the ledger, and hands in what it lacks. Goes on where the last run ended. */
export const handler = middy<ScheduledEvent, void>()
  .use(observed)
  .handler(async (_event, context) => {
    const { compared, left, failed } = await reconcile(() => context.getRemainingTimeInMillis());
    const found = Object.values(compared).reduce((sum, one) => sum + one.missing + one.unlisted, 0);
    measure("sendersDiffer", found);
    measure("notCompared", failed);
    logger.info("senders and ledger compared", { compared, left, failed });
  });
