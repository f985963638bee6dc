/** Files below `tile/` that the current checkpoint does not need: partial tiles that have given way, or that are ahead of it. They must tell the same. */
import { HASH_BYTES, parseTilePath, TILE_WIDTH, type Tile, tilePath, tileWidth } from "@change-ledger/log";
import type { Fault } from "./fault.ts";
import { BUNDLE_MAX_BYTES, firstEntries } from "./read-tile.ts";
import type { LogFiles } from "./sources.ts";

export async function* checkSpareTiles(log: LogFiles, size: number): AsyncGenerator<Fault> {
  for await (const path of log.tiles?.() ?? []) {
    const tile = tileOf(path);
    if (tile === undefined) {
      yield { check: "file-extra", file: path, expected: "a path of a tile", found: "a file" };
      continue;
    }
    const level = tile.level === "entries" ? 0 : tile.level;
    const width = tileWidth(level, tile.index, size);
    if (width === 0 || width === tile.width) continue;
    yield* compare(log, tile, { ...tile, width });
  }
}

function tileOf(path: string): Tile | undefined {
  try {
    return parseTilePath(path);
  } catch {
    return undefined;
  }
}

/** A narrower tile is the beginning of a wider one. */
async function* compare(log: LogFiles, spare: Tile, needed: Tile): AsyncGenerator<Fault> {
  const file = tilePath(spare);
  const width = Math.min(spare.width, needed.width);
  const [found, held] = [await log.read(file, BUNDLE_MAX_BYTES), await log.read(tilePath(needed), BUNDLE_MAX_BYTES)];
  // Where the needed one is missing, the full one was read in its place, or it was told.
  if (found === undefined || held === undefined) return;
  if (spare.width < TILE_WIDTH && sizeOf(spare, found, spare.width) !== found.length)
    yield { check: "tile", file, field: "length", expected: `${spare.width} of them`, found: `${found.length} bytes` };
  const [ours, theirs] = [held, found].map((bytes) => bytes.subarray(0, sizeOf(spare, bytes, width))) as [Uint8Array, Uint8Array];
  if (Buffer.compare(ours, theirs) !== 0)
    yield { check: "tile", file, field: `first ${width}`, expected: `those of ${tilePath(needed)}`, found: "others" };
}

function sizeOf({ level }: Tile, bytes: Uint8Array, width: number): number {
  return level === "entries" ? firstEntries(bytes, width).length : width * HASH_BYTES;
}
