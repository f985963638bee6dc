import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  type Checkpoint,
  LogError,
  type LogFiles,
  logIdentity,
  openCheckpoint,
  openTrusted,
  parseTrust,
  type TrustFile,
  tilePath,
} from "@change-ledger/log";
import { leafBefore } from "@change-ledger/query";
import { CliError } from "../fault.ts";
import { BUNDLE_MAX_BYTES } from "../verify/read-tile.ts";
import { CHECKPOINT, LOG, TILES, TRUST } from "../workpapers/layout.ts";
import type { PaperFolder } from "./audit-state.ts";
import type { LedgerApi } from "./ledger-api.ts";

const SMALL_BYTES = 1_000_000;

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
  folder: PaperFolder,
  { from, now, trusted }: { readonly from: string; readonly now: string; readonly trusted: Uint8Array | undefined },
): Promise<LogPart> {
  const kept = folder.read(CHECKPOINT, SMALL_BYTES);
  const note = kept ?? (await api.bytes("log/checkpoint"));
  const trustBytes = trusted ?? folder.read(TRUST, SMALL_BYTES) ?? (await api.bytes("log/trust.json"));
  const trust = parseTrust(trustBytes);
  const head = kept === undefined ? openTrusted(note, trust, now) : openCheckpoint(note, logIdentity(trust));
  folder.put(TRUST, trustBytes);
  folder.put(CHECKPOINT, note);
  const sealed = {
    hours: (after: string | undefined, limit: number) => api.hours(limit, after),
    hour: (hour: string) => api.bytes(`log/hours/${hour}`),
  };
  const files: LogFiles = {
    async read(tile) {
      const path = `${LOG}/${tilePath(tile)}`;
      const held = folder.read(path, BUNDLE_MAX_BYTES);
      if (held !== undefined) return held;
      const bytes = await api.bytes(`log/${tilePath(tile)}`, BUNDLE_MAX_BYTES);
      folder.put(path, bytes);
      return bytes;
    },
  };
  const first = await leafBefore(sealed, trust, from, now);
  if (first > head.size) throw new CliError("unreadable", "expected sealed hours of this log from the server");
  return { head, trust, files, first };
}

/** Takes away what was fetched when some of it is not the log's: the next run fetches it again. */
export async function unlessWrong<T>(folder: PaperFolder, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof LogError) rmSync(join(folder.path, TILES), { recursive: true, force: true });
    throw error;
  }
}
