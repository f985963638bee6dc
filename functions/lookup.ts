import { githubSources } from "@change-ledger/aws/github-sources.ts";
import { observed } from "@change-ledger/aws/observed.ts";
import { lookUpPorts } from "@change-ledger/aws/wiring.ts";
import { type LookupWork, lookUp } from "@change-ledger/ledger";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

const ports = lookUpPorts(githubSources());

/** Asks CodeDeploy, ECS, registries and GitHub what their events leave out; what found no answer comes again. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed)
  .handler(async ({ Records }) => {
    const messages = Records.map(({ messageId, body, attributes }) => ({
      id: messageId,
      work: JSON.parse(body) as LookupWork,
      attempts: Number(attributes.ApproximateReceiveCount),
    }));
    const failed = await lookUp(ports, messages);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
