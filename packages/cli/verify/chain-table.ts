/**
 * Where each chain of a log stands after the entries seen so far: how many they are and the hash of the last. Open addressing over plain
 * arrays, 48 bytes a chain, since a log may hold millions. A chain is known by the key that the scanner made of its subject: 64 bits under a
 * secret of this run, so that two subjects of one key are nobody's to choose, and would show as faults that the next run does not find.
 */

import type { EntryScanner } from "../wasm/entry-scan.ts";

/** What adding an entry to its chain showed. */
export type Step = "next" | "gap" | "doubled" | "prev" | "full";

const HASH_WORDS = 8;
/** Of a slot: the key (two words), one more than the chain's length (0: the slot is free), what is noted of it, the hash of its last entry. */
const WORDS = 12;
const LENGTH = 2;
const MARK = 3;
const HEAD = 4;
/** Of all slots so many may be taken. */
const LOAD = 0.75;

/** What is noted of a chain beside its head. */
const BROKEN = 1;
const SEEN = 2;

/** How many words a table of so many slots takes. */
export function tableWords(slots: number): number {
  return WORDS * slots;
}

export class ChainTable {
  readonly #words: Int32Array;
  readonly #mask: number;
  readonly #room: number;
  #taken = 0;

  /** @param words `tableWords` of a power of two of slots, all 0; three quarters of them can hold a chain */
  constructor(words: Int32Array) {
    const slots = words.length / WORDS;
    if (slots < 1 || !Number.isInteger(Math.log2(slots))) throw new RangeError(`expected a power of two of slots, got ${slots}`);
    this.#words = words;
    this.#mask = slots - 1;
    this.#room = Math.floor(LOAD * slots);
  }

  /**
   * Adds the entries that a scanner has found, whose table this is, from the `from`th on, as long as each continues its chain or begins one.
   * @param hashes of all of them, 32 bytes each
   * @returns the first that does not, for `extend`, or `count`
   */
  extendFound(scanner: EntryScanner, from: number, count: number, hashes: Uint8Array): number {
    const { at, begun } = scanner.extendChains(from, count, hashes, this.#mask, this.#room - this.#taken);
    this.#taken += begun;
    return at;
  }

  /** Adds entry `seq` of the chain with that key; `prev` and `hash` are eight words each, at their places. "full" leaves the table as it is. */
  extend(low: number, high: number, seq: number, prev: Int32Array, prevAt: number, hash: Int32Array, hashAt: number): Step {
    const at = this.#find(low, high);
    const words = this.#words;
    if (words[at + LENGTH] === 0) {
      if (this.#taken >= this.#room) return "full";
      this.#taken++;
      words.fill(0, at, at + WORDS);
      words[at] = low;
      words[at + 1] = high;
      words[at + LENGTH] = 1;
    }
    const length = (words[at + LENGTH] as number) - 1;
    let same = seq === length;
    for (let i = 0; same && i < HASH_WORDS; i++) same = prev[prevAt + i] === words[at + HEAD + i];
    if (same) {
      this.#put(at, seq, hash, hashAt);
      return "next";
    }
    words[at + MARK] = (words[at + MARK] as number) | BROKEN;
    return seq < length ? "doubled" : seq > length ? "gap" : "prev";
  }

  /** After "gap" or "prev": goes on behind that entry as if it had followed. */
  resume(low: number, high: number, seq: number, hash: Int32Array, hashAt: number): void {
    this.#put(this.#find(low, high), seq, hash, hashAt);
  }

  #put(at: number, seq: number, hash: Int32Array, hashAt: number): void {
    const words = this.#words;
    words[at + LENGTH] = seq + 2;
    for (let i = 0; i < HASH_WORDS; i++) words[at + HEAD + i] = hash[hashAt + i] as number;
  }

  /** Length and head of a chain; undefined for one that is not in the table. */
  head(low: number, high: number): { readonly length: number; readonly hash: string; readonly broken: boolean } | undefined {
    const at = this.#find(low, high);
    const words = this.#words.subarray(at, at + WORDS);
    const length = words[LENGTH] as number;
    if (length === 0) return undefined;
    return {
      length: length - 1,
      hash: Buffer.from(words.buffer, words.byteOffset + 4 * HEAD, 4 * HASH_WORDS).toString("hex"),
      broken: ((words[MARK] as number) & BROKEN) !== 0,
    };
  }

  /** Notes that a chain was seen elsewhere, too. */
  see(low: number, high: number): void {
    const at = this.#find(low, high) + MARK;
    this.#words[at] = (this.#words[at] as number) | SEEN;
  }

  /** Keys of the chains that were not. */
  *unseen(): Generator<readonly [low: number, high: number]> {
    const words = this.#words;
    for (let at = 0; at < words.length; at += WORDS)
      if (words[at + LENGTH] !== 0 && ((words[at + MARK] as number) & SEEN) === 0) yield [words[at] as number, words[at + 1] as number];
  }

  clear(): void {
    this.#words.fill(0);
    this.#taken = 0;
  }

  /** Where the chain's slot begins, or the free one where it would go. */
  #find(low: number, high: number): number {
    const words = this.#words;
    let at = WORDS * (low & this.#mask);
    while (words[at + LENGTH] !== 0 && (words[at] !== low || words[at + 1] !== high)) {
      at += WORDS;
      if (at === words.length) at = 0;
    }
    return at;
  }
}
