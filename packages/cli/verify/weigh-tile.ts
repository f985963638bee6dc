/** A bundle, its tile of level 0, and what stands above them: which of them was altered where they differ. What leads to the root hash is right. */
import { EMPTY_ROOT, HASH_BYTES, type Hash, sameHash, TILE_WIDTH, type TreeHead } from "@change-ledger/log";
import { tileRoot } from "../wasm/node-hash.ts";
import type { Fault } from "./fault.ts";
import type { TreeLevels } from "./tree-levels.ts";
import type { UpperTiles } from "./upper-tiles.ts";

/** What a tile is held to. */
export interface Above {
  readonly levels: TreeLevels;
  readonly upper: UpperTiles;
  readonly head: TreeHead;
}

export interface TileParts {
  readonly index: number;
  readonly width: number;
  /** Undefined where there is no bundle. */
  readonly entries:
    | {
        readonly path: string;
        /** Their leaf hashes, behind `count` of them zeros up to the tile's width. */
        readonly leaves: Uint8Array;
        readonly count: number;
        readonly nameOf: (at: number) => Pick<Fault, "subject" | "seq">;
      }
    | undefined;
  /** Undefined where there is no tile; without hashes where its length is not that of one. */
  readonly tile: { readonly path: string; readonly hashes: Uint8Array | undefined } | undefined;
  /** Places at which the entries' hashes differ from the tile's. */
  readonly differing: readonly number[];
}

export interface WalkedTile {
  /** The leaf hashes that are believed. */
  readonly leaves: Uint8Array;
  /** Of a full tile its root: where what lies above is proved, what that says. */
  readonly root: Hash;
}

export async function* weighTile({ index, width, entries, tile, differing }: TileParts, above: Above): AsyncGenerator<Fault, WalkedTile> {
  const full = width === TILE_WIDTH;
  const first = index * TILE_WIDTH;
  const stated = tile?.hashes;
  const over = full ? await above.upper.hashOf(1, index) : undefined;
  const isRight = (hashes: Uint8Array): boolean =>
    full ? over !== undefined && sameHash(tileRoot(hashes), over.hash) : sameHash(above.levels.rootWith(hashes), above.head.root);
  let leaves = stated ?? entries?.leaves ?? new Uint8Array(width * HASH_BYTES);
  if (entries !== undefined && stated !== undefined && differing.length > 0) {
    const byEntries = entries.count === width && isRight(entries.leaves);
    if (byEntries) leaves = entries.leaves;
    for (const at of differing) {
      const has = at < entries.count;
      const [entry, inTile] = [has ? hexAt(entries.leaves, at) : "no entry", hexAt(stated, at)];
      const place = { ...(has ? entries.nameOf(at) : {}), leaf: first + at };
      if (byEntries) yield { check: "tile", ...place, file: tile?.path, field: `hash ${at}`, expected: entry, found: inTile };
      else yield { check: "bundle-entry", ...place, file: entries.path, field: "hash", expected: inTile, found: entry };
    }
  }
  if (!full) return { leaves, root: EMPTY_ROOT };
  const root = tileRoot(leaves);
  if (over === undefined || sameHash(root, over.hash) || !over.proved) return { leaves, root };
  const of = stated === undefined ? entries?.path : tile?.path;
  if (of !== undefined) yield { check: "tile", leaf: first, file: of, field: "root", expected: hexAt(over.hash, 0), found: hexAt(root, 0) };
  return { leaves, root: over.hash };
}

/** Of hashes that lie one after the other. */
export function hexAt(hashes: Uint8Array, at: number): string {
  return Buffer.from(hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)).toString("hex");
}
