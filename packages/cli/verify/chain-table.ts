/**
 * Where each chain of a log stands after the entries seen so far: how many they are and the hash of the last. Open addressing over plain
 * arrays, 48 bytes a chain, since a log may hold millions. A chain is known by the key that the scanner made of its subject: 64 bits under a
 * secret of this run, so that two subjects of one key are nobody's to choose, and would show as faults that the next run does not find.
 */

/** What adding an entry to its chain showed. */
export type Step = "next" | "gap" | "doubled" | "prev" | "full";

const HASH_WORDS = 8;
/** Of a slot: the key (two words), one more than the chain's length (0: the slot is free), what is noted of it, the hash of its last entry. */
const WORDS = 12;
const LENGTH = 2;
const MARK = 3;
const HEAD = 4;
const SLOTS_AT_FIRST = 1 << 12;
/** Of all slots so many may be taken. */
const LOAD = 0.75;

/** What is noted of a chain beside its head. */
const BROKEN = 1;
const SEEN = 2;

export class ChainTable {
  readonly #maxSlots: number;
  #mask: number;
  #taken = 0;
  #words: Int32Array;

  /** @param maxSlots a power of two; three quarters of them can hold a chain */
  constructor(maxSlots: number) {
    this.#maxSlots = maxSlots;
    const slots = Math.min(maxSlots, SLOTS_AT_FIRST);
    this.#mask = slots - 1;
    this.#words = new Int32Array(WORDS * slots);
  }

  /** Adds entry `seq` of the chain with that key; `prev` and `hash` are eight words each, at their places. "full" leaves the table as it is. */
  extend(low: number, high: number, seq: number, prev: Int32Array, prevAt: number, hash: Int32Array, hashAt: number): Step {
    let at = this.#find(low, high);
    if (this.#words[at + LENGTH] === 0) {
      if (this.#taken >= LOAD * (this.#mask + 1)) {
        if (this.#mask + 1 >= this.#maxSlots) return "full";
        this.#grow();
        at = this.#find(low, high);
      }
      this.#taken++;
      this.#words.fill(0, at, at + WORDS);
      this.#words[at] = low;
      this.#words[at + 1] = high;
      this.#words[at + LENGTH] = 1;
    }
    const words = this.#words;
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

  #grow(): void {
    const old = this.#words;
    const slots = 2 * (this.#mask + 1);
    this.#mask = slots - 1;
    this.#words = new Int32Array(WORDS * slots);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + LENGTH] === 0) continue;
      const to = this.#find(old[from] as number, old[from + 1] as number);
      for (let i = 0; i < WORDS; i++) this.#words[to + i] = old[from + i] as number;
    }
  }
}
