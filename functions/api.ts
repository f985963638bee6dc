import { answerGateway, createApi, type GatewayEvent } from "@change-ledger/api";
import { dynamoClient } from "@change-ledger/aws/clients.ts";
import { dynamoChains } from "@change-ledger/aws/dynamo-chains.ts";
import { dynamoLinks } from "@change-ledger/aws/dynamo-links.ts";
import { dynamoModels } from "@change-ledger/aws/dynamo-models.ts";
import { logger, meter } from "@change-ledger/aws/observe.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

const client = dynamoClient();
const { LEDGER_TABLE = "", MODELS_TABLE = "" } = process.env;
const app = createApi({
  models: dynamoModels({ client, table: MODELS_TABLE, meter }),
  chains: dynamoChains({ client, table: LEDGER_TABLE, meter }),
  plans: dynamoLinks({ client, table: MODELS_TABLE, meter }),
  onFault: (error) => logger.error("not answered", { reason: error instanceof Error ? error.name : "unknown" }),
});

/** GET: the query API. Its caller's claims are in the event, where API Gateway's authoriser put them. */
export const handler = middy<GatewayEvent, APIGatewayProxyStructuredResultV2>()
  .use(observed)
  .handler((event) => answerGateway(app, event));
