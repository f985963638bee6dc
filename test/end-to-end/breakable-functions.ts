import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
import { HANDLERS } from "../../packages/local/handlers.ts";
import type { Handler, Handlers } from "../../packages/local/index.ts";
import { ACCOUNT, REGION } from "../../packages/local/names.ts";
import type { FunctionName } from "../../stacks/definitions.ts";
import { CREDENTIALS } from "./running.ts";

interface Batch {
  readonly Records?: readonly { readonly receiptHandle?: string; readonly eventSourceARN?: string }[];
}

/** What becomes of whatever a function is given: it fails, or nobody does anything with it and nobody says so. */
type Broken = "fails" | "loses";

/** The real functions, each of which can be broken and mended while the stack runs. */
export function breakable(): { readonly handlers: Handlers; readonly broken: Map<FunctionName, Broken> } {
  const broken = new Map<FunctionName, Broken>();
  const wrapped = (name: FunctionName, load: () => Promise<Handler>) => async (): Promise<Handler> => {
    const handler = await load();
    return async (event, context) => {
      const how = broken.get(name);
      if (how === undefined) return await handler(event, context);
      if (how === "loses") return { batchItemFailures: [] };
      await again(event as Batch);
      throw new Error("the test lets this function fail");
    };
  };
  const handlers = Object.entries(HANDLERS).map(([name, load]) => [name, wrapped(name as FunctionName, load)]);
  return { handlers: Object.fromEntries(handlers) as Handlers, broken };
}

/** Lets a queue's messages come again at once: nobody wants to wait until all tries are used up. */
async function again({ Records = [] }: Batch): Promise<void> {
  const endpoint = process.env["AWS_ENDPOINT_URL_SQS"];
  if (endpoint === undefined) return;
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  try {
    for (const { receiptHandle: ReceiptHandle, eventSourceARN = "" } of Records) {
      if (ReceiptHandle === undefined) continue;
      const QueueUrl = `${endpoint}/${ACCOUNT}/${eventSourceARN.split(":").at(-1)}`;
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
  } finally {
    sqs.destroy();
  }
}
