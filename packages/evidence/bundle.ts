import { createHash } from "node:crypto";
import { canonicalBytes, type SealedEntry, type Subject, sha256Hex, subjectId } from "@change-ledger/model";
import { writeBag } from "./bag.ts";
import { type Dossier, type DossierChain, orderedChains, payloadKey, payloadsOf } from "./dossier.ts";
import { EvidenceError } from "./fault.ts";
import { readRecord } from "./segment.ts";
import { writeSummary } from "./summary.ts";
import { writeZip } from "./zip.ts";

/** Whoever changes one byte of what a bundle of the same dossier holds raises this number: it is part of the key. */
const FORMAT = 1;

/** An evidence bundle, ready to be written. */
export interface Bundle {
  readonly change: Subject;
  /** Hash of the head of the change's own chain. */
  readonly head: string;
  /** `evidence/<change id>/<head>-<digest of all heads>.zip`; at most 1,024 bytes. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, as hexadecimal digits and in base64 (S3's ChecksumSHA256). */
  readonly sha256: string;
  readonly base64Sha256: string;
}

/**
 * A BagIt bag of the dossier in a deterministic zip: one folder, named after change and head, that holds beside the bag's own files
 *
 *     data/entries.jsonl           the exact hashed bytes of each entry, one a line: the change's chain first, then the others in order of subject
 *     data/chains.json             canonical JSON: each chain's subject, length and head hash, in that order; `excerpt` where only some of its entries belong to the change
 *     data/raw/<sha256>.warc.gz    the WARC records of the body with that SHA-256: an entry's `payload.sha256` is the name of its file.
 *                                  A body that came twice (replayed under another delivery id) has all its records there, in order of archive and offset
 *     data/summary.html            the same for a person to read
 *
 * A function of the dossier alone: Bagging-Date is the day the latest entry was recorded, so that a retry gives the same bytes and finds its key taken by them.
 * Linked chains grow while the change's own stands still (staging first, production a day later), so the key names the digest of all heads too.
 * @throws EvidenceError `not-a-dossier` (a chain is missing, doubled, empty or broken), `payload-missing`, `digest-differs`, `zip-too-large`
 */
export function writeBundle(dossier: Dossier): Bundle {
  const { change } = dossier;
  const chains = orderedChains(dossier);
  const { head, chainsJson, key } = named(change, chains);
  const payload = new Map<string, Uint8Array>([
    ["entries.jsonl", Buffer.concat(chains.flatMap(({ entries }) => entries.flatMap(({ bytes }) => [bytes, LINE_FEED])))],
    ["chains.json", chainsJson],
    ["summary.html", writeSummary(change, chains)],
    ...rawFiles(dossier),
  ]);
  const info = [
    ["Bag-Software-Agent", "change-ledger"],
    ["Bagging-Date", latest(chains).slice(0, 10)],
    ["External-Identifier", change],
    ["External-Description", "The record of one change: hash-chained entries, the raw deliveries they were made from, and a summary"],
    ["Change-Ledger-Bundle-Format", String(FORMAT)],
    ["Change-Ledger-Head", head],
  ] as const;
  const folder = `evidence-${subjectId(change)
    .replace(/[^A-Za-z0-9-]/g, "_")
    .slice(0, 80)}-${head.slice(0, 12)}`;
  const bag = writeBag({ payload, info });
  const bytes = writeZip(new Map([...bag].map(([path, content]) => [`${folder}/${path}`, content])));
  const digest = createHash("sha256").update(bytes).digest();
  return { change, head, key, bytes, sha256: digest.toString("hex"), base64Sha256: digest.toString("base64") };
}

/** The key of the bundle that `writeBundle` would write for these chains, told without its raw records. */
export function bundleKey(change: Subject, chains: readonly DossierChain[]): string {
  return named(change, orderedChains({ change, chains })).key;
}

function named(
  change: Subject,
  ordered: readonly DossierChain[],
): { readonly head: string; readonly chainsJson: Uint8Array; readonly key: string } {
  const heads = ordered.map((chain) => ({
    subject: chain.subject,
    length: chain.entries.length,
    head: headOf(chain).hash,
    ...(chain.excerpt === true ? { excerpt: true } : {}),
  }));
  const head = heads[0]?.head ?? "";
  const chainsJson = canonicalBytes({ format: FORMAT, change, chains: heads });
  return { head, chainsJson, key: `evidence/${encodeId(subjectId(change))}/${head}-${sha256Hex(chainsJson).slice(0, 16)}.zip` };
}

const LINE_FEED = Uint8Array.of(10);

function headOf({ entries }: DossierChain): SealedEntry {
  return entries[entries.length - 1] as SealedEntry;
}

function latest(chains: readonly DossierChain[]): string {
  return chains.flatMap(({ entries }) => entries.map(({ entry }) => entry.recordedAt)).reduce((a, b) => (a > b ? a : b));
}

/** Each payload's record, checked against the reference, under the name of its body's digest. */
function rawFiles({ chains, raw }: Dossier): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const reference of payloadsOf(chains)) {
    const place = payloadKey(reference);
    const member = raw.get(place);
    if (member === undefined) throw new EvidenceError("payload-missing", `expected the raw record at ${place}, got none`);
    const { sha256 } = readRecord(member);
    if (sha256 !== reference.sha256 || member.length !== reference.length)
      throw new EvidenceError(
        "digest-differs",
        `${place}: expected ${reference.length} bytes with body ${reference.sha256}, got ${member.length} with ${sha256}`,
      );
    const path = `raw/${sha256}.warc.gz`;
    const before = files.get(path);
    files.set(path, before === undefined ? member : Buffer.concat([before, member]));
  }
  return files;
}

/** S3 takes 1,024 bytes of key, and a change's id may hold as many before it is encoded. */
const ID_MAX = 700;

/** Percent-encodes all but letters, digits, `-`, `_`, `.` and `/` of an id; a segment of dots only too. Cut ids are told apart by a digest. */
function encodeId(id: string): string {
  const encoded = id
    .split("/")
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*~]|^\.+$/g, (chars) =>
        [...chars].map((c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).join(""),
      ),
    )
    .join("/");
  return encoded.length <= ID_MAX ? encoded : `${encoded.slice(0, ID_MAX)}~${sha256Hex(id).slice(0, 32)}`;
}
