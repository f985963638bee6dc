import { answerGateway, createApi, type GatewayEvent } from "@change-ledger/api";
import { observed } from "@change-ledger/aws/observed.ts";
import { apiPorts } from "@change-ledger/aws/wiring.ts";
import middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

const app = createApi(apiPorts());

/** GET: the query API. Its caller's claims are in the event, where API Gateway's authoriser put them. */
export const handler = middy<GatewayEvent, APIGatewayProxyStructuredResultV2>()
  .use(observed)
  .handler((event) => answerGateway(app, event));
