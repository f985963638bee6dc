/**
 * The hashes of a tree out of its tiles: any inner node is the root of 1, 2, 4, … or 128 neighbours in one tile, or of a full tile.
 *
 * Worked example: the complete subtree {level 10, index 3} (leaves 3,072 to 4,095) is the root of hashes 12 to 15 of tile 0 of level 1,
 * since a hash of level 1 stands for 256 = 2^8 leaves, and 2^10 / 2^8 = 4. A proof for any of 10 million leaves takes at most 5 tiles:
 * three levels, on the leaf's way and on the right edge, which share the topmost.
 */
import { LogError } from "./fault.ts";
import { completeRoot, HASH_BYTES, type Hash, nodeHash } from "./hash.ts";
import type { HashReader, TileReader } from "./ports.ts";
import { expectCount } from "./spelling.ts";
import type { Subtree } from "./subtree.ts";
import { type HashTile, TILE_WIDTH, tilePath, tileWidth } from "./tile.ts";

/** log2 of TILE_WIDTH. */
const TILE_HEIGHT = 8;

/** Subtrees of so many hashes of a tile are kept. */
const KEPT_FROM = 16;

/** For one tree, and not for long: what it has computed it keeps. */
export class TileHashes implements HashReader {
  readonly #size: number;
  readonly #tiles: TileReader;
  readonly #roots = new Map<string, Hash>();

  /**
   * @param size of the tree, as a verified checkpoint states it: it decides which tiles are partial
   * @throws LogError `out-of-range`
   */
  constructor(size: number, tiles: TileReader) {
    expectCount(size, "a tree size");
    this.#size = size;
    this.#tiles = tiles;
  }

  /**
   * Reads each tile that it needs once, all at the same time.
   * @throws LogError `out-of-range` for a subtree that does not lie within the tree; `wrong-tile` for a tile of another length
   */
  async read(subtrees: readonly Subtree[]): Promise<Hash[]> {
    const places = subtrees.map((subtree) => placeOf(subtree, this.#size));
    const wanted = new Map(places.map(({ tile }) => [tilePath(tile), tile]));
    const read = await Promise.all([...wanted].map(async ([path, tile]) => [path, await this.#readTile(tile)] as const));
    const bytes = new Map(read);
    return places.map(({ tile, from, count }) => this.#rootOf(tile, bytes.get(tilePath(tile)) as Uint8Array, from, count));
  }

  /** Of larger subtrees the hash is kept: proofs of neighbours share nearly all of theirs. At most 31 a tile. */
  #rootOf(tile: HashTile, all: Uint8Array, from: number, count: number): Hash {
    if (count < KEPT_FROM) return completeRoot(all.subarray(from * HASH_BYTES, (from + count) * HASH_BYTES));
    const name = `${tile.level}/${tile.index}/${from}+${count}`;
    const half = count / 2;
    const root = this.#roots.get(name) ?? nodeHash(this.#rootOf(tile, all, from, half), this.#rootOf(tile, all, from + half, half));
    this.#roots.set(name, root);
    return root;
  }

  async #readTile(tile: HashTile): Promise<Uint8Array> {
    const bytes = await this.#tiles.read(tile);
    if (bytes.length !== tile.width * HASH_BYTES)
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected ${tile.width * HASH_BYTES} bytes, got ${bytes.length}`);
    return bytes;
  }
}

/** The tile that holds what a subtree is made of, and which of its hashes. */
function placeOf({ level, index }: Subtree, size: number): { readonly tile: HashTile; readonly from: number; readonly count: number } {
  expectCount(index, "a subtree index");
  expectCount(level, "a subtree level");
  if ((index + 1) * 2 ** level > size)
    throw new LogError("out-of-range", `subtree ${index} of level ${level} does not lie within a tree of ${size}`);
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const count = 2 ** (level % TILE_HEIGHT);
  const first = index * count;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const tile = { level: tileLevel, index: tileIndex, width: tileWidth(tileLevel, tileIndex, size) };
  return { tile, from: first % TILE_WIDTH, count };
}
