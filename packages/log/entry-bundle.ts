/**
 * Entry bundles (C2SP tlog-tiles, "Log entries"): up to 256 entries with their exact bytes, each behind its length as two bytes, the
 * higher one first. What a log can hold is therefore at most 65,535 bytes an entry; ours have at most 32,768.
 *
 * Worked example: the entries "one" and "two" are, in hexadecimal, 0003 6f6e65 0003 74776f.
 */
import { LogError } from "./fault.ts";
import { TILE_WIDTH } from "./tile.ts";

const LENGTH_BYTES = 2;
/** What two bytes of length can say. */
const MAX_ENTRY_BYTES = 0xffff;

/** @throws LogError `out-of-range` for an entry that no bundle can hold */
export function expectEntry(entry: Uint8Array): void {
  if (entry.length > MAX_ENTRY_BYTES)
    throw new LogError("out-of-range", `expected an entry of at most ${MAX_ENTRY_BYTES} bytes, got ${entry.length}`);
}

/** @throws LogError `out-of-range` unless there are 1 to 256 entries of at most 65,535 bytes */
export function formatBundle(entries: readonly Uint8Array[]): Uint8Array {
  expectWidth(entries.length);
  return formatEntries(entries);
}

/**
 * Any number of entries in the form that bundles have.
 * @throws LogError `out-of-range` for an entry of more than 65,535 bytes
 */
export function formatEntries(entries: readonly Uint8Array[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    expectEntry(entry);
    return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
  });
  return Buffer.concat(parts);
}

/**
 * The entries of a bundle, as views of `bytes`.
 * @param width how many there must be: a bundle's file name says so, and the tree's size
 * @throws LogError `not-canonical` when `bytes` end early, go on, or hold another number of entries
 */
export function parseBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  expectWidth(width);
  return parseEntries(bytes, width);
}

/**
 * Reads `formatEntries` back, as views of `bytes`.
 * @throws LogError `not-canonical`
 */
export function parseEntries(bytes: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < count) {
    const high = bytes[at];
    const low = bytes[at + 1];
    if (high === undefined || low === undefined)
      throw new LogError("not-canonical", `expected ${count} entries; they end after ${entries.length}`);
    const start = at + LENGTH_BYTES;
    at = start + high * 256 + low;
    if (at > bytes.length) throw new LogError("not-canonical", `entry ${entries.length} of ${count} ends early`);
    entries.push(bytes.subarray(start, at));
  }
  if (at !== bytes.length) throw new LogError("not-canonical", `expected ${count} entries; ${bytes.length - at} bytes follow them`);
  return entries;
}

function expectWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new LogError("out-of-range", `expected 1 to ${TILE_WIDTH} entries, got ${width}`);
}
