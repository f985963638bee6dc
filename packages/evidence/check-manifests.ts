import { sha256Hex } from "@change-ledger/model";
import { ATTESTATION_FILE } from "./attestation.ts";
import { DECLARATION } from "./bag.ts";
import type { BagFiles, Report } from "./bag-fault.ts";

export const PAYLOAD_MANIFEST = "manifest-sha256.txt";
export const TAG_MANIFEST = "tagmanifest-sha256.txt";
const DECLARATION_FILE = "bagit.txt";
/** What the tag manifest names, and nothing else. */
const TAG_FILES = ["README.md", "bag-info.txt", DECLARATION_FILE, PAYLOAD_MANIFEST];

/**
 * A bag's declaration and manifests (RFC 8493): each file is named once, is there and has its digest; there is no file besides. Stricter than the RFC where we write in
 * one way: one algorithm, lines in order of path, and no tag file but ours.
 */
export function checkManifests(files: BagFiles, report: Report): void {
  const declaration = files.get(DECLARATION_FILE);
  if (declaration !== undefined && Buffer.from(declaration).toString("latin1") !== DECLARATION)
    report({ check: "bag-format", file: DECLARATION_FILE, expected: JSON.stringify(DECLARATION), found: "other text" });
  const payload = [...files.keys()].filter((path) => path.startsWith("data/"));
  checkManifest(files, PAYLOAD_MANIFEST, payload, report);
  checkManifest(files, TAG_MANIFEST, TAG_FILES, report);
  const known = new Set([...TAG_FILES, TAG_MANIFEST, ATTESTATION_FILE]);
  for (const path of files.keys())
    if (!path.startsWith("data/") && !known.has(path))
      report({ check: "file-extra", file: path, expected: "no such file", found: "a file" });
  for (const path of known) if (!files.has(path)) report({ check: "file-missing", file: path, expected: "a file", found: "none" });
}

/** @param named the paths that the manifest has to name */
function checkManifest(files: BagFiles, name: string, named: readonly string[], report: Report): void {
  const manifest = files.get(name);
  if (manifest === undefined) return;
  const lines = parseManifest(manifest);
  if (lines === undefined) {
    report({
      check: "bag-format",
      file: name,
      expected: "lines of a digest, two blanks and a path, in order of path",
      found: "other text",
    });
    return;
  }
  const expected = new Set(named);
  for (const [path, digest] of lines) {
    const content = files.get(path);
    if (!expected.has(path) && content !== undefined)
      report({ check: "bag-format", file: name, field: path, expected: "no line for this file", found: digest });
    if (content === undefined) report({ check: "file-missing", file: path, expected: digest, found: "no file" });
    else if (sha256Hex(content) !== digest)
      report({ check: "file-differs", file: path, field: "sha256", expected: digest, found: sha256Hex(content) });
  }
  for (const path of named)
    if (!lines.has(path) && files.has(path)) report({ check: "file-extra", file: path, expected: `a line in ${name}`, found: "none" });
}

/** Digests by path; undefined for text that is no manifest of ours. */
function parseManifest(bytes: Uint8Array): Map<string, string> | undefined {
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  const paths = new Map<string, string>();
  if (lines.pop() !== "") return undefined;
  let before = "";
  for (const line of lines) {
    const [, digest, path] = /^([0-9a-f]{64}) {2}([^\r]+)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined || path <= before) return undefined;
    paths.set(path, digest);
    before = path;
  }
  return paths;
}
