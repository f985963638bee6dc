import { canonicalBytes, NO_PREVIOUS, type Subject, sha256Hex, subjectId } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import { type DossierChain, orderedChains } from "./dossier.ts";
import type { BundleRecord } from "./ports.ts";

/** Whoever changes one byte of what a bundle of the same dossier holds, proofs, README and attestation aside, raises this number: it is part of the key. */
export const BUNDLE_FORMAT = 3;

/** The key of the bundle that `writeBundle` would write for these chains, told without its raw records. */
export function bundleKey({
  change,
  chains,
  assessment,
}: {
  readonly change: Subject;
  readonly chains: readonly DossierChain[];
  readonly assessment?: Assessment;
}): string {
  return named(change, orderedChains({ change, chains }), assessment && canonicalBytes(assessment)).key;
}

/** bag-info.txt of a bundle, but its last line (Payload-Oxum): labels and values. */
export function bagInfo(
  change: Subject,
  chains: readonly Pick<DossierChain, "entries">[],
  predecessor: BundleRecord | undefined,
): (readonly [label: string, value: string])[] {
  return [
    ["Bag-Software-Agent", "change-ledger"],
    ["Bagging-Date", latest(chains).slice(0, 10)],
    ["External-Identifier", change],
    [
      "External-Description",
      "The record of one change: hash-chained entries, the raw deliveries they were made from, proofs that the log holds them, and a summary",
    ],
    ["Change-Ledger-Bundle-Format", String(BUNDLE_FORMAT)],
    ["Change-Ledger-Head", headOf(chains[0])],
    ...(predecessor === undefined
      ? []
      : [["Change-Ledger-Predecessor", `${predecessor.key} ${predecessor.versionId} ${predecessor.sha256}`] as const]),
  ];
}

/** chains.json of chains in their order. */
function chainsFile(change: Subject, ordered: readonly DossierChain[]): Uint8Array {
  const chains = ordered.map((chain) => ({
    subject: chain.subject,
    length: chain.entries.length,
    head: headOf(chain),
    ...(chain.excerpt === true ? { excerpt: true } : {}),
  }));
  return canonicalBytes({ format: BUNDLE_FORMAT, change, chains });
}

/** What a bundle of these chains is called by: the head of the change's own, and a key that all heads, the format and the assessment decide. */
export function named(
  change: Subject,
  ordered: readonly DossierChain[],
  assessment?: Uint8Array,
): { readonly head: string; readonly chainsJson: Uint8Array; readonly key: string } {
  const head = headOf(ordered[0]);
  const chainsJson = chainsFile(change, ordered);
  const digest = sha256Hex(assessment === undefined ? chainsJson : Buffer.concat([chainsJson, assessment]));
  return { head, chainsJson, key: `evidence/${encodeId(subjectId(change))}/${head}-${digest.slice(0, 16)}.zip` };
}

function headOf(chain: Pick<DossierChain, "entries"> | undefined): string {
  return chain?.entries.at(-1)?.hash ?? NO_PREVIOUS;
}

function latest(chains: readonly Pick<DossierChain, "entries">[]): string {
  return chains.flatMap(({ entries }) => entries.map(({ entry }) => entry.recordedAt)).reduce((a, b) => (a > b ? a : b));
}

/** The one folder in the zip. */
export function folderOf(change: Subject, head: string): string {
  const name = subjectId(change).replace(/[^A-Za-z0-9-]/g, "_");
  return `evidence-${name.slice(0, 80)}-${head.slice(0, 12)}`;
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
