/**
 * The one spelling of numbers and bytes in notes, checkpoints, proofs and keys: decimal without leading zeros, and base64 of RFC 4648,
 * section 4, with padding and with no stray bits (Node's own decoder takes nearly anything).
 */
import { LogError } from "./fault.ts";

/** @throws LogError `out-of-range` unless `value` is a whole number from 0 to 2^53 − 1: the tree sizes and leaf indices that this code can count. */
export function expectCount(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new LogError("out-of-range", `expected ${what} from 0 to ${Number.MAX_SAFE_INTEGER}, got ${value}`);
}

/** @throws LogError `not-canonical`, also above 2^53 − 1 */
export function parseDecimal(text: string, what: string): number {
  const value = Number(text);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(value))
    throw new LogError("not-canonical", `${what}: expected a decimal number without leading zeros, at most ${Number.MAX_SAFE_INTEGER}`);
  return value;
}

export function formatBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** @throws LogError `not-canonical` */
export function parseBase64(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new LogError("not-canonical", `${what}: expected base64 in its one spelling`);
  return bytes;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws LogError `not-canonical` when `bytes` are not UTF-8 */
export function parseUtf8(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new LogError("not-canonical", `${what}: expected UTF-8`);
  }
}

/** Whether `text` holds an ASCII control character other than a line break: no note may. */
export function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are meant
  return /[\u0000-\u0009\u000b-\u001f]/.test(text);
}
