/** Entries of a log and lines of a ledger once more, one after the other, for whoever looks for some of them: nothing is checked. */
import { TILE_WIDTH } from "@change-ledger/log";
import { type EntryScanner, KEY, SEQ } from "../wasm/entry-scan.ts";
import { certain } from "./certain.ts";
import { BUNDLE_MAX_BYTES, readTile } from "./read-tile.ts";
import type { LedgerFile, LogFiles, Progress } from "./sources.ts";
import { readLines } from "./walk-ledger.ts";

/** Where an entry is in the scanner, whose words are good until the next one. */
export interface PassedEntry {
  readonly found: number;
  readonly low: number;
  readonly high: number;
  readonly seq: number;
  /** Of an entry of the log. */
  readonly leaf?: number | undefined;
  /** Of an entry of the ledger: its line. */
  readonly line?: number | undefined;
}

/** Bytes of an entry in the scanner. */
export function bytesOf(scanner: EntryScanner, { found }: PassedEntry): Uint8Array {
  return scanner.prefixed(found).subarray(1);
}

export async function* logEntries(log: LogFiles, size: number, scanner: EntryScanner, progress: Progress): AsyncGenerator<PassedEntry[]> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const room = scanner.room(BUNDLE_MAX_BYTES);
    const bundle = await readTile(log, { level: "entries", index, width }, scanner.bytes.subarray(room, room + BUNDLE_MAX_BYTES));
    if (bundle === undefined) continue;
    const count = scanner.scanBundle(bundle.bytes, width);
    yield passed(scanner, count).map((each, at) => ({ ...each, leaf: index * TILE_WIDTH + at }));
    if (index % 16 === 0) progress("compared", index * TILE_WIDTH, size);
  }
}

export async function* ledgerEntries(ledger: LedgerFile, scanner: EntryScanner, progress: Progress): AsyncGenerator<PassedEntry[]> {
  for await (const { count, line } of readLines(ledger, scanner, progress))
    yield passed(scanner, count).map((each, at) => ({ ...each, line: line + at }));
}

function passed(scanner: EntryScanner, count: number): PassedEntry[] {
  certain(scanner, count);
  return Array.from({ length: count }, (_, at) => {
    const found = scanner.found(at);
    const [low, high, seq] = [KEY, KEY + 1, SEQ].map((word) => scanner.words[found + word]) as [number, number, number];
    return { found, low, high, seq };
  });
}
