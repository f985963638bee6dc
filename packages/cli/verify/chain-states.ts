/**
 * The chains of a whole log in bounded memory: as many as the table holds, and of all others the entries go to temporary files, parted by the
 * chain's key, which are then gone through one after the other with the same table.
 */
import { type RecordFile, Scratch } from "../files/scratch.ts";
import type { EntryScanner } from "../wasm/entry-scan.ts";
import { ChainTable, type Step } from "./chain-table.ts";

/** An entry that does not continue its chain. */
export interface Break {
  readonly what: "break";
  readonly step: Exclude<Step, "next" | "full">;
  readonly leaf: number;
  /** What its chain would have gone on with: seq and hash of the entry before. */
  readonly seq: number;
  readonly prev: string;
}

/** How a chain of the ledger stands to that of the log. */
export interface Difference {
  /** "missing": the ledger has no such chain; "extra": the log has none; "differs": another length or head, or broken in either. */
  readonly what: "missing" | "extra" | "differs";
  readonly low: number;
  readonly high: number;
}

/** With so many slots a table takes 50 MB, and holds 786,432 chains. */
const MAX_SLOTS = 1 << 20;
const MIN_SLOTS = 1 << 12;

/** How many slots the table for a log of so many entries should have: chains mostly hold some entries, and a table that is small is near. */
export function slotsFor(entries: number): number {
  return Math.min(MAX_SLOTS, Math.max(MIN_SLOTS, 2 ** Math.ceil(Math.log2(entries / 2 + 1))));
}
/** Files into which what the table cannot hold is parted, by so many bits of the key. */
const PART_BITS = 4;

/** A record: what it is, the chain's key, seq or length, leaf (two words), `prev` (eight) and hash (eight). */
const WORDS = 22;
const ENTRY = 1;
const HEAD = 2;
const BROKEN_HEAD = 3;
const PREV = 6;
const HASH = 14;

export class ChainStates {
  readonly #table: ChainTable;
  readonly #scratch = new Scratch(4 * WORDS);
  readonly #record = new Int32Array(WORDS);
  #parts: RecordFile[] = [];
  #depth = 0;
  #spilled = 0;

  /** @param words of the table, as `ChainTable` takes them: those of a scanner, for `found` to be of use */
  constructor(words: Int32Array) {
    this.#table = new ChainTable(words);
  }

  /** Entries that went to temporary files. */
  get spilled(): number {
    return this.#spilled;
  }

  /** As `ChainTable.extendFound`: what is left is for `entry`. */
  found(scanner: EntryScanner, from: number, count: number, hashes: Uint8Array): number {
    return this.#table.extendFound(scanner, from, count, hashes);
  }

  /** Adds an entry of the log; what is wrong with it is answered now or by `rest`. */
  entry(
    low: number,
    high: number,
    seq: number,
    prev: Int32Array,
    prevAt: number,
    hash: Int32Array,
    hashAt: number,
    leaf: number,
  ): Break | undefined {
    const step = this.#table.extend(low, high, seq, prev, prevAt, hash, hashAt);
    if (step === "next") return undefined;
    if (step === "full") {
      this.#fill(ENTRY, low, high, seq, leaf);
      for (let i = 0; i < 8; i++) {
        this.#record[PREV + i] = prev[prevAt + i] as number;
        this.#record[HASH + i] = hash[hashAt + i] as number;
      }
      this.#spill();
      return undefined;
    }
    const before = this.#table.head(low, high);
    if (step !== "doubled") this.#table.resume(low, high, seq, hash, hashAt);
    return { what: "break", step, leaf, seq: before?.length ?? 0, prev: before?.hash ?? "" };
  }

  /** Compares the head of a chain of the ledger, which comes after all entries of the log; a difference is answered now or by `rest`. */
  head(low: number, high: number, length: number, hash: string, broken: boolean): Difference | undefined {
    const known = this.#table.head(low, high);
    if (known !== undefined) {
      this.#table.see(low, high);
      const same = known.length === length && known.hash === hash && !known.broken && !broken;
      return same ? undefined : { what: "differs", low, high };
    }
    if (this.#parts.length === 0) return { what: "extra", low, high };
    this.#fill(broken ? BROKEN_HEAD : HEAD, low, high, length, 0);
    const words = Buffer.from(this.#record.buffer);
    words.write(hash, 4 * HASH, "hex");
    this.#spill();
    return undefined;
  }

  #fill(kind: number, low: number, high: number, seq: number, leaf: number): void {
    this.#record.set([kind, low, high, seq, leaf | 0, Math.floor(leaf / 2 ** 32)]);
  }

  #spill(): void {
    if (this.#parts.length === 0) this.#parts = Array.from({ length: 1 << PART_BITS }, () => this.#scratch.file());
    const high = this.#record[2] as number;
    const part = (high >>> (32 - PART_BITS * (this.#depth + 1))) & ((1 << PART_BITS) - 1);
    this.#parts[part]?.append(new Uint8Array(this.#record.buffer));
    this.#spilled++;
  }

  /** What the temporary files still show; `compared`: also the chains of the log that were not among the heads of the ledger. */
  *rest(compared: boolean): Generator<Break | Difference> {
    if (compared) for (const [low, high] of this.#table.unseen()) yield { what: "missing", low, high };
    const parts = this.#parts;
    this.#parts = [];
    this.#depth++;
    for (const part of parts) {
      this.#table.clear();
      for (const bytes of part.read()) {
        const words = new Int32Array(bytes.buffer, bytes.byteOffset, WORDS);
        const [kind = 0, low = 0, high = 0, seq = 0, leafLow = 0, leafHigh = 0] = words;
        const found =
          kind === ENTRY
            ? this.entry(low, high, seq, words, PREV, words, HASH, leafHigh * 2 ** 32 + (leafLow >>> 0))
            : this.head(low, high, seq, Buffer.from(words.buffer, words.byteOffset + 4 * HASH, 32).toString("hex"), kind === BROKEN_HEAD);
        if (found !== undefined) yield found;
      }
      part.close();
      yield* this.rest(compared);
    }
    this.#depth--;
  }

  close(): void {
    this.#scratch.close();
  }
}
