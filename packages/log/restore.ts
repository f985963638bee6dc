import { openEntry, type SealedEntry } from "@change-ledger/model";
import { LogError } from "./fault.ts";
import type { LogFiles } from "./ports.ts";
import { TILE_WIDTH } from "./tile.ts";
import type { TreeHead } from "./tree-head.ts";
import { type VerifiedBundle, VerifiedTiles } from "./verified-tiles.ts";

/** Bundles that are read ahead of the one that is taken, unless told: some 2 MB of entries of typical size, 32 MB of the largest. */
const AHEAD = 4;

export interface ReadOptions {
  /** The first bundle to read; the first of all unless told. */
  readonly from?: number;
  /** How many bundles to read ahead. */
  readonly ahead?: number;
}

/**
 * All entries of a log in their order, a bundle at a time, each verified up to the root hash before it is given out. Memory does not grow
 * with the log.
 * @param head as a verified checkpoint states it
 * @throws LogError `wrong-tile`, naming the file; or whatever the reader throws
 */
export async function* readBundles(
  files: LogFiles,
  head: TreeHead,
  { from = 0, ahead = AHEAD }: ReadOptions = {},
): AsyncGenerator<VerifiedBundle> {
  const tiles = new VerifiedTiles(head, files);
  const bundles = Math.ceil(head.size / TILE_WIDTH);
  const reading: Promise<VerifiedBundle>[] = [];
  for (let at = from; at < bundles; at++) {
    for (let next = at + reading.length; next < bundles && reading.length <= ahead; next++) {
      const bundle = tiles.bundle(next);
      // One that nobody comes to take, since an earlier one failed, fails unheard.
      bundle.catch(() => {});
      reading.push(bundle);
    }
    yield await (reading.shift() as Promise<VerifiedBundle>);
  }
}

/** An entry of the ledger, out of the log. */
export interface RestoredEntry {
  /** Its leaf index. */
  readonly index: number;
  readonly entry: SealedEntry;
}

/**
 * All entries of the ledger out of the log alone, as exactly the bytes that were appended: what a lost ledger is restored from. Those of
 * a chain come in order of `seq`, among those of others.
 * @throws LogError as `readBundles` does; `not-an-entry`
 */
export async function* restoreChains(files: LogFiles, head: TreeHead): AsyncGenerator<RestoredEntry> {
  for await (const { index, entries } of readBundles(files, head))
    for (const [at, bytes] of entries.entries()) yield { index: index + at, entry: opened(bytes, index + at) };
}

function opened(bytes: Uint8Array, index: number): SealedEntry {
  try {
    return openEntry(bytes);
  } catch (cause) {
    throw new LogError("not-an-entry", `leaf ${index}: ${(cause as Error).message}`, { cause });
  }
}
