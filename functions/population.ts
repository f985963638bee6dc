import { answerGateway, createPopulationApi, type GatewayEvent } from "@change-ledger/api";
import { observed } from "@change-ledger/aws/observed.ts";
import { populationPorts } from "@change-ledger/aws/wiring.ts";
import middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

const app = createPopulationApi(populationPorts());

/** Populations of a period, their certificates and samples: worked out from the log, and put on record. */
export const handler = middy<GatewayEvent, APIGatewayProxyStructuredResultV2>()
  .use(observed)
  .handler((event) => answerGateway(app, event));
