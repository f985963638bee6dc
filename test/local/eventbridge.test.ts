import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { EventBuses } from "../../packages/local/event-bus.ts";
import { eventBridgeService } from "../../packages/local/eventbridge.ts";
import { deliverTo } from "../../packages/local/resources.ts";
import { clientOptions } from "../contract/engine.ts";
import { eventBridgeContract } from "../contract/eventbridge.contract.ts";
import { startQueues } from "./queues.ts";

eventBridgeContract("the local stack's", async () => {
  const { url, close } = await startQueues((queues) => ({ AWSEvents: eventBridgeService(new EventBuses(deliverTo(queues)), Date.now) }));
  const clients = { events: new EventBridgeClient(clientOptions(url)), sqs: new SQSClient(clientOptions(url)) };
  return {
    clients,
    close: async () => {
      clients.events.destroy();
      clients.sqs.destroy();
      await close();
    },
  };
});
