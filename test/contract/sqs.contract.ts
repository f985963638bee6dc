import { randomUUID } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";

/** SQS as this product uses it: standard queues with batches, visibility, delay and redrive. The client itself checks the MD5 of bodies. */
export function sqsContract(name: string, start: StartEngine<SQSClient>): void {
  describe(`SQS: ${name}`, () => {
    let engine: Engine<SQSClient> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    }, 960_000);
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    async function queue(context: TestContext, Attributes: Record<string, string> = {}) {
      const sqs = clientsFor(engine, context);
      const create = async (of: Record<string, string>) =>
        (await sqs.send(new CreateQueueCommand({ QueueName: `q-${randomUUID()}`, Attributes: of }))).QueueUrl as string;
      const QueueUrl = await create(Attributes);
      return {
        sqs,
        QueueUrl,
        create,
        send: (MessageBody: string, more: object = {}) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
        receive: async (more: object = {}, from = QueueUrl): Promise<Message[]> =>
          (
            await sqs.send(
              new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"], ...more }),
            )
          ).Messages ?? [],
        arn: async (url: string) =>
          (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }))).Attributes?.[
            "QueueArn"
          ] as string,
        depth: async () => {
          const { Attributes: found = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
          return (["", "NotVisible", "Delayed"] as const).map((kind) => Number(found[`ApproximateNumberOfMessages${kind}`]));
        },
      };
    }

    it("gives a message to one consumer, and to nobody once it is deleted", async (context) => {
      const { sqs, QueueUrl, send, receive, depth } = await queue(context);
      const { MessageId } = await send("héllo \u{1F600}");
      const [message] = await receive();
      expect(message).toMatchObject({ MessageId, Body: "héllo \u{1F600}", Attributes: { ApproximateReceiveCount: "1" } });
      expect(await receive()).toEqual([]);
      expect(await depth()).toEqual([0, 1, 0]);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
      expect(await depth()).toEqual([0, 0, 0]);
    });

    it("gives a message back when its visibility is set to 0, and counts the receives", async (context) => {
      const { sqs, QueueUrl, send, receive } = await queue(context);
      await send("again");
      const [first] = await receive();
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }));
      const [second] = await receive({ WaitTimeSeconds: 5 });
      expect(second?.MessageId).toBe(first?.MessageId);
      expect(second?.Attributes?.["ApproximateReceiveCount"]).toBe("2");
    });

    it("gives a message back when its visibility timeout is over", async (context) => {
      const { send, receive } = await queue(context, { VisibilityTimeout: "1" });
      const { MessageId } = await send("again");
      expect(await receive()).toHaveLength(1);
      expect((await receive({ WaitTimeSeconds: 10 })).map((message) => message.MessageId)).toEqual([MessageId]);
    });

    it("wakes a consumer that waits", async (context) => {
      const { send, receive } = await queue(context);
      const waiting = receive({ WaitTimeSeconds: 20 });
      await send("now");
      expect((await waiting).map(({ Body }) => Body)).toEqual(["now"]);
    });

    it("takes batches, each entry for itself", async (context) => {
      const { sqs, QueueUrl, receive, depth } = await queue(context);
      const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `e${i}`, MessageBody: `body ${i}` }));
      const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      expect(sent.Successful?.map(({ Id }) => Id)).toEqual(Entries.map(({ Id }) => Id));
      const messages: Message[] = [];
      while (messages.length < 10) messages.push(...(await receive({ WaitTimeSeconds: 5 })));
      expect(messages.map(({ Body }) => Body).sort()).toEqual(Entries.map(({ MessageBody }) => MessageBody).sort());
      const deleted = messages.map(({ ReceiptHandle }, i) => ({ Id: `d${i}`, ReceiptHandle }));
      expect((await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: deleted }))).Successful).toHaveLength(10);
      expect(await depth()).toEqual([0, 0, 0]);
    });

    it("refuses batches that are empty, too long or name an entry twice", async (context) => {
      const { sqs, QueueUrl } = await queue(context);
      const send = (ids: readonly string[]) =>
        failure(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: ids.map((Id) => ({ Id, MessageBody: "x" })) })));
      expect(await send(Array.from({ length: 11 }, (_, i) => `e${i}`))).toMatch(/TooManyEntriesInBatchRequest/);
      expect(await send(["a", "a"])).toMatch(/BatchEntryIdsNotDistinct/);
      expect(await send([])).toMatch(/EmptyBatchRequest/);
    });

    it("refuses messages of over 1 MiB and takes one of exactly that", async (context) => {
      const { send } = await queue(context);
      expect((await send("x".repeat(1_048_576))).MessageId).toBeTruthy();
      expect(await failure(send("x".repeat(1_048_577)))).toMatch(/InvalidParameterValue/);
    });

    it("refuses a message that XML cannot carry", async (context) => {
      const { send } = await queue(context);
      expect(await failure(send("\u0001"))).toMatch(/InvalidMessageContents/);
    });

    it("refuses an empty message", async (context) => {
      const { send } = await queue(context);
      expect(await failure(send(""))).toMatch(/MissingParameter|InvalidParameterValue/);
    });

    it("hides a delayed message until its time", async (context) => {
      const { send, receive, depth } = await queue(context);
      await send("later", { DelaySeconds: 3 });
      expect(await receive()).toEqual([]);
      expect(await depth()).toEqual([0, 0, 1]);
      expect((await receive({ WaitTimeSeconds: 10 })).map(({ Body }) => Body)).toEqual(["later"]);
    });

    it("carries message attributes", async (context) => {
      const { send, receive } = await queue(context);
      const MessageAttributes = {
        kind: { DataType: "String", StringValue: "delivery" },
        raw: { DataType: "Binary", BinaryValue: Buffer.of(1, 2) },
        n: { DataType: "Number", StringValue: "7" },
      };
      await send("x", { MessageAttributes });
      const [message] = await receive({ MessageAttributeNames: ["All"] });
      expect(message?.MessageAttributes?.["kind"]).toMatchObject({ DataType: "String", StringValue: "delivery" });
      expect(Buffer.from(message?.MessageAttributes?.["raw"]?.BinaryValue ?? [])).toEqual(Buffer.of(1, 2));
    });

    it("moves a message that was received too often to the dead letters", async (context) => {
      const { sqs, QueueUrl, create, send, receive, arn, depth } = await queue(context);
      const dead = await create({});
      const policy = { deadLetterTargetArn: await arn(dead), maxReceiveCount: "2" };
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: JSON.stringify(policy) } }));
      const { MessageId } = await send("poison");
      for (let i = 0; i < 2; i++) {
        const [message] = await receive({ WaitTimeSeconds: 5 });
        expect(message?.MessageId).toBe(MessageId);
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }));
      }
      expect(await receive()).toEqual([]);
      expect((await receive({ WaitTimeSeconds: 5 }, dead)).map(({ Body }) => Body)).toEqual(["poison"]);
      expect(await depth()).toEqual([0, 0, 0]);
    });

    it("ignores a receipt handle of an earlier receive", async (context) => {
      const { sqs, QueueUrl, send, receive, depth } = await queue(context);
      await send("mine");
      const [old] = await receive();
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: old?.ReceiptHandle, VisibilityTimeout: 0 }));
      const [now] = await receive({ WaitTimeSeconds: 5 });
      await failure(sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: old?.ReceiptHandle, VisibilityTimeout: 0 })));
      expect(await depth()).toEqual([0, 1, 0]);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: now?.ReceiptHandle }));
      expect(await depth()).toEqual([0, 0, 0]);
    });

    it("finds a queue by name, purges it, and says when there is none", async (context) => {
      const { sqs, QueueUrl, send, depth } = await queue(context);
      const QueueName = QueueUrl.split("/").at(-1);
      expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
      await send("x");
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
      expect(await depth()).toEqual([0, 0, 0]);
      expect(await failure(sqs.send(new GetQueueUrlCommand({ QueueName: "nobody" })))).toMatch(/QueueDoesNotExist/);
    });
  });
}

/** Name and message of the failure: engines put the code in one or the other; the success is what fails the test. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof SQSServiceException)) throw error;
    return `${error.name}: ${error.message}`;
  }
  return "the call succeeded";
}
