import { healthPorts } from "@change-ledger/aws/health-wiring.ts";
import { measure } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { lookAtHealth } from "@change-ledger/query";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";

const ports = healthPorts();

/** Once a minute: what waits in dead-letter queues, whether the log keeps up, how many deployments no change explains. Kept for the overview, measured, and told when the log is late. */
export const handler = middy<ScheduledEvent, void>()
  .use(observed)
  .handler(async () => {
    const { lastDay, dayBefore } = (await lookAtHealth(ports, new Date().toISOString())).unlinked;
    measure("unlinkedDeployments", lastDay);
    measure("unlinkedGrowth", Math.max(0, lastDay - dayBefore));
  });
