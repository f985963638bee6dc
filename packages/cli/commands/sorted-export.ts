/**
 * Brings a ledger's entries, which come chain by chain in any order of chains, into the order of an export: by subject (UTF-16 code units), then
 * by seq. More than fits into memory is sorted in parts, on disk, which are then merged.
 */
import { closeSync, mkdtempSync, openSync, readSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "../fault.ts";

/** An entry's exact bytes, and where it belongs. */
export interface ExportedEntry {
  readonly subject: string;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** Bytes of entries that are sorted in memory at once. */
const PART_BYTES = 48 * 1024 * 1024;
const READ_BYTES = 256 * 1024;
const LINE_FEED = Uint8Array.of(10);

/**
 * Writes the export to `path`, in place only when it is whole.
 * @returns how many entries there are
 * @throws CliError `unreadable` for a place that comes twice
 */
export async function writeSorted(path: string, entries: AsyncIterable<ExportedEntry>, partBytes = PART_BYTES): Promise<number> {
  const folder = mkdtempSync(join(dirname(path), ".export-"));
  try {
    const parts: string[] = [];
    let held: ExportedEntry[] = [];
    let bytes = 0;
    const flush = (): void => {
      const part = join(folder, String(parts.length));
      writeFileSync(part, Buffer.concat(held.sort(order).flatMap((entry) => [entry.bytes, LINE_FEED])));
      parts.push(part);
      held = [];
      bytes = 0;
    };
    for await (const entry of entries) {
      held.push(entry);
      bytes += entry.bytes.length;
      if (bytes >= partBytes) flush();
    }
    flush();
    const whole = join(folder, "whole");
    const count = merge(parts, whole);
    renameSync(whole, path);
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function order(a: ExportedEntry, b: ExportedEntry): number {
  return a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.seq - b.seq;
}

function merge(parts: readonly string[], path: string): number {
  const readers = parts.map((part) => new PartReader(part)).filter(({ next }) => next !== undefined);
  const handle = openSync(path, "wx");
  let last: ExportedEntry | undefined;
  let count = 0;
  try {
    while (readers.length > 0) {
      // Few parts: as many as times that the memory is filled.
      const least = readers.reduce((a, b) => (order(a.next as ExportedEntry, b.next as ExportedEntry) <= 0 ? a : b));
      const entry = least.next as ExportedEntry;
      if (last !== undefined && order(last, entry) === 0)
        throw new CliError("unreadable", `${entry.subject} seq ${entry.seq} came twice: the export changed while it was read`);
      writeSync(handle, entry.bytes);
      writeSync(handle, LINE_FEED);
      last = entry;
      count++;
      least.advance();
      if (least.next === undefined) readers.splice(readers.indexOf(least), 1);
    }
  } finally {
    closeSync(handle);
    for (const reader of readers) reader.close();
  }
  return count;
}

/** What an entry's bytes say of its place. @throws CliError `unreadable` */
export function placeOf(bytes: Uint8Array): ExportedEntry {
  try {
    const { subject, seq } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly subject?: unknown; readonly seq?: unknown };
    if (typeof subject === "string" && typeof seq === "number") return { subject, seq, bytes };
  } catch {
    // Told below.
  }
  throw new CliError("unreadable", "expected entries, one a line");
}

/** Reads a part line by line. */
class PartReader {
  readonly #handle: number;
  #held = Buffer.alloc(0);
  #ended = false;
  next: ExportedEntry | undefined;

  constructor(path: string) {
    this.#handle = openSync(path, "r");
    this.advance();
  }

  advance(): void {
    for (;;) {
      const feed = this.#held.indexOf(10);
      if (feed >= 0) {
        this.next = placeOf(this.#held.subarray(0, feed));
        this.#held = this.#held.subarray(feed + 1);
        return;
      }
      if (this.#ended) {
        this.next = undefined;
        this.close();
        return;
      }
      const more = Buffer.alloc(READ_BYTES);
      const length = readSync(this.#handle, more, 0, more.length, null);
      this.#ended = length === 0;
      this.#held = Buffer.concat([this.#held, more.subarray(0, length)]);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#handle);
  }
  #closed = false;
}
