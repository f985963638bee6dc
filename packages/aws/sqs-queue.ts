import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { WorkQueue } from "@change-ledger/ledger";
import { chunked } from "./chunked.ts";
import { AwsError } from "./fault.ts";

/** SQS's limit for SendMessageBatch. */
const BATCH_MAX = 10;

export interface SqsQueueOptions {
  readonly client: SQSClient;
  readonly url: string;
  /** Seconds before a message can be received (0 to 900): lets what belongs together gather. */
  readonly delaySeconds?: number;
}

/** Work as JSON messages. Throws when SQS refused any message of the batch. */
export function sqsQueue<T>({ client, url, delaySeconds }: SqsQueueOptions): WorkQueue<T> {
  return {
    async send(messages) {
      const chunks = chunked(messages, BATCH_MAX);
      await Promise.all(
        chunks.map(async (chunk) => {
          const Entries = chunk.map((message, at) => ({
            Id: String(at),
            MessageBody: JSON.stringify(message),
            ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
          }));
          const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
          const [failed] = Failed ?? [];
          if (failed !== undefined) throw new AwsError("queue-refused", `${Failed?.length} of ${chunk.length} messages: ${failed.Code}`);
        }),
      );
    },
  };
}
