import { type Subject, sha256Hex } from "@change-ledger/model";
import { ATTESTATION_FILE, attest } from "./attestation.ts";
import { contentDigestOf, writeBag } from "./bag.ts";
import { type Dossier, entriesToProve, orderedChains, payloadKey, payloadsOf } from "./dossier.ts";
import { endOfDossier } from "./end.ts";
import { EvidenceError } from "./fault.ts";
import { BUNDLE_FORMAT, bagInfo, folderOf, named } from "./layout.ts";
import type { BundleRecord, EnvelopeSigner } from "./ports.ts";
import { CHECKPOINT_FILE, checkProofs, proofFile } from "./proofs.ts";
import { readAssessment } from "./read-assessment.ts";
import { writeReadme } from "./readme.ts";
import { readRecord } from "./segment.ts";
import { writeSummary } from "./summary.ts";
import { writeZip } from "./zip.ts";

/** What a bundle says besides its dossier: of the log, of the time, of what was sealed before. None of it is in the content digest. */
export interface Sealing {
  /** Our clock, RFC 3339, UTC, milliseconds. */
  readonly sealedAt: string;
  /** The log's signed checkpoint. */
  readonly checkpoint: Uint8Array;
  /** By hash, of each entry that `entriesToProve` names: its proof file under that checkpoint. */
  readonly proofs: ReadonlyMap<string, Uint8Array>;
  /** The bundle of this change that is the latest on record. */
  readonly predecessor?: BundleRecord | undefined;
  readonly signer: EnvelopeSigner;
}

/** An evidence bundle, ready to be written. */
export interface Bundle {
  readonly change: Subject;
  /** Hash of the head of the change's own chain. */
  readonly head: string;
  /** `evidence/<change id>/<head>-<digest of all heads>.zip`; at most 1,024 bytes. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, hexadecimal. */
  readonly sha256: string;
  /** What two bundles of one dossier have in common, whenever they were sealed: see `contentDigestOf`. */
  readonly contentDigest: string;
}

/**
 * A BagIt bag of the dossier in a deterministic zip: one folder, named after change and head, that holds beside the bag's own files
 *
 *     README.md                    for the auditor: how to verify all of it with programs of others
 *     attestation.sigstore.json    signed statement over tagmanifest-sha256.txt (see attestation.ts); no manifest names it
 *     data/entries.jsonl           the exact hashed bytes of each entry, one a line: the change's chain first, then the others in order of subject
 *     data/chains.json             canonical JSON: each chain's subject, length and head hash, in that order; `excerpt` where only some of its entries belong to the change
 *     data/raw/<sha256>.warc.gz    the WARC records of the body with that SHA-256: an entry's `payload.sha256` is the name of its file.
 *                                  A body that came twice (replayed under another delivery id) has all its records there, in order of archive and offset
 *     data/assessment.json         the assessment, where one was made
 *     data/summary.html            entries and assessment for a person to read
 *     data/log/checkpoint          the log's signed checkpoint
 *     data/log/<hash>.tlog-proof   that the entry with that hash is in the log as the checkpoint states it: of each entry that `entriesToProve` names
 *
 * All of the payload but `data/log/` is a function of the dossier alone: Bagging-Date is the day the latest entry was recorded.
 * Linked chains grow while the change's own stands still (staging first, production a day later), so the key names the digest of all heads too.
 * @throws EvidenceError `not-a-dossier` (a chain is missing, doubled, empty or broken; an assessment cannot be read), `payload-missing`, `digest-differs`, `not-proven`, `not-an-attestation`, `zip-too-large`
 */
export async function writeBundle(dossier: Dossier, sealing: Sealing): Promise<Bundle> {
  const { change } = dossier;
  const chains = orderedChains(dossier);
  const { head, chainsJson, key } = named(change, chains, dossier.assessment);
  const proved = checkProofs(entriesToProve(chains), sealing);
  const raw = rawFiles(dossier);
  const assessment = dossier.assessment && readAssessment(dossier.assessment);
  if (dossier.assessment !== undefined && assessment === undefined)
    throw new EvidenceError(
      "not-a-dossier",
      `expected an assessment that can be read, got ${dossier.assessment.length} bytes of something else`,
    );
  const payload = new Map<string, Uint8Array>([
    ["entries.jsonl", Buffer.concat(chains.flatMap(({ entries }) => entries.flatMap(({ bytes }) => [bytes, LINE_FEED])))],
    ["chains.json", chainsJson],
    ["summary.html", writeSummary(change, chains, assessment)],
    ...(dossier.assessment === undefined ? [] : [["assessment.json", dossier.assessment] as const]),
    ...raw,
    [CHECKPOINT_FILE, sealing.checkpoint],
    ...[...proved.files].map(([hash, file]) => [proofFile(hash), file] as const),
  ]);
  const readme = writeReadme({ change, head, origin: proved.checkpoint.origin, raw: raw.size > 0 });
  const bag = writeBag({ payload, info: bagInfo(change, chains, sealing.predecessor), tags: new Map([["README.md", readme]]) });
  const [manifest, tagManifest] = [bag.get("manifest-sha256.txt"), bag.get("tagmanifest-sha256.txt")] as [Uint8Array, Uint8Array];
  const contentDigest = contentDigestOf(manifest);
  const { origin, size, root } = proved.checkpoint;
  const attestation = await attest(
    tagManifest,
    {
      change,
      contentDigest,
      format: BUNDLE_FORMAT,
      head,
      log: { origin, size, root: Buffer.from(root).toString("base64") },
      outcome: endOfDossier(change, chains) ?? "not-ended",
      ...(sealing.predecessor === undefined ? {} : { predecessor: recordOf(sealing.predecessor) }),
      sealedAt: sealing.sealedAt,
    },
    sealing.signer,
  );
  const files = new Map([...bag, [ATTESTATION_FILE, attestation]]);
  const folder = folderOf(change, head);
  const bytes = writeZip(new Map([...files].map(([path, content]) => [`${folder}/${path}`, content])));
  return { change, head, key, bytes, sha256: sha256Hex(bytes), contentDigest };
}

/** These three and nothing else that the caller's object may hold besides. */
function recordOf({ key, versionId, sha256 }: BundleRecord): BundleRecord {
  return { key, versionId, sha256 };
}

const LINE_FEED = Uint8Array.of(10);

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
