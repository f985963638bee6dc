import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { observed } from "@change-ledger/aws/observed.ts";
import { linkPorts } from "@change-ledger/aws/wiring.ts";
import { type LinkWork, relink } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

const ports = linkPorts();
const processor = new BatchProcessor(EventType.SQS);

/** Counts again what deployments carry; a deployment named by several messages of the batch once. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed)
  .handler(async (event, context) => {
    const counted = new Map<Subject, Promise<number>>();
    const count = async ({ body }: { readonly body: string }) => {
      const { deployment } = JSON.parse(body) as LinkWork;
      const counting = counted.get(deployment) ?? relink(ports, deployment);
      counted.set(deployment, counting);
      await counting;
    };
    return await processPartialResponse(event, count, processor, { context, throwOnFullBatchFailure: false });
  });
