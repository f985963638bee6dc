/** The commands that read or write a ledger table. */
import type { LedgerExport } from "@change-ledger/api";
import { dynamoChains, dynamoClient, dynamoExport } from "@change-ledger/aws";
import { logIdentity, openCheckpoint, parseTrust, type Tile, tilePath } from "@change-ledger/log";
import { CliError } from "../fault.ts";
import { directoryLog } from "../files/log-directory.ts";
import { readTile } from "../verify/read-tile.ts";
import type { LogFiles, Progress } from "../verify/sources.ts";
import { fileOf, type Given, needed, SMALL_FILE_BYTES } from "./given.ts";
import { rebuild } from "./rebuild.ts";
import { type ExportedEntry, writeSorted } from "./sorted-export.ts";

const PAGE = 1000;

/** Writes the ledger's export to `path`. @returns how many entries there are */
export async function exportTable(table: string, path: string, progress: Progress): Promise<number> {
  return await writeSorted(path, tableEntries(dynamoExport({ client: dynamoClient(), table }), progress));
}

/** @returns what was done, to be said */
export async function rebuildTable({ values, progress }: Given): Promise<string> {
  const [log, table] = [directoryLog(needed(values.log)), needed(values.table)];
  const trust = values.trust === undefined ? await log.read("trust.json", SMALL_FILE_BYTES) : fileOf(values.trust);
  const note = await log.read("checkpoint", SMALL_FILE_BYTES);
  if (trust === undefined || note === undefined)
    throw new CliError("unreadable", "expected a mirrored log: checkpoint, trust.json, tile/…");
  // Whenever that was signed: a ledger is restored long after, too.
  const head = openCheckpoint(note, logIdentity(parseTrust(trust)));
  const client = dynamoClient();
  const ports = { files: tilesOf(log), head, store: dynamoChains({ client, table }), held: dynamoExport({ client, table }), progress };
  const { held, written, markers } = await rebuild(ports);
  return `${written} entries written to ${table}, with ${markers} markers; ${held} were there`;
}

async function* tableEntries(table: LedgerExport, progress: Progress): AsyncGenerator<ExportedEntry> {
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await table.page(PAGE, cursor);
    if (page === undefined) throw new CliError("unreadable", "the table does not go on where it stopped");
    for (const { entry, bytes } of page.entries) yield { subject: entry.subject, seq: entry.seq, bytes };
    count += page.entries.length;
    progress(`export: ${count} entries`, 0, 1);
    cursor = page.next;
  } while (cursor !== undefined);
}

/** A mirrored log as packages/log reads one. */
function tilesOf(log: LogFiles): { readonly read: (tile: Tile) => Promise<Uint8Array> } {
  return {
    async read(tile) {
      const found = await readTile(log, tile);
      if (found === undefined) throw new CliError("unreadable", `the log has no ${tilePath(tile)}`);
      return found.bytes;
    },
  };
}
