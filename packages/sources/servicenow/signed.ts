import { isMac } from "../signature.ts";

export const TIMESTAMP = "x-servicenow-timestamp";
export const NONCE = "x-servicenow-nonce";
export const SIGNATURE = "x-servicenow-signature";

/** How far the sender's clock and ours may be apart, the way between them included. */
export const WINDOW_SECONDS = 300;

const SECONDS = /^\d{10}$/;
const NONCE_FORM = /^[\w-]{16,128}$/;
/** As ServiceNow's own function writes it (base64), or in hexadecimal. */
const MAC = /^v1=(?:([0-9a-f]{64})|([A-Za-z0-9+/]{43}=))$/;

/**
 * Whether the headers sign the body: HMAC-SHA-256 over `<timestamp>.<nonce>.<raw body>`, signed within WINDOW_SECONDS of `receivedAt`. Neither timestamp nor nonce can hold
 * a point, so that nothing can move between the three. Whoever repeats a delivery repeats its nonce, which is the event's id: it is recorded once, and later than the window not
 * even taken.
 */
export function isSignedInTime(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  secrets: readonly string[],
  receivedAt: string,
): boolean {
  const timestamp = headers[TIMESTAMP] ?? "";
  const nonce = nonceOf(headers);
  const [, hex, base64] = MAC.exec(headers[SIGNATURE] ?? "") ?? [];
  if (!SECONDS.test(timestamp) || nonce === undefined || (hex ?? base64) === undefined) return false;
  const apart = Math.abs(Number(timestamp) * 1000 - Date.parse(receivedAt));
  if (!(apart <= WINDOW_SECONDS * 1000)) return false;
  const sent = hex === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(hex, "hex");
  return isMac([sent], [`${timestamp}.${nonce}.`, body], secrets);
}

/** The delivery's nonce, which its signature covers. */
export function nonceOf(headers: Readonly<Record<string, string>>): string | undefined {
  const nonce = headers[NONCE];
  return nonce !== undefined && NONCE_FORM.test(nonce) ? nonce : undefined;
}

/** When it was signed, RFC 3339; undefined unless the header is there. */
export function signedAt(headers: Readonly<Record<string, string>>): string | undefined {
  const timestamp = headers[TIMESTAMP];
  return timestamp !== undefined && SECONDS.test(timestamp) ? new Date(Number(timestamp) * 1000).toISOString() : undefined;
}
