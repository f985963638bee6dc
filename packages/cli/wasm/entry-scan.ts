/**
 * Recognises entries of version 1 (docs/formats.md) in their bytes, many in one call: canonical JSON, exactly the members of the format, each
 * of its form. It answers "yes" only where that is certain, and leaves the rest (escapes and other letters in keys, numbers with a fraction, the
 * 29th of February) to the definition, which writes the value again and compares: see verify/entry-form.ts. A test holds "yes" to the same.
 */
import { randomBytes } from "node:crypto";
import { BEGUN, CHAINS_FUNCTION } from "./extend-chains.ts";
import { compile, type Memory } from "./instance.ts";
import { byteAt, get, isByte } from "./phrases.ts";
import { JSON_FUNCTIONS } from "./scan-json.ts";
import { ENTRY_FUNCTIONS } from "./scan-members.ts";
import { KEY_FUNCTION } from "./subject-key.ts";

const PAGE_BYTES = 65_536;
/** Where things lie in the module's memory: SipHash's key, what was found, the hashes of a tile, the bytes to scan, the table of chains. */
const FOUND = 1024;
const HASHES = 32_768;
export const INPUT = 65_536;
/** As many bytes as a bundle tile can hold: 256 entries of 65,535 bytes, each behind its length. */
const INPUT_BYTES = 256 * (2 + 65_535);
const TABLE = INPUT + 257 * PAGE_BYTES;
/** How many of those found are not sure. */
const UNSURE = 24;
/** Entries of one call. */
const MAX_ENTRIES = 256;
/** So many bytes behind the last one may be read; they are 0, at which every loop ends. */
const SLACK = 64;
/** Room for one subject, between what was found and the bytes to scan. */
const SCRATCH = 24_576;
const ENTRY_MAX_BYTES = 32 * 1024;
const SUBJECT_MAX_BYTES = 1024;

/** What is found of an entry, in words of four bytes from its place on: see the constants below. `PREV` is eight words, `KEY` two. */
export const FOUND_WORDS = 20;
const FOUND_BYTES = 4 * FOUND_WORDS;
export const START = 0;
export const LIMIT = 1;
/** 1: an entry; 2: one if its bytes are UTF-8; 0: not sure to be one, and nothing else of it is known. */
export const SURE = 2;
export const SUBJECT = 3;
export const SUBJECT_BYTES = 4;
export const SEQ = 5;
export const KEY = 6;
export const PREV = 8;
/** Of `recordedAt`, as in 2026112122. */
export const HOUR = 16;
export const MINUTE = 17;

/** `$out`: where what is found of the next entry goes. */
const FRAMES = `
  (func $take (param $at i32) (param $end i32) (param $behind i32)
    (i32.store (global.get $out) ${get("$at")})
    (i32.store offset=4 (global.get $out) ${get("$end")})
    (i32.store offset=8 (global.get $out)
      (i32.mul
        (i32.and (i32.eq ${get("$end")} ${get("$behind")}) (i32.le_u (i32.sub ${get("$end")} ${get("$at")}) (i32.const ${ENTRY_MAX_BYTES})))
        (i32.add (i32.const 1) (i32.ne (global.get $high) (i32.const 0)))))
    (if (i32.ne (i32.load offset=8 (global.get $out)) (i32.const 1)) (then
      (i32.store offset=${UNSURE} (i32.const 0) (i32.add (i32.load offset=${UNSURE} (i32.const 0)) (i32.const 1)))))
    (global.set $out (i32.add (global.get $out) (i32.const ${FOUND_BYTES}))))
  ;; Entries behind their lengths, as in a bundle tile; the byte before each becomes 0, with which its hash begins.
  (func $bundle (export "bundle") (param $at i32) (param $end i32) (param $most i32) (result i32) (local $count i32) (local $behind i32)
    (global.set $out (i32.const ${FOUND}))
    (i32.store offset=${UNSURE} (i32.const 0) (i32.const 0))
    (block $short (loop $more
      (br_if $short (i32.ge_u ${get("$count")} ${get("$most")}))
      (br_if $short (i32.gt_u (i32.add ${get("$at")} (i32.const 2)) ${get("$end")}))
      (local.set $behind (i32.add (i32.add ${get("$at")} (i32.const 2))
        (i32.or (i32.shl ${byteAt(get("$at"))} (i32.const 8)) ${byteAt(get("$at"), 1)})))
      (br_if $short (i32.gt_u ${get("$behind")} ${get("$end")}))
      (local.set $at (i32.add ${get("$at")} (i32.const 2)))
      (global.set $high (i32.const 0))
      (call $take ${get("$at")} ${get("$behind")} (call $entry ${get("$at")}))
      (i32.store8 (i32.sub ${get("$at")} (i32.const 1)) (i32.const 0))
      (local.set $at ${get("$behind")})
      (local.set $count (i32.add ${get("$count")} (i32.const 1)))
      (br $more)))
    ${get("$count")})
  (func $note (export "note") (param $at i32) (param $end i32) (param $found i32)
    (i64.store offset=24 ${get("$found")} (call $key ${get("$at")} ${get("$end")})))
  ;; Entries that each end in a line feed; a line that does not end before \`$end\` is left.
  (func $lines (export "lines") (param $at i32) (param $end i32) (param $most i32) (result i32) (local $count i32) (local $behind i32) (local $feed i32)
    (global.set $out (i32.const ${FOUND}))
    (i32.store offset=${UNSURE} (i32.const 0) (i32.const 0))
    (block $short (loop $more
      (br_if $short (i32.ge_u ${get("$count")} ${get("$most")}))
      (br_if $short (i32.ge_u ${get("$at")} ${get("$end")}))
      (global.set $high (i32.const 0))
      (local.set $behind (call $entry ${get("$at")}))
      (local.set $feed ${get("$behind")})
      (if (i32.eqz ${get("$behind")}) (then (local.set $feed ${get("$at")})))
      (block $found (loop $next
        (br_if $short (i32.ge_u ${get("$feed")} ${get("$end")}))
        (br_if $found ${isByte("\n", get("$feed"))})
        (local.set $feed (i32.add ${get("$feed")} (i32.const 1)))
        (br $next)))
      (call $take ${get("$at")} ${get("$feed")} ${get("$behind")})
      (i32.store8 (i32.sub ${get("$at")} (i32.const 1)) (i32.const 0))
      (local.set $at (i32.add ${get("$feed")} (i32.const 1)))
      (local.set $count (i32.add ${get("$count")} (i32.const 1)))
      (br $more)))
    ${get("$count")})`;

const source = `(module (memory (export "memory") 1) ${JSON_FUNCTIONS} ${ENTRY_FUNCTIONS} ${KEY_FUNCTION} ${CHAINS_FUNCTION} ${FRAMES})`;
const instantiate = compile<Exports>(source);

interface Exports {
  readonly memory: Memory;
  readonly bundle: (at: number, end: number, most: number) => number;
  readonly lines: (at: number, end: number, most: number) => number;
  readonly chains: (found: number, count: number, table: number, mask: number, hashes: number, room: number) => number;
  readonly fetch: (found: number, count: number, table: number, mask: number) => void;
  readonly note: (at: number, end: number, found: number) => void;
}

/** What the chain of an entry is checked by. */
export interface NotedEntry {
  readonly subject: string;
  readonly seq: number;
  /** 64 hexadecimal digits. */
  readonly prev: string;
  /** As `HOUR` and `MINUTE`. */
  readonly hour: number;
  readonly minute: number;
}

const NOTHING: NotedEntry = { subject: "", seq: 0, prev: "0".repeat(64), hour: 0, minute: 0 };

/** Places are those in `bytes`; what was found is overwritten by the next call. */
export class EntryScanner {
  readonly #exports: Exports;
  readonly #noted = new Map<number, string>();
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  /** Of the table of chains: as `ChainTable` lays it out. */
  readonly table: Int32Array<ArrayBuffer>;

  /**
   * @param tableWords how many words the table of chains has
   * @param secret 16 bytes: scanners with the same one give subjects the same keys
   */
  constructor(tableWords = 0, secret: Uint8Array = randomBytes(16)) {
    this.#exports = instantiate();
    const { memory } = this.#exports;
    // Never more: what nobody writes to takes no memory, and the views stay good.
    memory.grow(Math.ceil((TABLE + 4 * tableWords) / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES);
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.table = new Int32Array(memory.buffer, TABLE, tableWords);
    this.bytes.set(secret.subarray(0, 16));
  }

  /** The place from which on `length` bytes may be written: a byte stands before it, and zeros will behind. */
  room(length: number): number {
    if (length > INPUT_BYTES) throw new RangeError(`expected at most ${INPUT_BYTES} bytes to scan, got ${length}`);
    this.end(length);
    return INPUT;
  }

  /** Says that only `length` bytes were written. */
  end(length: number): void {
    this.bytes.fill(0, INPUT + length, INPUT + length + SLACK);
  }

  /**
   * Finds the entries of a bundle tile, each behind its length as two bytes. (It may lie in `bytes` already, at the place that `room` gave.)
   * @returns how many there are, at most `width`: fewer when the bundle ends early
   */
  scanBundle(bundle: Uint8Array, width: number): number {
    const at = this.room(bundle.length);
    if (bundle.buffer !== this.bytes.buffer || bundle.byteOffset !== at) this.bytes.set(bundle, at);
    return this.#exports.bundle(at, at + bundle.length, Math.min(width, MAX_ENTRIES));
  }

  /**
   * Finds entries that end in a line feed, in the `length` bytes that lie at `room(length)` already, from `at` on.
   * @returns how many whole lines were found, at most 256
   */
  scanLines(at: number, length: number): number {
    return this.#exports.lines(at, INPUT + length, MAX_ENTRIES);
  }

  /** How many of those found are not entries for certain. */
  get unsure(): number {
    return this.words[UNSURE / 4] as number;
  }

  /** Where of the `n`th entry that was found its words begin. */
  found(n: number): number {
    return (FOUND + n * FOUND_BYTES) / 4;
  }

  /**
   * Goes on with the chains of the entries found, from the `from`th on, as long as each continues its own or begins one.
   * @param hashes of all that were found, 32 bytes each
   * @param mask one less than the table's slots
   * @param room how many chains may be begun
   * @returns the first that does not, or `count`; how many chains were begun
   */
  extendChains(
    from: number,
    count: number,
    hashes: Uint8Array,
    mask: number,
    room: number,
  ): { readonly at: number; readonly begun: number } {
    if (from === 0) {
      this.bytes.set(hashes, HASHES);
      this.#exports.fetch(FOUND, count, TABLE, mask);
    }
    const at = this.#exports.chains(FOUND + from * FOUND_BYTES, count - from, TABLE, mask, HASHES + 32 * from, room);
    return { at: from + at, begun: this.words[BEGUN / 4] as number };
  }

  /** The bytes of an entry behind the 0 with which its leaf hash begins: a view. */
  prefixed(found: number): Uint8Array<ArrayBuffer> {
    const start = this.words[found + START] as number;
    return new Uint8Array(this.bytes.buffer, start - 1, (this.words[found + LIMIT] as number) - start + 1);
  }

  /** The subject of an entry that is one. */
  subject(found: number): string {
    const noted = this.words[found + SURE] === 1 ? undefined : this.#noted.get(found);
    if (noted !== undefined) return noted;
    const at = this.words[found + SUBJECT] as number;
    return Buffer.from(this.bytes.buffer, at, this.words[found + SUBJECT_BYTES] as number).toString("utf8");
  }

  /** The key of a subject, as two words. */
  keyOf(subject: string): readonly [low: number, high: number] {
    const found = this.found(MAX_ENTRIES - 1);
    this.#exports.note(SCRATCH, SCRATCH + Buffer.from(subject).copy(this.bytes, SCRATCH, 0, SUBJECT_MAX_BYTES), 4 * found);
    return [this.words[found + KEY] as number, this.words[found + KEY + 1] as number];
  }

  /** Notes of an entry what the definition found, where the scanner was not sure; undefined: nothing can be told of it. `subject` holds at most 1,024 bytes. */
  note(found: number, noted: NotedEntry | undefined): void {
    const { subject, seq, prev, hour, minute } = noted ?? NOTHING;
    const spelled = Buffer.from(subject);
    this.bytes.set(spelled, SCRATCH);
    this.#exports.note(SCRATCH, SCRATCH + spelled.length, 4 * found);
    this.words[found + SEQ] = seq;
    this.words[found + HOUR] = hour;
    this.words[found + MINUTE] = minute;
    this.bytes.set(Buffer.from(prev, "hex"), 4 * (found + PREV));
    this.#noted.set(found, subject);
  }
}
