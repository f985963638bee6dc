import { observed } from "@change-ledger/aws/observed.ts";
import { projectPorts } from "@change-ledger/aws/wiring.ts";
import { project } from "@change-ledger/ledger";
import { storedEntry } from "@change-ledger/model";
import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";

const ports = projectPorts();

/** Takes the ledger's new entries into read models and links, and hands on the work that follows. */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
  .use(observed)
  .handler(async ({ Records }) => {
    const entries = Records.flatMap(({ dynamodb }) => {
      const bytes = dynamodb?.NewImage?.["b"]?.B;
      return bytes === undefined ? [] : [storedEntry(Buffer.from(bytes, "base64"))];
    });
    await project(ports, entries);
    return { batchItemFailures: [] };
  });
