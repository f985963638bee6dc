import { hash } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { readBundle } from "@change-ledger/evidence";
import { CliError } from "../fault.ts";
import type { BundleFiles } from "../verify/sources.ts";
import { readFileWithin } from "./log-directory.ts";

/** A bundle is read into memory: one larger than this is refused. Those that were ever sealed hold some megabytes. */
const BUNDLE_MAX_BYTES = 1 << 30;
const MAX_FILES = 65_534;

/** An evidence bundle at `path`: a zip file, or the folder of an unzipped bag. */
export function bundleAt(path: string): BundleFiles {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return { name: basename(path) || path, files: () => filesBelow(path) };
  if (!stat?.isFile()) throw new CliError("unreadable", `expected a bundle, zipped or as a folder, at ${path}`);
  return zipAt(path, basename(path), undefined);
}

/** All bundles below `folder`; their paths in it are their keys. */
export function bundlesBelow(folder: string): BundleFiles[] {
  return [...pathsBelow(folder, "")].map((key) => zipAt(join(folder, key), key, key));
}

function zipAt(path: string, name: string, key: string | undefined): BundleFiles {
  const read = (): Uint8Array => {
    const bytes = readFileWithin(path, BUNDLE_MAX_BYTES);
    if (bytes === undefined) throw new CliError("unreadable", `there is no file ${path}`);
    return bytes;
  };
  return { name, zip: { sha256: hash("sha256", read()), key }, files: () => readBundle(read()).files };
}

function filesBelow(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const path of pathsBelow(folder, "")) {
    const content = readFileWithin(join(folder, path), BUNDLE_MAX_BYTES - bytes);
    if (content === undefined || files.size === MAX_FILES)
      throw new CliError("unreadable", `expected at most ${MAX_FILES} files in ${folder}`);
    bytes += content.length;
    files.set(path, content);
  }
  return files;
}

/** Paths of all files below a folder, in order, `/` between segments; what is neither file nor folder is a file that cannot be read. */
function* pathsBelow(folder: string, path: string): Generator<string> {
  const entries = readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* pathsBelow(folder, below);
    else yield below;
  }
}
