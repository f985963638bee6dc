import { createHash } from "node:crypto";

/** Lower-case hexadecimal SHA-256 of `bytes` (64 characters). */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const LEAF_PREFIX = Uint8Array.of(0);

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ bytes), as 64 lower-case hexadecimal characters. It names an entry, links its chain and is its leaf of the log. */
export function leafHash(bytes: Uint8Array): string {
  return createHash("sha256").update(LEAF_PREFIX).update(bytes).digest("hex");
}
