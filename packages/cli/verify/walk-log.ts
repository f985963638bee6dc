/**
 * Goes through a whole log once, bundle by bundle: every entry's form and leaf hash, every hash tile against what the entries make, every chain,
 * and the root hash at each size that some checkpoint states.
 */
import { hash } from "node:crypto";
import { EMPTY_ROOT, HASH_BYTES, type Hash, sameHash, TILE_WIDTH, type TreeHead, tilePath, tileWidth } from "@change-ledger/log";
import { type EntryScanner, HOUR, INPUT, KEY, LIMIT, MINUTE, PREV, SEQ } from "../wasm/entry-scan.ts";
import { certain } from "./certain.ts";
import type { Break, ChainStates } from "./chain-states.ts";
import type { Fault } from "./fault.ts";
import { BUNDLE_MAX_BYTES, type ReadTile, readTile } from "./read-tile.ts";
import type { LogFiles, Progress } from "./sources.ts";
import { type ExpectedTile, TreeLevels } from "./tree-levels.ts";
import { UpperTiles } from "./upper-tiles.ts";
import { type Above, hexAt, type WalkedTile, weighTile } from "./weigh-tile.ts";

/** A size of the log at which its root hash is known: who states another one is told. */
export interface Mark extends TreeHead {
  readonly differs: (found: Hash) => Fault;
}

/** An hourly checkpoint of that size, by its hour as in 2026112122. */
export interface SealedSize {
  readonly hour: number;
  readonly size: number;
}

export interface LogWalk {
  readonly log: LogFiles;
  /** As the current checkpoint states it. */
  readonly head: TreeHead;
  readonly marks: readonly Mark[];
  /** In order of the hour. */
  readonly sealed: readonly SealedSize[];
  readonly scanner: EntryScanner;
  readonly states: ChainStates;
  readonly progress: Progress;
}

/** Minutes of an hour after which an entry may be sequenced after its end: a checkpoint covers everything within 60 seconds. */
const LAST_MINUTE = 59;

export async function* walkLog(walk: LogWalk): AsyncGenerator<Fault, { readonly root: Hash }> {
  const { head, progress } = walk;
  const levels = new TreeLevels();
  const upper = new UpperTiles(walk.log, head);
  // For a tile of level 0, until the next is read: one byte more than it should hold.
  const room = new Uint8Array(TILE_WIDTH * HASH_BYTES + 1);
  const marks = walk.marks.filter(({ size }) => size <= head.size).sort((a, b) => a.size - b.size);
  let mark = 0;
  let root = EMPTY_ROOT;
  for (; marks[mark]?.size === 0; mark++)
    if (!sameHash(EMPTY_ROOT, (marks[mark] as Mark).root)) yield (marks[mark] as Mark).differs(EMPTY_ROOT);
  for (let index = 0; index * TILE_WIDTH < head.size; index++) {
    const first = index * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, head.size - first);
    const { leaves, root: tileRoot } = yield* walkTile(walk, { levels, upper, head, room }, index, width);
    for (; (marks[mark]?.size ?? Infinity) <= first + width; mark++) {
      const { size, root: stated, differs } = marks[mark] as Mark;
      const found = levels.rootWith(leaves.subarray(0, (size - first) * HASH_BYTES));
      if (!sameHash(found, stated)) yield differs(found);
    }
    if (first + width === head.size) root = levels.rootWith(leaves);
    if (width === TILE_WIDTH) for (const tile of levels.add(tileRoot)) yield* checkTile(walk, tile);
    if (index % 16 === 0) progress("log", first, head.size);
  }
  for (const tile of levels.edge()) yield* checkTile(walk, tile);
  progress("log", head.size, head.size);
  return { root };
}

async function* walkTile(
  walk: LogWalk,
  above: Above & { readonly room: Uint8Array },
  index: number,
  width: number,
): AsyncGenerator<Fault, WalkedTile> {
  const { log, scanner } = walk;
  const first = index * TILE_WIDTH;
  const room = scanner.room(BUNDLE_MAX_BYTES);
  const bundle = await readTile(log, { level: "entries", index, width }, scanner.bytes.subarray(room, room + BUNDLE_MAX_BYTES));
  const tile = await readTile(log, { level: 0, index, width }, above.room);
  for (const [level, got] of [
    ["entries", bundle],
    [0, tile],
  ] as const)
    if (got === undefined)
      yield { check: "tile-missing", leaf: first, file: tilePath({ level, index, width }), expected: "a file", found: "none" };
  const stated = tile?.bytes.length === width * HASH_BYTES ? tile.bytes : undefined;
  if (tile !== undefined && stated === undefined)
    yield {
      check: "tile",
      leaf: first,
      file: tile.path,
      field: "length",
      expected: `${width * HASH_BYTES} bytes`,
      found: `${tile.bytes.length} bytes`,
    };
  const count = bundle === undefined ? 0 : scanner.scanBundle(bundle.bytes, width);
  const unfit = certain(scanner, count);
  const hashed = leafHashes(scanner, count, width, stated);
  if (bundle !== undefined) {
    const wrong = framing(scanner, bundle, count, width);
    if (wrong !== undefined) yield { ...wrong, leaf: first + count };
    for (const { at, fault } of unfit) yield { ...fault, ...named(scanner, at), leaf: first + at, file: bundle.path };
  }
  const entries =
    bundle === undefined ? undefined : { path: bundle.path, leaves: hashed.leaves, count, nameOf: (at: number) => named(scanner, at) };
  const walked = yield* weighTile(
    { index, width, entries, tile: tile === undefined ? undefined : { path: tile.path, hashes: stated }, differing: hashed.differing },
    above,
  );
  const unknown = new Set(unfit.filter(({ noted }) => !noted).map(({ at }) => at));
  const hashes = new Uint8Array(walked.leaves);
  yield* chainFaults(walk, { first, count, file: bundle?.path ?? "", hashes, unknown });
  return walked;
}

function framing(scanner: EntryScanner, bundle: ReadTile, count: number, width: number): Fault | undefined {
  const end = count === 0 ? 0 : (scanner.words[scanner.found(count - 1) + LIMIT] as number) - INPUT;
  if (count === width && end === bundle.bytes.length) return undefined;
  const found = `${count} entries and ${bundle.bytes.length - end} bytes more`;
  return { check: "tile", file: bundle.path, field: "length", expected: `${width} entries`, found };
}

/** The entries' leaf hashes, and which of them differ from those of the tile; those of entries that are missing do. */
function leafHashes(scanner: EntryScanner, count: number, width: number, stated: Uint8Array | undefined) {
  let text = "";
  for (let at = 0; at < count; at++) text += hash("sha256", scanner.prefixed(scanner.found(at)));
  const tile = stated === undefined ? "" : Buffer.from(stated.buffer, stated.byteOffset, stated.length).toString("hex");
  if (stated !== undefined && text === tile) return { leaves: stated, differing: [] };
  const leaves = Buffer.alloc(width * HASH_BYTES);
  leaves.write(text, "hex");
  const places = Array.from({ length: width }, (_, at) => at);
  return { leaves, differing: stated === undefined ? [] : places.filter((at) => at >= count || hexAt(leaves, at) !== hexAt(stated, at)) };
}

function named(scanner: EntryScanner, at: number): Pick<Fault, "subject" | "seq"> {
  const found = scanner.found(at);
  const subject = scanner.subject(found);
  return subject === "" ? {} : { subject, seq: scanner.words[found + SEQ] as number };
}

interface TileChains {
  readonly first: number;
  readonly count: number;
  readonly file: string;
  /** Of the tile, 32 bytes each. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** Places of entries of which no chain can be told. */
  readonly unknown: ReadonlySet<number>;
}

/** What is wrong with the chains of a tile's entries, and with when they were recorded. (No generator: this is the inner loop.) */
function chainFaults({ scanner, states, sealed }: LogWalk, { first, count, file, hashes, unknown }: TileChains): Fault[] {
  const faults: Fault[] = [];
  const { words } = scanner;
  const hashWords = new Int32Array(hashes.buffer);
  let hour = sealed.findLastIndex(({ size }) => size <= first);
  let known = 0;
  for (let at = 0; at < count; at++) {
    const found = scanner.found(at);
    const leaf = first + at;
    if (unknown.size === 0 && at >= known) known = states.found(scanner, at, count, hashes);
    if (unknown.has(at)) continue;
    if (at >= known) {
      const broken = states.entry(
        words[found + KEY] as number,
        words[found + KEY + 1] as number,
        words[found + SEQ] as number,
        words,
        found + PREV,
        hashWords,
        8 * at,
        leaf,
      );
      if (broken !== undefined) faults.push(breakFault(broken, { ...named(scanner, at), leaf, file }, prevOf(scanner, found)));
      known = at + 1;
    }
    if (sealed.length === 0) continue;
    while (hour + 1 < sealed.length && (sealed[hour + 1] as SealedSize).size <= leaf) hour++;
    const until = hour < 0 ? undefined : sealed[hour];
    if (until !== undefined && isLate(until, words, found)) faults.push(lateFault(scanner, at, until, { leaf, file }));
  }
  return faults;
}

function isLate({ hour }: SealedSize, words: Int32Array, found: number): boolean {
  const recorded = words[found + HOUR] as number;
  return recorded < hour || (recorded === hour && (words[found + MINUTE] as number) < LAST_MINUTE);
}

function lateFault(scanner: EntryScanner, at: number, { size }: SealedSize, of: Pick<Fault, "leaf" | "file">): Fault {
  const text = Buffer.from(scanner.prefixed(scanner.found(at))).toString("utf8");
  const recordedAt = /"recordedAt":"([^"]*)"/.exec(text)?.[1] ?? "";
  return { check: "late", ...named(scanner, at), ...of, field: "recordedAt", expected: `below leaf ${size}`, found: recordedAt };
}

function prevOf(scanner: EntryScanner, found: number): string {
  const at = 4 * (found + PREV);
  return Buffer.from(scanner.bytes.subarray(at, at + HASH_BYTES)).toString("hex");
}

function breakFault({ step, seq, prev }: Break, of: Pick<Fault, "subject" | "seq" | "leaf" | "file">, foundPrev: string): Fault {
  if (step === "prev") return { check: "chain-prev", ...of, field: "prev", expected: prev, found: foundPrev };
  return { check: step === "gap" ? "chain-gap" : "chain-doubled", ...of, field: "seq", expected: String(seq), found: String(of.seq) };
}

/** Names a break that only temporary files showed, by reading its entry again. */
export async function describeBreak({ log, head, scanner }: Pick<LogWalk, "log" | "head" | "scanner">, broken: Break): Promise<Fault> {
  const index = Math.floor(broken.leaf / TILE_WIDTH);
  const width = tileWidth(0, index, head.size);
  const bundle = await readTile(log, { level: "entries", index, width });
  const at = broken.leaf % TILE_WIDTH;
  if (bundle === undefined || scanner.scanBundle(bundle.bytes, width) <= at) throw new Error("a bundle changed while it was verified");
  certain(scanner, at + 1);
  return breakFault(broken, { ...named(scanner, at), leaf: broken.leaf, file: bundle.path }, prevOf(scanner, scanner.found(at)));
}

async function* checkTile({ log }: LogWalk, { level, index, hashes }: ExpectedTile): AsyncGenerator<Fault> {
  const width = hashes.length / HASH_BYTES;
  const tile = await readTile(log, { level, index, width });
  if (tile === undefined) {
    yield { check: "tile-missing", file: tilePath({ level, index, width }), expected: "a file", found: "none" };
    return;
  }
  if (tile.bytes.length !== hashes.length)
    yield { check: "tile", file: tile.path, field: "length", expected: `${hashes.length} bytes`, found: `${tile.bytes.length} bytes` };
  for (let at = 0; at < width; at++)
    if (hexAt(hashes, at) !== hexAt(tile.bytes, at))
      yield { check: "tile", file: tile.path, field: `hash ${at}`, expected: hexAt(hashes, at), found: hexAt(tile.bytes, at) };
}
