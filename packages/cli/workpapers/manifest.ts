import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes, ModelError, parseCanonical, sha256Hex } from "@change-ledger/model";
import { CliError } from "../fault.ts";
import { readFileWithin } from "../files/log-directory.ts";
import type { Fault } from "../verify/fault.ts";
import { MANIFEST, type Manifest, manifestSchema, TILES, WORKPAPERS } from "./layout.ts";

/** A file of a package: a bundle is the largest. */
export const PAPER_MAX_BYTES = 1 << 30;
const FILES_MAX = 100_000;

/** Whether a folder holds working papers, whole or not. */
export function isWorkpapers(folder: string): boolean {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && lstatSync(join(folder, MANIFEST), { throwIfNoEntry: false })?.isFile() === true;
}

/** The manifest of what is in the folder now. @throws CliError */
export function writeManifest(folder: string): Uint8Array {
  const files = pathsBelow(folder, "")
    .filter(isManifested)
    .map((path) => ({ path, ...digestOf(folder, path) }));
  return canonicalBytes({ kind: WORKPAPERS, format: 1, files } satisfies Manifest);
}

/** Each file is the one that the manifest names, and each that it names is there. */
export function* checkManifest(folder: string): Generator<Fault, boolean> {
  const manifest = readManifest(folder);
  if (typeof manifest === "string") {
    yield { check: "file-differs", file: MANIFEST, expected: "a manifest of working papers, format 1", found: manifest };
    return false;
  }
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  let whole = true;
  for (const path of pathsBelow(folder, "").filter(isManifested)) {
    const told = named.get(path);
    named.delete(path);
    const { sha256 } = digestOf(folder, path);
    if (told?.sha256 === sha256) continue;
    whole = false;
    if (told === undefined) yield { check: "file-extra", file: path, expected: "no such file", found: sha256 };
    else yield { check: "file-differs", file: path, expected: told.sha256, found: sha256 };
  }
  for (const { path, sha256 } of named.values()) {
    whole = false;
    yield { check: "file-missing", file: path, expected: sha256, found: "no such file" };
  }
  return whole;
}

function readManifest(folder: string): Manifest | string {
  try {
    const parsed = manifestSchema.safeParse(parseCanonical(readFileWithin(join(folder, MANIFEST), PAPER_MAX_BYTES) ?? new Uint8Array()));
    return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? "another form");
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
}

function isManifested(path: string): boolean {
  return path !== MANIFEST && !path.startsWith(".") && !path.startsWith(TILES);
}

function digestOf(folder: string, path: string): { readonly bytes: number; readonly sha256: string } {
  const bytes = readFileWithin(join(folder, path), PAPER_MAX_BYTES) ?? new Uint8Array();
  return { bytes: bytes.length, sha256: sha256Hex(bytes) };
}

/** Paths of all files below a folder, in order of their code units. */
function pathsBelow(folder: string, path: string): string[] {
  const found: string[] = [];
  const walk = (at: string): void => {
    if (TILES === `${at}/`) return;
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const below = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) walk(below);
      else found.push(below);
    }
    if (found.length > FILES_MAX) throw new CliError("unreadable", `expected at most ${FILES_MAX} files in ${folder}`);
  };
  walk(path);
  return found.sort((a, b) => (a < b ? -1 : 1));
}
