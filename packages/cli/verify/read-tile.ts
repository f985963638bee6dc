import { HASH_BYTES, TILE_WIDTH, type Tile, tilePath } from "@change-ledger/log";
import type { LogFiles } from "./sources.ts";

/** What 256 entries of 65,535 bytes take. */
export const BUNDLE_MAX_BYTES = TILE_WIDTH * (2 + 65_535);

/** A tile's bytes and the path at which they were. */
export interface ReadTile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads a tile; a partial one that has given way to the full one is the beginning of that. Undefined when there is neither. The bytes may be the beginning of `into`. */
export async function readTile(log: LogFiles, tile: Tile, into?: Uint8Array): Promise<ReadTile | undefined> {
  const path = tilePath(tile);
  const got = log.read(path, BUNDLE_MAX_BYTES, into);
  const bytes = got instanceof Promise ? await got : got;
  if (bytes !== undefined) return { path, bytes };
  if (tile.width === TILE_WIDTH) return undefined;
  const fullPath = tilePath({ ...tile, width: TILE_WIDTH });
  const full = await log.read(fullPath, BUNDLE_MAX_BYTES);
  if (full === undefined) return undefined;
  return { path: fullPath, bytes: tile.level === "entries" ? firstEntries(full, tile.width) : full.subarray(0, tile.width * HASH_BYTES) };
}

/** The beginning of a bundle that holds so many entries; all of it when it holds fewer. */
export function firstEntries(bundle: Uint8Array, count: number): Uint8Array {
  let at = 0;
  for (let n = 0; n < count && at + 2 <= bundle.length; n++) at += 2 + (bundle[at] as number) * 256 + (bundle[at + 1] as number);
  return bundle.subarray(0, at);
}
