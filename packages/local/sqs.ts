import { type Input, type JsonService, list, text } from "./aws-json.ts";
import { ServiceFault } from "./fault.ts";
import { ACCOUNT, queueArn } from "./names.ts";
import type { Message, QueueSettings } from "./queue.ts";
import type { QueueStore } from "./queue-store.ts";
import { MESSAGE_MAX_BYTES, newMessage, received, sent, weigh, whole } from "./sqs-message.ts";

/** Old spellings that clients still look at (`x-amzn-query-error`). */
const QUERY_CODES: Readonly<Record<string, string>> = { QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue" };

/** The SQS operations of AWS's JSON protocol 1.0 on `store`; standard queues only. `url` is where clients reach it. */
export function sqsService(store: QueueStore, url: () => string): JsonService {
  const urlOf = (name: string) => `${url()}/${ACCOUNT}/${name}`;
  const queueOf = (input: Input): string => {
    const name = new URL(text(input, "QueueUrl") ?? "", "http://none").pathname.split("/").at(-1) ?? "";
    if (!store.has(name)) throw new ServiceFault("QueueDoesNotExist", 400, "The specified queue does not exist.");
    return name;
  };
  return {
    version: "1.0",
    errorType: (code) => `com.amazonaws.sqs#${code}`,
    errorHeaders: (code) => ({ "x-amzn-query-error": `${QUERY_CODES[code] ?? code};Sender` }),
    operations: {
      CreateQueue(input) {
        const name = text(input, "QueueName") ?? "";
        if (!/^[A-Za-z0-9_-]{1,80}$/.test(name))
          throw new ServiceFault(
            "InvalidParameterValue",
            400,
            "expected a name of 1 to 80 letters, digits, - and _ (standard queues only)",
          );
        store.create(name, settings(attributesOf(input), store.has(name) ? store.settings(name) : DEFAULTS));
        return { QueueUrl: urlOf(name) };
      },
      GetQueueUrl(input) {
        return { QueueUrl: urlOf(queueOf({ QueueUrl: `/${text(input, "QueueName") ?? ""}` })) };
      },
      ListQueues(input) {
        const prefix = text(input, "QueueNamePrefix") ?? "";
        return {
          QueueUrls: store
            .names()
            .filter((name) => name.startsWith(prefix))
            .map(urlOf),
        };
      },
      DeleteQueue: (input) => store.remove(queueOf(input)),
      PurgeQueue: (input) => store.purge(queueOf(input)),
      GetQueueAttributes(input) {
        const wanted = Array.isArray(input["AttributeNames"]) ? (input["AttributeNames"] as unknown[]) : [];
        const all = attributesOfQueue(store, queueOf(input));
        return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes("All") || wanted.includes(name))) };
      },
      SetQueueAttributes(input) {
        const name = queueOf(input);
        store.create(name, settings(attributesOf(input), store.settings(name)));
      },
      SendMessage(input) {
        const name = queueOf(input);
        const checked = newMessage(input);
        return sent(store.send(name, [checked])[0] as Message);
      },
      SendMessageBatch(input) {
        const name = queueOf(input);
        const entries = batch(input);
        const bytes = entries.reduce((sum, entry) => sum + weigh(entry), 0);
        if (bytes > MESSAGE_MAX_BYTES)
          throw new ServiceFault(
            "BatchRequestTooLong",
            400,
            `Batch requests cannot be longer than ${MESSAGE_MAX_BYTES} bytes. You have sent ${bytes} bytes.`,
          );
        return perEntry(entries, (good) => store.send(name, good.map(newMessage)).map(sent), newMessage);
      },
      async ReceiveMessage(input) {
        const name = queueOf(input);
        const max = whole(input, "MaxNumberOfMessages", 1, 10) ?? 1;
        const wait = whole(input, "WaitTimeSeconds", 0, 20) ?? 0;
        const visibility = whole(input, "VisibilityTimeout", 0, 43_200);
        let messages = store.receive(name, max, visibility);
        const limit = Date.now() + wait * 1000;
        while (messages.length === 0 && Date.now() < limit && !store.closed) {
          await store.arrival(name, limit - Date.now());
          messages = store.receive(name, max, visibility);
        }
        const system = names(input, "AttributeNames").concat(names(input, "MessageSystemAttributeNames"));
        const custom = names(input, "MessageAttributeNames");
        return messages.length === 0 ? {} : { Messages: messages.map((message) => received(message, system, custom)) };
      },
      DeleteMessage(input) {
        const handle = text(input, "ReceiptHandle") ?? "";
        if (!handle.includes("/")) throw new ServiceFault("ReceiptHandleIsInvalid", 400, "The input receipt handle is invalid.");
        store.delete(queueOf(input), [handle]);
      },
      DeleteMessageBatch(input) {
        const name = queueOf(input);
        return perEntry(
          batch(input),
          (good) => {
            store.delete(
              name,
              good.map((entry) => text(entry, "ReceiptHandle") ?? ""),
            );
            return good.map(() => ({}));
          },
          (entry) => {
            if (!(text(entry, "ReceiptHandle") ?? "").includes("/"))
              throw new ServiceFault("ReceiptHandleIsInvalid", 400, "The input receipt handle is invalid.");
          },
        );
      },
      ChangeMessageVisibility: (input) => changeVisibility(store, queueOf(input), input),
      ChangeMessageVisibilityBatch(input) {
        const name = queueOf(input);
        return perEntry(
          batch(input),
          (good) => good.map(() => ({})),
          (entry) => changeVisibility(store, name, entry),
        );
      },
      StartMessageMoveTask(input) {
        const from = (text(input, "SourceArn") ?? "").split(":").at(-1) ?? "";
        const sources = store.names().filter((name) => store.settings(name).redrive?.deadLetters === from);
        const to = text(input, "DestinationArn")?.split(":").at(-1) ?? sources[0];
        if (to === undefined || sources.length === 0)
          throw new ServiceFault("InvalidParameterValue", 400, "expected the ARN of a dead-letter queue");
        return { TaskHandle: Buffer.from(`${from}:${store.moveAll(from, to)}`).toString("base64") };
      },
    },
  };
}

const DEFAULTS: QueueSettings = { visibilitySeconds: 30, delaySeconds: 0, redrive: undefined };

function settings(attributes: Readonly<Record<string, string>>, before: QueueSettings): QueueSettings {
  const redrive = attributes["RedrivePolicy"];
  return {
    visibilitySeconds: Number(attributes["VisibilityTimeout"] ?? before.visibilitySeconds),
    delaySeconds: Number(attributes["DelaySeconds"] ?? before.delaySeconds),
    redrive: redrive === undefined ? before.redrive : redrivePolicy(redrive),
  };
}

function redrivePolicy(policy: string): QueueSettings["redrive"] {
  if (policy === "") return undefined;
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as {
      deadLetterTargetArn: string;
      maxReceiveCount: number | string;
    };
    const maxReceive = Number(maxReceiveCount);
    const deadLetters = deadLetterTargetArn.split(":").at(-1);
    if (deadLetters !== undefined && deadLetters !== "" && Number.isInteger(maxReceive) && maxReceive >= 1)
      return { deadLetters, maxReceive };
  } catch {
    // told below
  }
  throw new ServiceFault(
    "InvalidParameterValue",
    400,
    "expected RedrivePolicy to be JSON with deadLetterTargetArn and maxReceiveCount of at least 1",
  );
}

function attributesOf(input: Input): Record<string, string> {
  return (input["Attributes"] ?? {}) as Record<string, string>;
}

function attributesOfQueue(store: QueueStore, name: string): Record<string, string> {
  const { visible, inFlight, delayed } = store.depth(name);
  const { visibilitySeconds, delaySeconds, redrive } = store.settings(name);
  return {
    QueueArn: queueArn(name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(visibilitySeconds),
    DelaySeconds: String(delaySeconds),
    MaximumMessageSize: String(MESSAGE_MAX_BYTES),
    ...(redrive === undefined
      ? {}
      : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(redrive.deadLetters), maxReceiveCount: redrive.maxReceive }) }),
  };
}

function changeVisibility(store: QueueStore, name: string, input: Input): void {
  const seconds = whole(input, "VisibilityTimeout", 0, 43_200) ?? 0;
  const handle = text(input, "ReceiptHandle") ?? "";
  if (!handle.includes("/")) throw new ServiceFault("ReceiptHandleIsInvalid", 400, "The input receipt handle is invalid.");
  if (!store.changeVisibility(name, handle, seconds))
    throw new ServiceFault("MessageNotInflight", 400, "The message referred to is not in flight.");
}

function batch(input: Input): readonly Input[] {
  const entries = list(input, "Entries");
  if (entries.length === 0) throw new ServiceFault("EmptyBatchRequest", 400, "There should be at least one entry in the request.");
  if (entries.length > 10) throw new ServiceFault("TooManyEntriesInBatchRequest", 400, "Maximum number of entries per request are 10.");
  const ids = entries.map((entry) => text(entry, "Id") ?? "");
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id)))
    throw new ServiceFault("InvalidBatchEntryId", 400, "expected entry ids of 1 to 80 letters, digits, - and _");
  if (new Set(ids).size < ids.length)
    throw new ServiceFault("BatchEntryIdsNotDistinct", 400, "Two or more batch entries in the request have the same Id.");
  return entries;
}

/** Each entry stands for itself: those that `check` refuses fail, the others are done together. */
function perEntry(entries: readonly Input[], act: (good: readonly Input[]) => readonly object[], check: (entry: Input) => unknown) {
  const good: Input[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      check(entry);
      good.push(entry);
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      failed.push({ Id: entry["Id"], Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  const done = good.length === 0 ? [] : act(good);
  return { Successful: good.map((entry, i) => ({ Id: entry["Id"], ...done[i] })), Failed: failed };
}

function names(input: Input, field: string): string[] {
  const value = input[field];
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
