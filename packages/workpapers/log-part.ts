import {
  type Checkpoint,
  LogError,
  type LogFiles,
  logIdentity,
  openCheckpoint,
  openTrusted,
  parseTrust,
  TILE_WIDTH,
  type TrustFile,
  tilePath,
} from "@change-ledger/log";
import { leafBefore } from "@change-ledger/query";
import { WorkpapersError } from "./fault.ts";
import { CHECKPOINT, LOG, TILES, TRUST } from "./layout.ts";
import type { LedgerApi } from "./ledger-api.ts";
import type { PaperStore } from "./ports.ts";

const SMALL_BYTES = 1_000_000;
/** What 256 entries of 65,535 bytes take. */
const BUNDLE_MAX_BYTES = TILE_WIDTH * (2 + 65_535);

/** The part of the log that a period needs, under one checkpoint. */
export interface LogPart {
  readonly head: Checkpoint;
  readonly trust: TrustFile;
  readonly files: LogFiles;
  readonly first: number;
}

/**
 * The log as the first run of an audit found it: a second one goes on with the same checkpoint, and with the files that are there.
 * @param trusted a trust file that the auditor had before; undefined: the server's own
 * @throws LogError for what is no checkpoint of it
 */
export async function openLogPart(
  api: LedgerApi,
  papers: PaperStore,
  { from, now, trusted }: { readonly from: string; readonly now: string; readonly trusted: Uint8Array | undefined },
): Promise<LogPart> {
  const kept = papers.read(CHECKPOINT, SMALL_BYTES);
  const note = kept ?? (await api.bytes("log/checkpoint"));
  const trustBytes = trusted ?? papers.read(TRUST, SMALL_BYTES) ?? (await api.bytes("log/trust.json"));
  const trust = parseTrust(trustBytes);
  const head = kept === undefined ? openTrusted(note, trust, now) : openCheckpoint(note, logIdentity(trust));
  papers.put(TRUST, trustBytes);
  papers.put(CHECKPOINT, note);
  const sealed = {
    hours: (after: string | undefined, limit: number) => api.hours(limit, after),
    hour: (hour: string) => api.bytes(`log/hours/${hour}`),
  };
  const files: LogFiles = {
    async read(tile) {
      const path = `${LOG}/${tilePath(tile)}`;
      const held = papers.read(path, BUNDLE_MAX_BYTES);
      if (held !== undefined) return held;
      const bytes = await api.bytes(`log/${tilePath(tile)}`, BUNDLE_MAX_BYTES);
      papers.put(path, bytes);
      return bytes;
    },
  };
  const first = await leafBefore(sealed, trust, from, now);
  if (first > head.size) throw new WorkpapersError("unreadable", "expected sealed hours of this log from the server");
  return { head, trust, files, first };
}

/** Takes away what was fetched when some of it is not the log's: the next run fetches it again. */
export async function unlessWrong<T>(papers: PaperStore, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof LogError) papers.remove(TILES);
    throw error;
  }
}
