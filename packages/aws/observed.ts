import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logger, metrics } from "./observe.ts";

const publish = (): void => {
  // An invocation that counted nothing is no news; Powertools would warn of it.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
};

/** Middy middleware of every function: logs with the request's id, and metrics at its end. Lambda itself traces it (active tracing). */
export const observed = [injectLambdaContext(logger), { after: publish, onError: publish }];
