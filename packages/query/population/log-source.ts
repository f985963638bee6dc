import { HOURS_SEALED_LATE, type LogFiles, openTrusted, readBundles, TILE_WIDTH, type TreeHead, type TrustFile } from "@change-ledger/log";
import { ModelError, openEntry } from "@change-ledger/model";
import type { PopulationEntry } from "./told-entry.ts";

const HOUR_MS = 3_600_000;
/** A sender's clock may be ahead of ours: so long before the period entries are read, too. */
const CLOCK_HOURS = 2;
/** Hours that are looked back over for a sealed one, first a few, then many. */
const LOOKS_BACK = [48, 990] as const;

/** The log's hourly checkpoints, as its store or its server hands them out. */
export interface SealedHours {
  /** Sealed hours later than `after`, in order, at most `limit`. */
  hours(after: string | undefined, limit: number): Promise<readonly string[]>;
  /** The hour's signed checkpoint. */
  hour(hour: string): Promise<Uint8Array>;
}

/**
 * A leaf before which the log holds nothing that was recorded within `CLOCK_HOURS` of `from` or later: the size of an hour's checkpoint that was signed by then, even if it
 * was sealed as late as hours are. 0 where no hour says so: then all of the log is read.
 * @param from RFC 3339
 * @throws LogError as `openTrusted` does
 */
export async function leafBefore(sealed: SealedHours, trust: TrustFile, from: string, now: string): Promise<number> {
  const lastMs = Date.parse(from) - (CLOCK_HOURS + HOURS_SEALED_LATE + 1) * HOUR_MS;
  for (const hours of LOOKS_BACK) {
    const found = await sealed.hours(hourAt(lastMs - hours * HOUR_MS), hours);
    const hour = found.findLast((one) => one <= hourAt(lastMs));
    if (hour !== undefined) return openTrusted(await sealed.hour(hour), trust, now).size;
  }
  return 0;
}

function hourAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}

export interface LogRange {
  readonly files: LogFiles;
  /** As a verified checkpoint states it. */
  readonly head: TreeHead;
  /** The first leaf that matters. */
  readonly from: number;
  /** How many bundles to read ahead. */
  readonly ahead?: number;
  /** Told of each bundle that was read. */
  readonly progress?: ((done: number, of: number) => void) | undefined;
}

/**
 * What the log holds from a leaf on, each file verified up to the root hash: nobody can leave anything out.
 * @throws LogError `wrong-tile`; whatever the reader throws
 */
export async function* recordedInLog({ files, head, from, ahead, progress }: LogRange): AsyncGenerator<PopulationEntry> {
  const first = Math.floor(from / TILE_WIDTH);
  const bundles = Math.ceil(head.size / TILE_WIDTH) - first;
  let done = 0;
  for await (const { index, entries } of readBundles(files, head, { from: first, ...(ahead !== undefined && { ahead }) })) {
    for (const [at, bytes] of entries.entries()) {
      const told = entryOf(bytes, index + at);
      if (told !== undefined) yield told;
    }
    progress?.(++done, bundles);
  }
}

/** What is no entry tells of nothing; that it is in the log, whoever compares ledger and log says. */
function entryOf(bytes: Uint8Array, leaf: number): PopulationEntry | undefined {
  try {
    const { entry, hash } = openEntry(bytes);
    return { entry, hash, leaf };
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
