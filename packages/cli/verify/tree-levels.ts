/** The tree of a log as its bundles make it, level by level: what the hash tiles are compared with, and the root hash at any size on the way. */
import { completeSubtrees, foldSubtrees, HASH_BYTES, type Hash, TILE_WIDTH } from "@change-ledger/log";
import { tileRoot } from "../wasm/node-hash.ts";

/** A hash tile as it must be. */
export interface ExpectedTile {
  readonly level: number;
  readonly index: number;
  /** Hashes one after the other, 1 to 256. */
  readonly hashes: Uint8Array;
}

interface Level {
  index: number;
  count: number;
  readonly hashes: Uint8Array;
}

export class TreeLevels {
  /** From level 1 on. */
  readonly #levels: Level[] = [];

  /** Adds the root of the next full tile of level 0. @returns the tiles of higher levels that it fills */
  add(root: Hash): ExpectedTile[] {
    const filled: ExpectedTile[] = [];
    let hash = root;
    for (let at = 0; ; at++) {
      const level = this.#levels[at] ?? { index: 0, count: 0, hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES) };
      this.#levels[at] = level;
      level.hashes.set(hash, level.count * HASH_BYTES);
      if (++level.count < TILE_WIDTH) return filled;
      filled.push({ level: at + 1, index: level.index, hashes: level.hashes.slice() });
      hash = tileRoot(level.hashes);
      level.index++;
      level.count = 0;
    }
  }

  /** The partial tiles above level 0. */
  edge(): ExpectedTile[] {
    return this.#levels.flatMap(({ index, count, hashes }, at) =>
      count === 0 ? [] : [{ level: at + 1, index, hashes: hashes.slice(0, count * HASH_BYTES) }],
    );
  }

  /** The root hash when `leaves` (fewer than 257 hashes) follow the full tiles that were added. */
  rootWith(leaves: Uint8Array): Hash {
    const parts = this.#levels.map(({ count, hashes }) => subtrees(hashes, count)).reverse();
    return foldSubtrees([...parts.flat(), ...subtrees(leaves, leaves.length / HASH_BYTES)]);
  }
}

function subtrees(hashes: Uint8Array, count: number): Hash[] {
  return completeSubtrees({ from: 0, to: count }).map(({ level, index }) => {
    const width = 2 ** level * HASH_BYTES;
    return tileRoot(hashes.subarray(index * width, (index + 1) * width));
  });
}
