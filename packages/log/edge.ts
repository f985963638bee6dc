/**
 * The right edge of a growing log: its partial tiles, to which entries are appended, and which tiles have to be written then. Whoever
 * takes up a log opens its edge against the root hash that was last signed, and so cannot build on a tile that was changed.
 *
 * Worked example: an edge at size 255 holds a bundle of 255 entries and 255 leaf hashes. Two entries more, and it writes the full bundle
 * and the full tile 0 of level 0, bundle and tile 1 of width 1, and tile 0 of level 1 with one hash, the root of the first 256.
 */
import { expectEntry, formatBundle, parseBundle } from "./entry-bundle.ts";
import { LogError } from "./fault.ts";
import { completeRoot, HASH_BYTES, type Hash, leafOf, sameHash } from "./hash.ts";
import { expectCount } from "./spelling.ts";
import { completeSubtrees, foldSubtrees } from "./subtree.ts";
import { edgeTiles, TILE_WIDTH, type Tile, tilePath } from "./tile.ts";
import type { TreeHead } from "./tree-head.ts";

/** A file of the log with its content. */
export interface WrittenTile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/** One level's partial tile: below 256 hashes, all others of the level are in full tiles. */
interface Level {
  index: number;
  hashes: Hash[];
  changed: boolean;
}

export class Edge {
  #size = 0;
  #entries: Uint8Array[] = [];
  readonly #levels: Level[] = [];
  #full: WrittenTile[] = [];

  /**
   * The edge of a log that has grown to `head`.
   * @param tiles the content of each of `edgeTiles(head.size)`, in that order
   * @throws LogError `wrong-tile` when they are not those of a tree with that root hash, or the bundle's entries not those of the leaf hashes; `not-canonical` for a broken bundle
   */
  static open({ size, root }: TreeHead, tiles: readonly Uint8Array[]): Edge {
    expectCount(size, "a tree size");
    const edge = new Edge();
    edge.#size = size;
    for (let rest = size, level = 0; rest > 0; rest = Math.floor(rest / TILE_WIDTH), level++)
      edge.#levels[level] = { index: Math.floor(rest / TILE_WIDTH), hashes: [], changed: false };
    const places = edgeTiles(size);
    if (tiles.length !== places.length)
      throw new LogError("wrong-tile", `expected ${places.length} edge tiles of a tree of ${size}, got ${tiles.length}`);
    for (const [at, tile] of places.entries()) edge.#take(tile, tiles[at] as Uint8Array);
    edge.#expectLeaves();
    if (!sameHash(edge.root(), root)) throw new LogError("wrong-tile", `the edge tiles lead to another root hash at size ${size}`);
    return edge;
  }

  get size(): number {
    return this.#size;
  }

  root(): Hash {
    const hashes = this.#levels.toReversed().flatMap(({ hashes: level }) => {
      const joined = Buffer.concat(level);
      return completeSubtrees({ from: 0, to: level.length }).map(({ level: height, index }) => {
        const width = 2 ** height * HASH_BYTES;
        return completeRoot(joined.subarray(index * width, (index + 1) * width));
      });
    });
    return foldSubtrees(hashes);
  }

  /**
   * Appends an entry's exact bytes; its leaf index is the size before.
   * @throws LogError `out-of-range` above 65,535 bytes; nothing is appended then
   */
  append(entry: Uint8Array): void {
    expectEntry(entry);
    this.#entries.push(entry);
    if (this.#entries.length === TILE_WIDTH) {
      const index = this.#levels[0]?.index ?? 0;
      this.#full.push({ tile: { level: "entries", index, width: TILE_WIDTH }, bytes: formatBundle(this.#entries) });
      this.#entries = [];
    }
    this.#push(0, leafOf(entry));
    this.#size++;
  }

  /** The tiles that the entries appended since the last call have filled or changed: full ones, then the partial ones as they are now. */
  takeTiles(): WrittenTile[] {
    const written = this.#full;
    for (const [level, { index, hashes, changed }] of this.#levels.entries()) {
      if (!changed || hashes.length === 0) continue;
      const width = hashes.length;
      if (level === 0) written.push({ tile: { level: "entries", index, width }, bytes: formatBundle(this.#entries) });
      written.push({ tile: { level, index, width }, bytes: Buffer.concat(hashes) });
    }
    this.#full = [];
    for (const level of this.#levels) level.changed = false;
    return written;
  }

  #push(at: number, hash: Hash): void {
    this.#levels[at] ??= { index: 0, hashes: [], changed: false };
    const level = this.#levels[at];
    level.hashes.push(hash);
    level.changed = true;
    if (level.hashes.length < TILE_WIDTH) return;
    const bytes = Buffer.concat(level.hashes);
    this.#full.push({ tile: { level: at, index: level.index, width: TILE_WIDTH }, bytes });
    level.index++;
    level.hashes = [];
    this.#push(at + 1, completeRoot(bytes));
  }

  #take(tile: Tile, bytes: Uint8Array): void {
    if (tile.level === "entries") {
      this.#entries = parseBundle(bytes, tile.width);
      return;
    }
    if (bytes.length !== tile.width * HASH_BYTES)
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected ${tile.width * HASH_BYTES} bytes, got ${bytes.length}`);
    const copy = Uint8Array.from(bytes);
    const hashes = Array.from({ length: tile.width }, (_, at) => copy.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
    (this.#levels[tile.level] as Level).hashes = hashes;
  }

  #expectLeaves(): void {
    for (const [at, entry] of this.#entries.entries()) {
      const leaf = this.#levels[0]?.hashes[at];
      if (leaf === undefined || !sameHash(leafOf(entry), leaf))
        throw new LogError("wrong-tile", `entry ${this.#size - this.#entries.length + at} of the edge bundle is not the leaf of its tile`);
    }
  }
}
