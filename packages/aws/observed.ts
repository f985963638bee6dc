import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import { logger, metrics, tracer } from "./observe.ts";

/** Logs with the request's id, metrics at its end, a trace of it; results stay out of the trace. */
export const observed = [injectLambdaContext(logger), logMetrics(metrics), captureLambdaHandler(tracer, { captureResponse: false })];
