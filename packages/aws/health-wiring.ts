/** The ports of who looks after the ledger itself, made from the function's environment. */
import type { HealthPorts } from "@change-ledger/query";
import * as z from "zod";
import { dynamoClient, eventBridgeClient, sqsClient } from "./clients.ts";
import { dynamoChains } from "./dynamo-chains.ts";
import { dynamoHealth } from "./dynamo-health.ts";
import { dynamoModels } from "./dynamo-models.ts";
import { type Environment, need } from "./environment.ts";
import { eventBridgeBus } from "./eventbridge-bus.ts";
import { keptLog } from "./log-wiring.ts";
import { meter } from "./observe.ts";
import { pause } from "./pause.ts";
import { sqsDepths } from "./sqs-depths.ts";

const queuesSchema = z.record(z.string(), z.string().min(1));

export function healthPorts(environment: Environment = process.env): HealthPorts {
  const client = dynamoClient();
  const table = need(environment, "MODELS_TABLE");
  const sqs = sqsClient();
  const queues = queuesSchema.parse(JSON.parse(need(environment, "DEAD_LETTER_QUEUES")));
  const { places, store } = keptLog(environment);
  return {
    deadLetters: () => sqsDepths(sqs, queues),
    models: dynamoModels({ client, table, meter, pause }),
    chains: dynamoChains({ client, table: need(environment, "LEDGER_TABLE"), meter }),
    places,
    log: store,
    bus: eventBridgeBus({ client: eventBridgeClient(), name: need(environment, "BUS_NAME") }),
    kept: dynamoHealth({ client, table, meter }),
    origin: need(environment, "LOG_ORIGIN"),
  };
}
