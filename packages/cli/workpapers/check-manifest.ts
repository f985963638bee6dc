import { ModelError, parseCanonical } from "@change-ledger/model";
import {
  digestOf,
  isManifested,
  MANIFEST,
  type Manifest,
  manifestSchema,
  PAPER_MAX_BYTES,
  type PaperStore,
} from "@change-ledger/workpapers";
import type { Fault } from "../verify/fault.ts";

/** Each file is the one that the manifest names, and each that it names is there. */
export function* checkManifest(papers: PaperStore): Generator<Fault, boolean> {
  const manifest = readManifest(papers);
  if (typeof manifest === "string") {
    yield { check: "file-differs", file: MANIFEST, expected: "a manifest of working papers, format 1", found: manifest };
    return false;
  }
  const named = new Map(manifest.files.map((file) => [file.path, file]));
  let whole = true;
  for (const path of papers.files().filter(isManifested)) {
    const told = named.get(path);
    named.delete(path);
    const { sha256 } = digestOf(papers, path);
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

function readManifest(papers: PaperStore): Manifest | string {
  try {
    const parsed = manifestSchema.safeParse(parseCanonical(papers.read(MANIFEST, PAPER_MAX_BYTES) ?? new Uint8Array()));
    return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? "another form");
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
}
