import { hash } from "node:crypto";

/** Lower-case hexadecimal SHA-256 of `bytes` (64 characters). */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash("sha256", bytes, "hex");
}

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ bytes), as 64 lower-case hexadecimal characters. It names an entry, links its chain and is its leaf of the log. */
export function leafHash(bytes: Uint8Array): string {
  // One shot over a copy is faster than a hash object fed twice.
  const prefixed = new Uint8Array(bytes.length + 1);
  prefixed.set(bytes, 1);
  return hash("sha256", prefixed, "hex");
}
