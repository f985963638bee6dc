import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

const COUNTED = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;

/**
 * Messages in each of these queues, by name: those that can be received, and those that somebody has in hand. SQS counts over many machines, about a minute behind
 * itself (API reference, GetQueueAttributes). @param queues URLs by name. @throws when one of them does not tell
 */
export async function sqsDepths(client: SQSClient, queues: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  const counted = await Promise.all(
    Object.entries(queues).map(async ([name, QueueUrl]) => {
      const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTED] }));
      return [name, COUNTED.reduce((sum, attribute) => sum + Number(Attributes[attribute] ?? 0), 0)] as const;
    }),
  );
  return Object.fromEntries(counted);
}
