import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const SIGNED = /^sha256=([0-9a-f]{64})$/i;

/**
 * Whether `signature` (`sha256=` and 64 hexadecimal digits) is the HMAC-SHA-256 of the raw body under one of the live secrets.
 * All secrets are tried, so that the time taken does not tell which one fits. An empty secret fits nothing: anybody could sign with it.
 */
export function isSigned(signature: string | undefined, body: Uint8Array, secrets: readonly string[]): boolean {
  const digits = SIGNED.exec(signature ?? "")?.[1];
  return digits !== undefined && isMac([Buffer.from(digits, "hex")], [body], secrets);
}

/**
 * Whether one of `sent` (32 bytes each, or they fit nothing) is the HMAC-SHA-256 of the concatenated `parts` under one of the live secrets. Everything is tried,
 * whatever fitted before.
 */
export function isMac(sent: readonly Uint8Array[], parts: readonly (Uint8Array | string)[], secrets: readonly string[]): boolean {
  let fits = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    const mac = createHmac("sha256", secret);
    for (const part of parts) mac.update(part);
    const digest = mac.digest();
    for (const one of sent) if (one.length === digest.length && timingSafeEqual(digest, one)) fits = true;
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
