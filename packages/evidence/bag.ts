import { sha256Hex } from "@change-ledger/model";
import { EvidenceError } from "./fault.ts";
import type { Files } from "./zip.ts";

/** The whole of bagit.txt. */
export const DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/** What goes into a bag. */
export interface BagContent {
  /** Paths below `data/`. */
  readonly payload: Files;
  /** Of bag-info.txt, in order: label and value. */
  readonly info: readonly (readonly [label: string, value: string])[];
  /** Further tag files: in the bag's root, named in the tag manifest. */
  readonly tags: Files;
}

/**
 * A BagIt 1.0 bag (RFC 8493) as files by their paths: payload, `bagit.txt`, `bag-info.txt` (with Payload-Oxum), `manifest-sha256.txt` and
 * `tagmanifest-sha256.txt`, whose lines `sha256sum -c` reads. A function of its argument: dates are the caller's.
 * @throws EvidenceError `not-a-path` (a path that a manifest cannot hold as it is), `not-a-dossier` (a label or value that is no line)
 */
export function writeBag({ payload, info, tags: more }: BagContent): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let octets = 0;
  for (const [path, content] of payload) {
    // RFC 8493 2.1.3 wants CR, LF and % encoded in manifests, which sha256sum does not undo; and coreutils escapes the backslash.
    if (/[%\r\n\\]/.test(path)) throw new EvidenceError("not-a-path", "expected payload paths without %, line breaks and backslashes");
    files.set(`data/${path}`, content);
    octets += content.length;
  }
  const tags = new Map<string, Uint8Array>(more);
  tags.set("bagit.txt", Buffer.from(DECLARATION));
  tags.set("bag-info.txt", infoOf([...info, ["Payload-Oxum", `${octets}.${payload.size}`]]));
  tags.set("manifest-sha256.txt", manifestOf(files));
  tags.set("tagmanifest-sha256.txt", manifestOf(tags));
  return new Map([...files, ...tags]);
}

/** One line a file, in order of path (by UTF-16 code unit): digest, two blanks, path. */
export function manifestOf(files: Files): Uint8Array {
  const lines = [...files].map(([path, content]) => `${sha256Hex(content)}  ${path}\n`);
  return Buffer.from(lines.sort((a, b) => (a.slice(DIGEST_CHARS) < b.slice(DIGEST_CHARS) ? -1 : 1)).join(""));
}

/** The text of bag-info.txt. @throws EvidenceError `not-a-dossier` */
export function infoOf(info: BagContent["info"]): Uint8Array {
  for (const [label, value] of info)
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(label) || /[\p{Cc}\p{Surrogate}]/u.test(value) || value.trim() !== value || value === "")
      throw new EvidenceError("not-a-dossier", `expected one line of text for ${JSON.stringify(label)} in bag-info.txt`);
  return Buffer.from(info.map(([label, value]) => `${label}: ${value}\n`).join(""));
}

/**
 * SHA-256 over the lines of a payload manifest but those of `data/log/`, hexadecimal: proofs are of the checkpoint that was the latest when the bundle was
 * sealed, everything else of the payload the dossier decides. So this is what two bundles of one dossier have in common.
 */
export function contentDigestOf(payloadManifest: Uint8Array): string {
  const lines = Buffer.from(payloadManifest)
    .toString("utf8")
    .split(/(?<=\n)/);
  return sha256Hex(lines.filter((line) => !line.startsWith(LOG, DIGEST_CHARS)).join(""));
}

const LOG = "data/log/";
/** Of a line, before its path. */
const DIGEST_CHARS = 66;
