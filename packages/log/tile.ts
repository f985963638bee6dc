/**
 * Tiles (C2SP tlog-tiles): the files that make up a log, besides its checkpoint. A hash tile holds the hashes of up to 256 complete
 * subtrees, one after the other: at level 0 leaf hashes, at each level above the roots of full tiles of the level below. An entry
 * bundle holds the entries of the level-0 tile with the same index. The rightmost of a level is partial until it has 256; nothing of
 * a partial tile is in the level above.
 *
 * Worked example: 70,000 leaves take 273 full tiles and a partial one of width 112 at level 0, one full tile and a partial one of
 * width 17 at level 1, one of width 1 at level 2. Paths: tile/0/x001/x234/067 is the full tile 1,234,067 of level 0,
 *
 *     tile/0/000.p/3
 *
 * the first one while it has 3 hashes, and the bundle beside it is
 *
 *     tile/entries/000.p/3
 */
import { LogError } from "./fault.ts";
import { expectCount } from "./spelling.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;

/** By the format; a tree of 2^53 − 1 leaves reaches level 6. */
const MAX_LEVEL = 63;

export interface HashTile {
  /** From 0: each hash stands for 256^level leaves. */
  readonly level: number;
  /** From 0, within the level. */
  readonly index: number;
  /** Hashes in it, 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

export interface BundleTile {
  readonly level: "entries";
  readonly index: number;
  readonly width: number;
}

/** A file of the log: what to keep under which path. */
export type Tile = HashTile | BundleTile;

/** How many of the complete subtrees over 256^level leaves a tree of `size` has. */
function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Width that tile `index` of `level` has in a tree of `size` leaves; 0 when the tree has no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  return Math.min(TILE_WIDTH, Math.max(0, hashesAt(level, size) - index * TILE_WIDTH));
}

/** All tiles of a tree of `size` leaves: entry bundles first, then level by level, each from left to right. */
export function* tilesOf(size: number): Generator<Tile> {
  expectCount(size, "a tree size");
  for (let index = 0; index * TILE_WIDTH < size; index++) yield { level: "entries", index, width: tileWidth(0, index, size) };
  for (let level = 0; hashesAt(level, size) > 0; level++)
    for (let index = 0; index * TILE_WIDTH < hashesAt(level, size); index++) yield { level, index, width: tileWidth(level, index, size) };
}

/** The partial tiles on the right edge of a tree of `size` leaves: the bundle first, then level by level; none where a level ends in a full tile. */
export function edgeTiles(size: number): Tile[] {
  expectCount(size, "a tree size");
  const found: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const width = hashesAt(level, size) % TILE_WIDTH;
    const index = Math.floor(hashesAt(level, size) / TILE_WIDTH);
    if (width > 0 && level === 0) found.push({ level: "entries", index, width });
    if (width > 0) found.push({ level, index, width });
  }
  return found;
}

/**
 * The tile's path below the log's prefix.
 * @throws LogError `out-of-range`
 */
export function tilePath({ level, index, width }: Tile): string {
  expectCount(index, "a tile index");
  if (level !== "entries" && !(Number.isInteger(level) && level >= 0 && level <= MAX_LEVEL))
    throw new LogError("out-of-range", `expected a tile level from 0 to ${MAX_LEVEL}, got ${level}`);
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new LogError("out-of-range", `expected a tile width from 1 to ${TILE_WIDTH}, got ${width}`);
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return `tile/${level}/${groups.join("/")}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/**
 * Reads a path back, in the one spelling that `tilePath` gives it.
 * @throws LogError `not-canonical`
 */
export function parseTilePath(path: string): Tile {
  const [, level, groups = "", width] = PATH.exec(path) ?? [];
  const index = Number(groups.replace(/[x/]/g, ""));
  const partial = { index, width: width === undefined ? TILE_WIDTH : Number(width) };
  const tile: Tile = level === "entries" ? { level, ...partial } : { level: Number(level), ...partial };
  const fits = level !== undefined && Number.isSafeInteger(index) && partial.width >= 1 && partial.width <= TILE_WIDTH;
  if (!fits || (tile.level !== "entries" && tile.level > MAX_LEVEL) || tilePath(tile) !== path)
    throw new LogError("not-canonical", "expected a path like tile/0/x001/067 or tile/entries/067.p/8");
  return tile;
}
