/**
 * The reconciler: holds the whole ledger against the whole log. What the log lacks is given to the sequencer, so that a record that the
 * stream lost is not lost; any other difference is reported and left as it is. It takes one pass over the ledger, and a bit of memory a
 * leaf: each entry is looked up at its place in the log, whose tiles are verified up to the root hash; leaves that no entry
 * of the ledger has claimed in the end are looked at one by one.
 */
import { openEntry, type SealedEntry, type Subject } from "@change-ledger/model";
import { BEFORE_ALL } from "./edge-memory.ts";
import { HASH_BYTES } from "./hash.ts";
import { LeafSet } from "./leaf-set.ts";
import { sequence } from "./sequence.ts";
import type { Run, SequencePorts } from "./sequencer-ports.ts";
import { settle } from "./settle.ts";
import { TILE_WIDTH } from "./tile.ts";
import { type VerifiedBundle, VerifiedTiles } from "./verified-tiles.ts";

/**
 * - `not-in-ledger`: the log holds an entry that the ledger lacks
 * - `other-bytes`: both hold an entry at this place of the chain, not the same
 * - `doubled`: the log holds the entry at another leaf as well
 * - `unplaced`: the log holds the entry, and its place was not on record: it is now
 * - `misplaced`: the place on record is a leaf that is another entry
 * - `gap`: the ledger lacks an entry before this one, and so does the log: it cannot enter
 * - `not-an-entry`: a leaf that is no entry of the ledger's
 */
export type DifferenceKind = "not-in-ledger" | "other-bytes" | "doubled" | "unplaced" | "misplaced" | "gap" | "not-an-entry";

export interface Difference {
  readonly kind: DifferenceKind;
  /** Undefined for what is no entry. */
  readonly subject: Subject | undefined;
  readonly seq: number | undefined;
  /** Leaf index in the log. */
  readonly leaf: number | undefined;
  /** Leaf hash in the log, 64 hexadecimal digits. */
  readonly expected: string | undefined;
  /** The entry's hash in the ledger. */
  readonly found: string | undefined;
}

export interface Reconciled {
  /** Of the log when it was compared. */
  readonly size: number;
  /** Entries that are the same in both. */
  readonly compared: number;
  /** Entries that the log lacked, and now has. */
  readonly fed: number;
  readonly differences: number;
}

interface Found {
  readonly seq: number;
  readonly hash: string;
}

/** Neighbours of one chain, as they come out of the ledger. */
interface Stretch {
  readonly subject: Subject;
  readonly entries: Found[];
}

const STRETCH_ENTRIES = 200;
/** Stretches that are looked up at once. */
const AT_ONCE = 64;
/** Chains that are fed in one run; the others are in the next. */
const CHAINS_FED = 100_000;
const FED_AT_ONCE = 100;

/**
 * @param ledger all entries, each chain in order of `seq`, chains in any order; what is appended meanwhile may be missing
 * @param report takes each difference as it is found
 * @throws LogError as `sequence` does, and `wrong-tile` for a file of the log that is not the log's
 */
export async function reconcile(
  ports: SequencePorts,
  ledger: AsyncIterable<SealedEntry>,
  report: (difference: Difference) => void,
): Promise<Reconciled> {
  const row = (await settle(ports)) ?? BEFORE_ALL;
  return await new Reconciling(ports, row, report).run(ledger);
}

class Reconciling {
  readonly #ports: SequencePorts;
  readonly #size: number;
  readonly #tiles: VerifiedTiles;
  readonly #report: (difference: Difference) => void;
  readonly #claimed: LeafSet;
  /** The last entry of each chain that the log lacks. */
  readonly #lacking = new Map<Subject, number>();
  #bundle: VerifiedBundle | undefined;
  #compared = 0;
  #differences = 0;

  constructor(ports: SequencePorts, head: { readonly size: number; readonly root: Uint8Array }, report: (difference: Difference) => void) {
    this.#ports = ports;
    this.#size = head.size;
    this.#tiles = new VerifiedTiles(head, ports.store);
    this.#report = report;
    this.#claimed = new LeafSet(head.size);
  }

  async run(ledger: AsyncIterable<SealedEntry>): Promise<Reconciled> {
    let some: Stretch[] = [];
    for await (const stretch of stretches(ledger)) {
      some.push(stretch);
      if (some.length < AT_ONCE) continue;
      await Promise.all(some.map((each) => this.#compare(each)));
      some = [];
    }
    await Promise.all(some.map((each) => this.#compare(each)));
    // Before anything is fed: what has lost its place would otherwise enter a second time.
    for (const leaf of this.#claimed.missing()) await this.#explain(leaf);
    const fed = await this.#feed();
    return { size: this.#size, compared: this.#compared, fed, differences: this.#differences };
  }

  async #compare({ subject, entries }: Stretch): Promise<void> {
    const first = entries[0] as Found;
    const last = entries.at(-1) as Found;
    const runs = await this.#ports.places.runs(subject, first.seq, last.seq + 1);
    for (const { seq, hash } of entries) {
      const leaf = leafIn(runs, seq);
      if (leaf === undefined) {
        const later = this.#lacking.get(subject);
        if (later === undefined ? this.#lacking.size < CHAINS_FED : later < seq) this.#lacking.set(subject, seq);
        continue;
      }
      // The next run compares what was appended since this one began.
      if (leaf >= this.#size) continue;
      const expected = await this.#hashAt(leaf);
      if (expected === hash) {
        this.#claimed.add(leaf);
        this.#compared++;
        continue;
      }
      // Where the leaf is for this place of the chain, nobody claims it, and `explain` says what it is.
      const { entry } = entryOf((await this.#leafAt(leaf)).bytes) ?? {};
      if (entry !== undefined && (entry.subject !== subject || entry.seq !== seq))
        this.#differ({ kind: "misplaced", subject, seq, leaf, expected, found: hash });
    }
  }

  /** Says why no entry of the ledger is this leaf. */
  async #explain(leaf: number): Promise<void> {
    const { places, chains } = this.#ports;
    const { bytes, hash: expected } = await this.#leafAt(leaf);
    const opened = entryOf(bytes);
    if (opened === undefined)
      return this.#differ({ kind: "not-an-entry", subject: undefined, seq: undefined, leaf, expected, found: undefined });
    const { subject, seq } = opened.entry;
    const [held] = await chains.read(subject, seq, 1);
    const found = held?.entry.seq === seq ? held.hash : undefined;
    const differ = (kind: DifferenceKind) => this.#differ({ kind, subject, seq, leaf, expected, found });
    if (found === undefined) return differ("not-in-ledger");
    if (found !== expected) return differ("other-bytes");
    const place = leafIn(await places.runs(subject, seq, seq + 1), seq);
    // The pass over the ledger was too early to see it.
    if (place === leaf) return void this.#compared++;
    if (place !== undefined) return differ(place < this.#size && (await this.#hashAt(place)) === expected ? "doubled" : "misplaced");
    await places.write([{ subject, seq, count: 1, index: leaf }]);
    differ("unplaced");
  }

  async #feed(): Promise<number> {
    let fed = 0;
    const chains = [...this.#lacking];
    for (let at = 0; at < chains.length; at += FED_AT_ONCE) {
      const last = await Promise.all(chains.slice(at, at + FED_AT_ONCE).map(([subject, seq]) => this.#ports.chains.read(subject, seq, 1)));
      const { appended, held } = await sequence(this.#ports, last.flat());
      fed += appended;
      for (const { entry, hash } of held)
        this.#differ({ kind: "gap", subject: entry.subject, seq: entry.seq, leaf: undefined, expected: undefined, found: hash });
    }
    return fed;
  }

  #differ(difference: Difference): void {
    this.#differences++;
    this.#report(difference);
  }

  /** Leaves are explained in order: the last bundle is mostly the one. */
  async #leafAt(leaf: number): Promise<{ readonly bytes: Uint8Array; readonly hash: string }> {
    const index = Math.floor(leaf / TILE_WIDTH);
    const bundle = this.#bundle?.index === index * TILE_WIDTH ? this.#bundle : await this.#tiles.bundle(index);
    this.#bundle = bundle;
    return { bytes: bundle.entries[leaf % TILE_WIDTH] as Uint8Array, hash: bundle.hashes[leaf % TILE_WIDTH] as string };
  }

  async #hashAt(leaf: number): Promise<string> {
    const tile = await this.#tiles.tile(0, Math.floor(leaf / TILE_WIDTH));
    const at = (leaf % TILE_WIDTH) * HASH_BYTES;
    return Buffer.from(tile.buffer, tile.byteOffset + at, HASH_BYTES).toString("hex");
  }
}

async function* stretches(ledger: AsyncIterable<SealedEntry>): AsyncGenerator<Stretch> {
  let stretch: Stretch | undefined;
  for await (const { entry, hash } of ledger) {
    if (stretch !== undefined && (stretch.subject !== entry.subject || stretch.entries.length === STRETCH_ENTRIES)) {
      yield stretch;
      stretch = undefined;
    }
    stretch ??= { subject: entry.subject, entries: [] };
    stretch.entries.push({ seq: entry.seq, hash });
  }
  if (stretch !== undefined) yield stretch;
}

function leafIn(runs: readonly Run[], seq: number): number | undefined {
  const run = runs.find((each) => each.seq <= seq && seq < each.seq + each.count);
  return run === undefined ? undefined : run.index + seq - run.seq;
}

function entryOf(bytes: Uint8Array): SealedEntry | undefined {
  try {
    return openEntry(bytes);
  } catch {
    return undefined;
  }
}
