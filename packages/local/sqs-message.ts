import { createHash } from "node:crypto";
import { type Input, text } from "./aws-json.ts";
import { ServiceFault } from "./fault.ts";
import { ACCOUNT } from "./names.ts";
import type { Message, MessageAttribute } from "./queue.ts";
import { type NewMessage, receiptHandle } from "./queue-store.ts";

/** What a message may weigh, attributes included: AWS's limit. */
export const MESSAGE_MAX_BYTES = 1_048_576;

/** The message that a send asks for. @throws ServiceFault when SQS would refuse it */
export function newMessage(input: Input): NewMessage {
  const body = text(input, "MessageBody") ?? "";
  if (body === "") throw new ServiceFault("MissingParameter", 400, "The request must contain the parameter MessageBody.");
  // The characters that XML 1.0 can carry: SQS refuses the others.
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(body))
    throw new ServiceFault("InvalidMessageContents", 400, "Invalid characters found.");
  if (weigh(input) > MESSAGE_MAX_BYTES)
    throw new ServiceFault(
      "InvalidParameterValue",
      400,
      `One or more parameters are invalid. Reason: Message must be shorter than ${MESSAGE_MAX_BYTES} bytes.`,
    );
  return { body, delaySeconds: whole(input, "DelaySeconds", 0, 900), attributes: messageAttributes(input) };
}

function messageAttributes(input: Input): Record<string, MessageAttribute> {
  return (input["MessageAttributes"] ?? {}) as Record<string, MessageAttribute>;
}

/** Bytes of body and attributes. */
export function weigh(input: Input): number {
  let bytes = Buffer.byteLength(text(input, "MessageBody") ?? "");
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(messageAttributes(input))) {
    bytes +=
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue ?? "") +
      Buffer.byteLength(BinaryValue ?? "", "base64");
  }
  return bytes;
}

/** What a send answers. */
export function sent(message: Message) {
  return { MessageId: message.id, MD5OfMessageBody: message.md5, ...attributesDigest(message.attributes, "MD5OfMessageAttributes") };
}

/** The system attributes of a received message, as SQS and Lambda's events name them. */
export function systemAttributes(message: Message) {
  return {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAtMs),
    SenderId: ACCOUNT,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
  };
}

/** A message as ReceiveMessage answers it, with the attributes that were asked for. */
export function received(message: Message, system: readonly string[], custom: readonly string[]) {
  const chosen = Object.entries(systemAttributes(message)).filter(([name]) => system.includes("All") || system.includes(name));
  const own = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) =>
      custom.some((w) => w === "All" || w === name || (w.endsWith(".*") && name.startsWith(w.slice(0, -1)))),
    ),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(message),
    Body: message.body,
    MD5OfBody: message.md5,
    ...(chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {}),
    ...(Object.keys(own).length > 0 ? { MessageAttributes: own, ...attributesDigest(own, "MD5OfMessageAttributes") } : {}),
  };
}

/** MD5 over name, type and value of each attribute in order of names, each with its length, as the SQS developer guide says. */
function attributesDigest(attributes: Readonly<Record<string, MessageAttribute>>, as: string): Record<string, string> {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return {};
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue === undefined ? 1 : 2));
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? "") : Buffer.from(BinaryValue, "base64"));
  }
  return { [as]: hash.digest("hex") };
}

/** A whole number of a request within its limits; absent is `undefined`. @throws ServiceFault */
export function whole(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ServiceFault(
    "InvalidParameterValue",
    400,
    `Value for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}.`,
  );
}
