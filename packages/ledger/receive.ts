import { type Delivery, sha256Hex } from "@change-ledger/model";
import { webhookSource } from "@change-ledger/sources";
import { BODY_MAX_BYTES, encodeClaim, encodeDelivery, RECEIVED } from "./message.ts";
import type { Bus, Count, Inbox } from "./ports.ts";

/** EventBridge takes 256 KB an entry, all members counted; a detail above this travels by claim check. */
export const DETAIL_MAX_BYTES = 200_000;

export interface ReceivePorts {
  readonly bus: Bus;
  readonly inbox: Inbox;
  /** RFC 3339, UTC, ms. */
  readonly now: () => string;
  readonly count: Count;
  /** Live secrets of each sender; two while one is rotated. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

export interface Request {
  /** Last segment of the path: which sender. */
  readonly source: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As sent: never parsed here. */
  readonly body: Uint8Array;
}

/** An HTTP answer: 202, or problem details (RFC 9457). */
export interface Answer {
  readonly status: 202 | 401 | 404 | 413 | 503;
  readonly title: string;
  readonly detail?: string;
}

/**
 * Takes a webhook in: size, then the sender's signature over the raw bytes, then onto the bus. Answers 202 only when the delivery is
 * durable there; 503 otherwise, so that the sender knows (GitHub does not send again by itself: the reconciler asks for it).
 */
export async function receive(ports: ReceivePorts, request: Request): Promise<Answer> {
  const source = webhookSource(request.source);
  if (source?.webhook === undefined) return { status: 404, title: "No such source" };
  if (request.body.length > BODY_MAX_BYTES) {
    ports.count("too-large", 1);
    return { status: 413, title: "Body too large", detail: `expected at most ${BODY_MAX_BYTES} bytes, got ${request.body.length}` };
  }
  const { webhook } = source;
  const headers: Record<string, string> = {};
  for (const name of webhook.keepHeaders) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const receivedAt = ports.now();
  if (webhook.authenticate(headers, request.body, ports.secrets[source.system] ?? [], receivedAt) === undefined) {
    ports.count("rejected", 1);
    // No detail: what exactly was wrong with a signature is the sender's to know.
    return { status: 401, title: "Not authenticated" };
  }
  try {
    const kept = webhook.conceal?.(headers, request.body) ?? headers;
    await hand(ports, { system: source.system, receivedAt, headers: kept, body: request.body });
  } catch {
    ports.count("failed", 1);
    return { status: 503, title: "Not recorded", detail: "The event bus did not take the delivery. Send it again." };
  }
  ports.count("accepted", 1);
  return { status: 202, title: "Accepted" };
}

async function hand(ports: ReceivePorts, delivery: Delivery): Promise<void> {
  let detail = encodeDelivery(delivery);
  if (Buffer.byteLength(detail) > DETAIL_MAX_BYTES) {
    const key = `${delivery.receivedAt.slice(0, 10)}/${sha256Hex(delivery.body)}`;
    await ports.inbox.put(key, delivery.body);
    detail = encodeClaim(delivery, key);
  }
  await ports.bus.put({ source: RECEIVED.source, detailType: RECEIVED.detailType, detail });
}
