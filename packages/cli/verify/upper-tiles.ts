/**
 * The hash tiles above level 0, from the root hash down: as far as they lead to what the checkpoint states, they say which of two things below
 * that contradict each other was altered.
 */
import { completeSubtrees, foldSubtrees, HASH_BYTES, type Hash, sameHash, TILE_WIDTH, type TreeHead, tileWidth } from "@change-ledger/log";
import { tileRoot } from "../wasm/node-hash.ts";
import { readTile } from "./read-tile.ts";
import type { LogFiles } from "./sources.ts";

/** A hash as a tile states it. */
export interface StatedHash {
  readonly hash: Hash;
  /** It leads to the checkpoint's root hash. */
  readonly proved: boolean;
}

interface UpperTile {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly proved: boolean;
}

export class UpperTiles {
  readonly #log: LogFiles;
  readonly #head: TreeHead;
  /** The tile of each level that was asked for last. */
  readonly #tiles: (UpperTile | undefined)[] = [];
  #edge: Promise<boolean> | undefined;

  constructor(log: LogFiles, head: TreeHead) {
    this.#log = log;
    this.#head = head;
  }

  /** Whether the partial tiles on the right edge, those of level 0 and all above, make the root hash. */
  edgeIsProved(): Promise<boolean> {
    this.#edge ??= this.#checkEdge();
    return this.#edge;
  }

  /** What stands at level `level` (from 1 on) for the full tile `index` of the level below; undefined where nothing does. */
  async hashOf(level: number, index: number): Promise<StatedHash | undefined> {
    const at = Math.floor(index / TILE_WIDTH);
    const known = this.#tiles[level];
    const tile = known?.index === at ? known : await this.#read(level, at);
    if (tile === undefined) return undefined;
    this.#tiles[level] = tile;
    const from = (index % TILE_WIDTH) * HASH_BYTES;
    return { hash: tile.bytes.subarray(from, from + HASH_BYTES), proved: tile.proved };
  }

  async #read(level: number, index: number): Promise<UpperTile | undefined> {
    const width = tileWidth(level, index, this.#head.size);
    const tile = width === 0 ? undefined : await readTile(this.#log, { level, index, width });
    if (tile?.bytes.length !== width * HASH_BYTES) return undefined;
    if (width < TILE_WIDTH) return { index, bytes: tile.bytes, proved: await this.edgeIsProved() };
    const above = await this.hashOf(level + 1, index);
    return { index, bytes: tile.bytes, proved: above?.proved === true && sameHash(tileRoot(tile.bytes), above.hash) };
  }

  async #checkEdge(): Promise<boolean> {
    const parts: Hash[][] = [];
    const { size, root } = this.#head;
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / TILE_WIDTH)) {
      const width = rest % TILE_WIDTH;
      if (width === 0) continue;
      const tile = await readTile(this.#log, { level, index: Math.floor(rest / TILE_WIDTH), width });
      if (tile?.bytes.length !== width * HASH_BYTES) return false;
      parts.unshift(
        completeSubtrees({ from: 0, to: width }).map((each) => {
          const bytes = 2 ** each.level * HASH_BYTES;
          return tileRoot(tile.bytes.subarray(each.index * bytes, (each.index + 1) * bytes));
        }),
      );
    }
    return sameHash(foldSubtrees(parts.flat()), root);
  }
}
