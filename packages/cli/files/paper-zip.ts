import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EvidenceError, readBundle } from "@change-ledger/evidence";
import { CERTIFICATE, MANIFEST } from "@change-ledger/workpapers/layout.ts";
import { PAPER_MAX_BYTES } from "@change-ledger/workpapers/manifest.ts";
import { readFileWithin } from "./log-directory.ts";

/**
 * Unpacks working papers out of one archive, as the console gives them.
 * @param place names a folder to unpack into, which is made
 * @returns the folder; undefined for what is no such archive
 */
export function unpackPapers(path: string, place: () => string): string | undefined {
  if (!path.endsWith(".zip") || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const files = filesIn(readFileWithin(path, PAPER_MAX_BYTES) ?? new Uint8Array());
  if (files?.has(MANIFEST) !== true || !files.has(CERTIFICATE)) return undefined;
  const folder = place();
  // Paths are relative and stay below the folder: the reader of archives takes no others.
  for (const [file, bytes] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), bytes);
  }
  return folder;
}

/** Undefined for what cannot be read: of a bundle that is said later. */
function filesIn(zip: Uint8Array): ReadonlyMap<string, Uint8Array> | undefined {
  try {
    return readBundle(zip).files;
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}
