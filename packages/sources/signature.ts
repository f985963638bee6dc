import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const SIGNED = /^sha256=([0-9a-f]{64})$/i;

/**
 * Whether `signature` (`sha256=` and 64 hexadecimal digits) is the HMAC-SHA-256 of the raw body under one of the live secrets.
 * All secrets are tried, so that the time taken does not tell which one fits. An empty secret fits nothing: anybody could sign with it.
 */
export function isSigned(signature: string | undefined, body: Uint8Array, secrets: readonly string[]): boolean {
  const digits = SIGNED.exec(signature ?? "")?.[1];
  if (digits === undefined) return false;
  const sent = Buffer.from(digits, "hex");
  let fits = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    if (timingSafeEqual(createHmac("sha256", secret).update(body).digest(), sent)) fits = true;
  }
  return fits;
}

/** HMAC-SHA-256 (RFC 2104) of the raw body, as `isSigned` takes it. */
export function signatureOf(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Whether `sent` is one of the live secrets. Digests are compared: they are of equal length and say nothing about a near miss. */
export function isShared(sent: string | undefined, secrets: readonly string[]): boolean {
  if (sent === undefined || sent === "") return false;
  const digest = createHash("sha256").update(sent).digest();
  let fits = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    if (timingSafeEqual(createHash("sha256").update(secret).digest(), digest)) fits = true;
  }
  return fits;
}
