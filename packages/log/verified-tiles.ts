/**
 * The files of a log, each verified before it is believed, from the root down: the partial tiles on the right edge make the root hash, and
 * a full tile's root is a hash of the tile above it. So a wrong file is named by itself, and what is read in order needs one tile a level.
 */
import { leafHash } from "@change-ledger/model";
import { parseBundle } from "./entry-bundle.ts";
import { LogError } from "./fault.ts";
import { completeRoot, expectHash, HASH_BYTES, sameHash } from "./hash.ts";
import type { LogFiles } from "./ports.ts";
import { expectCount } from "./spelling.ts";
import { completeSubtrees, foldSubtrees } from "./subtree.ts";
import { edgeTiles, type HashTile, TILE_WIDTH, tilePath, tileWidth } from "./tile.ts";
import type { TreeHead } from "./tree-head.ts";

/** Tiles kept once they are verified, 8 KiB each at most. */
const TILES_KEPT = 2_048;

/** Entries that stand side by side in the log. */
export interface VerifiedBundle {
  /** Leaf index of the first. */
  readonly index: number;
  /** Their exact bytes. */
  readonly entries: readonly Uint8Array[];
  /** Their leaf hashes, 64 lower-case hexadecimal digits each. */
  readonly hashes: readonly string[];
}

export class VerifiedTiles {
  readonly #head: TreeHead;
  readonly #files: LogFiles;
  #edge: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
  /** The least recently used first. */
  readonly #kept = new Map<string, Promise<Uint8Array>>();

  /**
   * @param head as a verified checkpoint states it
   * @throws LogError `out-of-range`, `not-a-hash`
   */
  constructor(head: TreeHead, files: LogFiles) {
    expectCount(head.size, "a tree size");
    expectHash(head.root, "root hash");
    this.#head = head;
    this.#files = files;
  }

  /**
   * The hashes of a tile, 32 bytes each.
   * @throws LogError `out-of-range` for a tile that the tree has not; `wrong-tile` for one that is not the tree's, by its path; or whatever the reader throws
   */
  async tile(level: number, index: number): Promise<Uint8Array> {
    const width = tileWidth(level, index, this.#head.size);
    if (width === 0) throw new LogError("out-of-range", `a tree of ${this.#head.size} has no tile ${index} of level ${level}`);
    const tile = { level, index, width };
    if (width < TILE_WIDTH) return (await this.#readEdge()).get(tilePath(tile)) as Uint8Array;
    const path = tilePath(tile);
    const reading = this.#kept.get(path) ?? this.#readFull(tile);
    this.#kept.delete(path);
    this.#kept.set(path, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > TILES_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await reading;
    } catch (error) {
      this.#kept.delete(path);
      throw error;
    }
  }

  /**
   * The entries of a bundle.
   * @throws LogError as `tile` does; `wrong-tile` for an entry that is not the tree's leaf, by its index, and for a broken bundle
   */
  async bundle(index: number): Promise<VerifiedBundle> {
    const width = tileWidth(0, index, this.#head.size);
    const [leaves, bytes] = await Promise.all([this.tile(0, index), this.#files.read({ level: "entries", index, width })]);
    const hex = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength).toString("hex");
    const path = tilePath({ level: "entries", index, width });
    const entries = parsed(bytes, width, path);
    const hashes = entries.map((entry, at) => {
      const hash = leafHash(entry);
      const start = at * 2 * HASH_BYTES;
      if (hex.startsWith(hash, start)) return hash;
      const expected = hex.slice(start, start + 2 * HASH_BYTES);
      throw new LogError("wrong-tile", `${path}: expected leaf ${index * TILE_WIDTH + at} to be ${expected}, got ${hash}`);
    });
    return { index: index * TILE_WIDTH, entries, hashes };
  }

  async #readFull(tile: HashTile): Promise<Uint8Array> {
    const { level, index } = tile;
    const [above, bytes] = await Promise.all([this.tile(level + 1, Math.floor(index / TILE_WIDTH)), this.#read(tile)]);
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    const expected = above.subarray(at, at + HASH_BYTES);
    const found = completeRoot(bytes);
    if (!sameHash(found, expected))
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected the root ${hexOf(expected)}, got ${hexOf(found)}`);
    return bytes;
  }

  /** The partial tiles, all of which the root hash is made of: when they do not make it, no single one of them can be blamed. */
  async #readEdge(): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#edge ??= this.#openEdge();
    try {
      return await this.#edge;
    } catch (error) {
      this.#edge = undefined;
      throw error;
    }
  }

  async #openEdge(): Promise<ReadonlyMap<string, Uint8Array>> {
    const tiles = edgeTiles(this.#head.size).filter((tile) => tile.level !== "entries");
    const read = await Promise.all(tiles.map((tile) => this.#read(tile)));
    const hashes = read.toReversed().flatMap((bytes) =>
      completeSubtrees({ from: 0, to: bytes.length / HASH_BYTES }).map(({ level, index }) => {
        const width = 2 ** level * HASH_BYTES;
        return completeRoot(bytes.subarray(index * width, (index + 1) * width));
      }),
    );
    const root = foldSubtrees(hashes);
    const paths = tiles.map(tilePath);
    if (!sameHash(root, this.#head.root))
      throw new LogError("wrong-tile", `${paths.join(", ")}: expected the root hash ${hexOf(this.#head.root)}, got ${hexOf(root)}`);
    return new Map(paths.map((path, at) => [path, read[at] as Uint8Array]));
  }

  async #read(tile: HashTile): Promise<Uint8Array> {
    const bytes = await this.#files.read(tile);
    if (bytes.length !== tile.width * HASH_BYTES)
      throw new LogError("wrong-tile", `${tilePath(tile)}: expected ${tile.width * HASH_BYTES} bytes, got ${bytes.length}`);
    return bytes;
  }
}

function parsed(bytes: Uint8Array, width: number, path: string): Uint8Array[] {
  try {
    return parseBundle(bytes, width);
  } catch (cause) {
    throw new LogError("wrong-tile", `${path}: ${(cause as Error).message}`, { cause });
  }
}

function hexOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
