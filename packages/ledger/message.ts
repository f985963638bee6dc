import { gunzipSync, gzipSync } from "node:zlib";
import type { Delivery } from "@change-ledger/model";
import { LedgerError } from "./fault.ts";

/** Source and detail type of what the receiving function puts on our bus. */
export const RECEIVED = { source: "change-ledger.webhook", detailType: "Delivery received" } as const;

/** Source and detail type of what a reconciler or a backfill puts there: the bus's policy leaves it to their roles. */
export const FOUND = { source: "change-ledger.reconciler", detailType: "Delivery found" } as const;

/** Systems whose deliveries are our own questions' answers: nobody signs them, and only a finder may hand them in. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  "codedeploy-lookup",
  "github-lookup",
  "github-history",
  "service-catalog-lookup",
  "reconciler",
]);

/** What a sender may POST: Lambda's 6 MB for an invocation, less the envelope and base64's third. */
export const BODY_MAX_BYTES = 4_500_000;

/** Headers of one delivery: API Gateway takes 10,240 bytes in all; a record of the archive has room for these, percent-encoded. */
const HEADERS_MAX_BYTES = 16 * 1024;
const HEADERS_MAX = 64;

/** Where a message says that its delivery is: inside, or in the inbox under a key (claim check). */
export type Decoded =
  | { readonly by: "webhook" | "bus" | "api"; readonly delivery: Delivery }
  | { readonly by: "webhook" | "bus" | "api"; readonly claim: { readonly key: string }; readonly envelope: Omit<Delivery, "body"> };

interface Detail {
  readonly system: string;
  readonly receivedAt: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body: gzip, base64. */
  readonly body?: string;
  readonly claim?: { readonly key: string };
  /** Of what was found: the way it came first, where that is not by asking. */
  readonly by?: "webhook" | "bus";
}

/** The event's detail for a delivery that travels inside it. */
export function encodeDelivery(delivery: Delivery, by?: Detail["by"]): string {
  const detail: Detail = {
    system: delivery.system,
    receivedAt: delivery.receivedAt,
    headers: delivery.headers,
    body: gzipSync(delivery.body, { level: 1 }).toString("base64"),
    ...(by !== undefined && { by }),
  };
  return JSON.stringify(detail);
}

/** The event's detail for a delivery whose body waits in the inbox under `key`. */
export function encodeClaim(delivery: Omit<Delivery, "body">, key: string, by?: Detail["by"]): string {
  const { system, receivedAt, headers } = delivery;
  const detail: Detail = { system, receivedAt, headers, claim: { key }, ...(by !== undefined && { by }) };
  return JSON.stringify(detail);
}

interface BusEvent {
  readonly source?: unknown;
  readonly "detail-type"?: unknown;
  readonly detail?: unknown;
}

/**
 * Reads a queue message: an EventBridge event of our own bus (a received delivery) or of the default bus (an AWS service's own event, whose
 * bytes are the delivery). Total: what is neither comes back as a delivery of `fallback`, to be kept and recorded as unparsed.
 * @param systemOf names the source that takes an AWS event
 * @param receivedAt when our queue took the message, by its clock: a bus event's own time is its sender's word, and its normaliser's to read
 * @throws LedgerError `not-decodable` when a received delivery's body does not inflate to at most BODY_MAX_BYTES
 */
export function decodeMessage(
  body: string,
  systemOf: (event: { source: string; detailType: string }) => string | undefined,
  receivedAt: string,
): Decoded {
  const asIs = (system: string): Decoded => ({
    by: "bus",
    delivery: { system, receivedAt, headers: {}, body: Buffer.from(body, "utf8") },
  });
  let event: BusEvent;
  try {
    event = JSON.parse(body) as BusEvent;
  } catch {
    return asIs("bus");
  }
  if (typeof event !== "object" || event === null || typeof event.source !== "string" || typeof event["detail-type"] !== "string")
    return asIs("bus");
  const found = event.source === FOUND.source && event["detail-type"] === FOUND.detailType;
  if (event.source !== RECEIVED.source && !found)
    return asIs(systemOf({ source: event.source, detailType: event["detail-type"] }) ?? "bus");
  const detail = event.detail as Partial<Detail> | null | undefined;
  if (!isSystem(detail?.system) || !areHeaders(detail.headers)) return asIs("bus");
  const envelope = { system: detail.system, receivedAt: instant(detail.receivedAt) ?? receivedAt, headers: detail.headers };
  const by = found ? wayOf(detail) : "webhook";
  if (by === undefined) return asIs("bus");
  if (typeof detail.claim?.key === "string") return { by, claim: { key: detail.claim.key }, envelope };
  if (typeof detail.body !== "string") return asIs("bus");
  try {
    return {
      by,
      delivery: { ...envelope, body: gunzipSync(Buffer.from(detail.body, "base64"), { maxOutputLength: 2 * BODY_MAX_BYTES }) },
    };
  } catch (error) {
    throw new LedgerError("not-decodable", `expected a gzip member of at most ${2 * BODY_MAX_BYTES} bytes in detail.body`, {
      cause: error,
    });
  }
}

/** Other accounts may put events on our bus too: whatever would stop the archive or a subject is told here, or it would stop its whole batch. */
/** A finder's word is taken for its own questions' answers; what it says a sender sent shows the sender's signature again, or is an event of AWS's that it archived. */
function wayOf({ by, system }: Partial<Detail>): "webhook" | "bus" | "api" | undefined {
  if (ASKED_FOR.has(system ?? "")) return by === undefined ? "api" : undefined;
  return by === "webhook" || by === "bus" ? by : undefined;
}

function isSystem(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value);
}

function areHeaders(value: unknown): value is Record<string, string> {
  if (typeof value !== "object" || value === null) return false;
  const headers = Object.values(value);
  if (headers.length > HEADERS_MAX || !headers.every((header) => typeof header === "string")) return false;
  return Buffer.byteLength(JSON.stringify(value)) <= HEADERS_MAX_BYTES;
}

/** Of the years that an entry can tell: 0000 to 9999. */
function instant(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(value);
  const told = Number.isNaN(ms) ? "" : new Date(ms).toISOString();
  return /^\d{4}-/.test(told) ? told : undefined;
}
