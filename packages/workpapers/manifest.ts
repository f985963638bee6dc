import { canonicalBytes, sha256Hex } from "@change-ledger/model";
import { MANIFEST, type Manifest, TILES, WORKPAPERS } from "./layout.ts";
import type { PaperStore } from "./ports.ts";

/** A file of a package: a bundle is the largest. */
export const PAPER_MAX_BYTES = 1 << 30;

/** The manifest of what is kept now. */
export function manifestOf(papers: PaperStore): Uint8Array {
  const files = papers
    .files()
    .filter(isManifested)
    .map((path) => ({ path, ...digestOf(papers, path) }));
  return canonicalBytes({ kind: WORKPAPERS, format: 1, files } satisfies Manifest);
}

/** The manifest itself, what an audit was begun with, and the log's tiles are not in it. */
export function isManifested(path: string): boolean {
  return path !== MANIFEST && !path.startsWith(".") && !path.startsWith(TILES);
}

export function digestOf(papers: PaperStore, path: string): { readonly bytes: number; readonly sha256: string } {
  const bytes = papers.read(path, PAPER_MAX_BYTES) ?? new Uint8Array();
  return { bytes: bytes.length, sha256: sha256Hex(bytes) };
}
