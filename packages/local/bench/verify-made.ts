import { hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { TreeLevels, tileRoot } from "@change-ledger/cli";
import { formatBundle, type Hash, TILE_WIDTH, type Tile, tilePath } from "@change-ledger/log";

/** A log with its ledger export, of entries that are like those of a commit's checks, made as fast as they can be hashed. */
export interface Made {
  readonly log: string;
  readonly ledger: string;
  readonly size: number;
  readonly root: Hash;
  readonly bytes: number;
}

const CHAINS_AT_ONCE = 500;
const ENTRIES_A_CHAIN = 5;
const NO_PREVIOUS = "0".repeat(64);

/**
 * Writes both into `folder`: chains of five entries each. In the log, those of 500 chains lie among each other; in the export, one chain after the other.
 * @param entries a multiple of 2,500
 */
export function makeLedger(folder: string, entries: number): Made {
  const log = join(folder, "log");
  const ledger = join(folder, "ledger.jsonl");
  const writer = new LogWriter(log);
  const handle = openSync(ledger, "wx");
  let bytes = 0;
  for (let first = 0; first * ENTRIES_A_CHAIN < entries; first += CHAINS_AT_ONCE) {
    const chains = Array.from({ length: CHAINS_AT_ONCE }, (_, at) => chainOf(first + at));
    const lines = Buffer.concat(chains.flatMap((chain) => chain.flatMap(({ entry }) => [entry, LINE_FEED])));
    writeSync(handle, lines);
    bytes += lines.length - CHAINS_AT_ONCE * ENTRIES_A_CHAIN;
    for (let seq = 0; seq < ENTRIES_A_CHAIN; seq++)
      for (const chain of chains) {
        const sealed = chain[seq] as Sealed;
        writer.append(sealed.entry, sealed.leaf);
      }
  }
  closeSync(handle);
  return { log, ledger, size: entries, root: writer.end(), bytes };
}

interface Sealed {
  readonly entry: Uint8Array;
  readonly leaf: Buffer;
}

const LINE_FEED = Uint8Array.of(10);

function chainOf(n: number): Sealed[] {
  const subject = `commit:github/acme/cargo/${String(n).padStart(40, "0")}`;
  let prev = NO_PREVIOUS;
  return Array.from({ length: ENTRIES_A_CHAIN }, (_, seq) => {
    const id = String(n * ENTRIES_A_CHAIN + seq);
    const digest = hash("sha256", id);
    const text = `{"actor":{"id":"583231","login":"octocat","system":"github"},"facts":{"context":"ci/build","id":"${id}","state":"success"},"kind":"status","occurredAt":"2026-11-21T22:14:45.000Z","payload":{"archive":"segments/20261121/${digest.slice(0, 22)}.warc.gz","length":575,"offset":322,"sha256":"${digest}"},"prev":"${prev}","recordedAt":"2026-11-21T22:14:47.003Z","seq":${seq},"source":{"auth":"hmac-sha256","event":"status","id":"72d3162e-cc78-11e3-81ab-${id.padStart(12, "0")}","norm":1,"system":"github"},"subject":"${subject}","v":1}`;
    const prefixed = Buffer.from(`\0${text}`);
    prev = hash("sha256", prefixed);
    return { entry: prefixed.subarray(1), leaf: Buffer.from(prev, "hex") };
  });
}

/** Writes a log's tiles, without a checkpoint. */
class LogWriter {
  readonly #folder: string;
  readonly #levels = new TreeLevels();
  #index = 0;
  #entries: Uint8Array[] = [];
  #leaves: Uint8Array[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  append(entry: Uint8Array, leaf: Uint8Array): void {
    this.#entries.push(entry);
    this.#leaves.push(leaf);
    if (this.#entries.length < TILE_WIDTH) return;
    const leaves = this.#writeLeaves();
    for (const { level, index, hashes } of this.#levels.add(tileRoot(leaves))) this.#write({ level, index, width: TILE_WIDTH }, hashes);
    this.#index++;
    this.#entries = [];
    this.#leaves = [];
  }

  end(): Hash {
    const leaves = this.#entries.length === 0 ? new Uint8Array() : this.#writeLeaves();
    for (const { level, index, hashes } of this.#levels.edge()) this.#write({ level, index, width: hashes.length / 32 }, hashes);
    return this.#levels.rootWith(leaves);
  }

  #writeLeaves(): Uint8Array {
    const leaves = Buffer.concat(this.#leaves);
    const width = this.#entries.length;
    this.#write({ level: "entries", index: this.#index, width }, formatBundle(this.#entries));
    this.#write({ level: 0, index: this.#index, width }, leaves);
    return leaves;
  }

  #write(tile: Tile, bytes: Uint8Array): void {
    const path = join(this.#folder, tilePath(tile));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}
