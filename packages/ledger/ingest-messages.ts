import { sha256Hex } from "@change-ledger/model";
import { busSource } from "@change-ledger/sources";
import { type Arrival, type IngestPorts, ingest } from "./ingest.ts";
import type { Appended } from "./lane.ts";
import { type Decoded, decodeMessage } from "./message.ts";
import type { Inbox } from "./ports.ts";

/** A queue's message: `body` is an EventBridge event. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** RFC 3339, UTC, ms. */
  readonly sentAt: string;
}

export interface IngestMessagesPorts extends IngestPorts {
  readonly inbox: Inbox;
}

/**
 * Ingests a batch of queue messages.
 * @returns the ids of the messages that are to come again; all others are durable in the ledger
 */
export async function ingestMessages(ports: IngestMessagesPorts, messages: readonly QueueMessage[]): Promise<string[]> {
  const arrivals = await Promise.all(messages.map((message) => arrivalOf(ports, message)));
  const good = messages.flatMap(({ id }, at) => (arrivals[at] === undefined ? [] : [{ id, arrival: arrivals[at] }]));
  let outcomes: Appended[];
  try {
    outcomes = await ingest(
      ports,
      good.map(({ arrival }) => arrival),
    );
  } catch {
    // The archive did not take the segment: nothing was recorded.
    ports.count("failed", messages.length);
    return messages.map(({ id }) => id);
  }
  const failed = good.filter((_, at) => outcomes[at]?.outcome === "failed").map(({ id }) => id);
  const undecoded = messages.filter((_, at) => arrivals[at] === undefined).map(({ id }) => id);
  ports.count("failed", undecoded.length);
  return [...failed, ...undecoded];
}

async function arrivalOf(ports: IngestMessagesPorts, { body, sentAt }: QueueMessage): Promise<Arrival | undefined> {
  try {
    const decoded: Decoded = decodeMessage(body, (event) => busSource(event)?.system, sentAt);
    const delivery = "delivery" in decoded ? decoded.delivery : { ...decoded.envelope, body: await ports.inbox.get(decoded.claim.key) };
    // A webhook's body shows its sender's signature again; others may write the inbox too, so that what no sender signed has to be what its key names.
    if ("claim" in decoded && decoded.by !== "webhook" && !decoded.claim.key.endsWith(`/${sha256Hex(delivery.body)}`)) return undefined;
    return { delivery, by: decoded.by };
  } catch {
    return undefined;
  }
}
