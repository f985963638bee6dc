import { SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions } from "../contract/engine.ts";
import { sqsContract } from "../contract/sqs.contract.ts";
import { startQueues } from "./queues.ts";

sqsContract("the local stack's", async () => {
  const { url, close } = await startQueues();
  const clients = new SQSClient(clientOptions(url));
  return {
    clients,
    close: async () => {
      clients.destroy();
      await close();
    },
  };
});
