import { type Checkpoint, LogError, type ProofFile, parseCheckpoint, parseNote, parseProofFile } from "@change-ledger/log";
import { sha256Hex } from "@change-ledger/model";
import { ATTESTATION_FILE, type Attestation, parseAttestation } from "./attestation.ts";
import { contentDigestOf, infoOf } from "./bag.ts";
import { type BagFiles, type Report, reportUnlessSame } from "./bag-fault.ts";
import type { BagChains } from "./check-chains.ts";
import { PAYLOAD_MANIFEST, TAG_MANIFEST } from "./check-manifests.ts";
import { entriesToProve } from "./dossier.ts";
import { endOfDossier } from "./end.ts";
import { EvidenceError } from "./fault.ts";
import { BUNDLE_FORMAT, bagInfo } from "./layout.ts";
import type { BundleRecord } from "./ports.ts";
import { CHECKPOINT_FILE, proofFile, proveEntry } from "./proofs.ts";
import { bundleRecordSchema } from "./statement.ts";

const INFO_FILE = "bag-info.txt";
const PREDECESSOR = "Change-Ledger-Predecessor";
const LOG = "data/log/";

/** A checkpoint as a bag holds it: nothing of it is verified. */
export interface BagCheckpoint extends Checkpoint {
  /** The signed note. */
  readonly note: Uint8Array;
}

/** The checkpoint in the bag; its signatures are for whoever knows the log's keys. */
export function checkCheckpoint(files: BagFiles, report: Report): BagCheckpoint | undefined {
  const file = `data/${CHECKPOINT_FILE}`;
  const note = files.get(file);
  if (note === undefined) {
    report({ check: "file-missing", file, expected: "a file", found: "none" });
    return undefined;
  }
  const checkpoint = orMessage(() => parseCheckpoint(parseNote(note).text));
  if (typeof checkpoint !== "string") return { ...checkpoint, note };
  report({ check: "checkpoint", file, expected: "a signed checkpoint", found: checkpoint });
  return undefined;
}

/** Each entry that no other entry of the bag names in `prev` is in the log as the checkpoint states it. @returns the proofs that hold, by entry hash */
export function checkBagProofs(
  files: BagFiles,
  { chains, whole }: BagChains,
  checkpoint: BagCheckpoint | undefined,
  report: Report,
): Map<string, ProofFile> {
  const held = new Map<string, ProofFile>();
  const known = new Set([`data/${CHECKPOINT_FILE}`]);
  for (const { entry, hash } of entriesToProve(chains)) {
    const file = `data/${proofFile(hash)}`;
    known.add(file);
    const bytes = files.get(file);
    const proof = bytes === undefined ? "no file" : orMessage(() => parseProofFile(bytes));
    const wrong =
      typeof proof === "string"
        ? proof
        : checkpoint === undefined
          ? "a proof, but no checkpoint"
          : orMessage(() => proveEntry(proof, hash, checkpoint.note, checkpoint));
    const { subject, seq } = entry;
    if (typeof wrong === "string")
      report({ check: "proof", subject, seq, file, expected: `a proof that the log holds ${hash}`, found: wrong });
    else if (typeof proof !== "string") held.set(hash, proof);
  }
  for (const path of whole ? files.keys() : [])
    if (path.startsWith(LOG) && !known.has(path))
      report({ check: "file-extra", file: path, expected: "proofs of the last entry of each chain", found: "another" });
  return held;
}

/** bag-info.txt: what it says follows from the rest of the bag, but the predecessor. */
export function checkInfo(files: BagFiles, { change, chains, whole }: BagChains, report: Report): BundleRecord | undefined {
  const bytes = files.get(INFO_FILE);
  if (bytes === undefined) return undefined;
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  const found = new Map(lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  const named = found.get(PREDECESSOR);
  const predecessor = named === undefined ? undefined : parsePredecessor(named);
  if (named !== undefined && predecessor === undefined)
    report({ check: "bag-format", file: INFO_FILE, field: PREDECESSOR, expected: "key, version id and SHA-256 of a bundle", found: named });
  if (!whole) return predecessor;
  const payload = [...files].filter(([path]) => path.startsWith("data/"));
  const octets = payload.reduce((sum, [, content]) => sum + content.length, 0);
  const expected = [...bagInfo(change, chains, predecessor), ["Payload-Oxum", `${octets}.${payload.length}`] as const];
  let same = true;
  for (const [label, value] of expected) {
    const is = found.get(label) ?? "none";
    same &&= is === value;
    reportUnlessSame(report, { check: "bag-format", file: INFO_FILE, field: label }, value, is);
  }
  if (same && Buffer.compare(infoOf(expected), bytes) !== 0)
    report({ check: "bag-format", file: INFO_FILE, expected: `${expected.length} lines in their order`, found: "other lines beside them" });
  return predecessor;
}

function parsePredecessor(text: string): BundleRecord | undefined {
  const [key, versionId, sha256, ...more] = text.split(" ");
  const parsed = bundleRecordSchema.safeParse({ key, versionId, sha256 });
  return more.length === 0 && parsed.success ? parsed.data : undefined;
}

/** The attestation, held to the bag that it speaks of. Its signature is for whoever knows the keys. */
export function checkAttestation(
  files: BagFiles,
  bag: BagChains,
  { checkpoint, predecessor }: { readonly checkpoint: BagCheckpoint | undefined; readonly predecessor: BundleRecord | undefined },
  report: Report,
): Attestation | undefined {
  const bytes = files.get(ATTESTATION_FILE);
  if (bytes === undefined) return undefined;
  const attestation = orMessage(() => parseAttestation(bytes));
  if (typeof attestation === "string") {
    report({ check: "attestation", file: ATTESTATION_FILE, expected: "a sigstore bundle with a statement", found: attestation });
    return undefined;
  }
  const { predicate, subject } = attestation.statement;
  const say = ({ key, versionId, sha256 }: BundleRecord) => `${key} ${versionId} ${sha256}`;
  const manifest = files.get(PAYLOAD_MANIFEST) ?? new Uint8Array();
  const told: readonly (readonly [field: string, expected: string | number | undefined, found: string | number])[] = [
    ["subject", sha256Hex(files.get(TAG_MANIFEST) ?? new Uint8Array()), subject[0].digest.sha256],
    ["change", bag.change, predicate.change],
    ["contentDigest", contentDigestOf(manifest), predicate.contentDigest],
    ["format", BUNDLE_FORMAT, predicate.format],
    ["head", bag.chains[0]?.head, predicate.head],
    ["log.origin", checkpoint?.origin, predicate.log.origin],
    ["log.size", checkpoint?.size, predicate.log.size],
    ["log.root", checkpoint === undefined ? undefined : Buffer.from(checkpoint.root).toString("base64"), predicate.log.root],
    ["outcome", bag.whole ? (endOfDossier(bag.change, bag.chains) ?? "not-ended") : undefined, predicate.outcome],
    [
      "predecessor",
      predecessor === undefined ? "none" : say(predecessor),
      predicate.predecessor === undefined ? "none" : say(predicate.predecessor),
    ],
  ];
  for (const [field, expected, found] of told)
    if (expected !== undefined)
      reportUnlessSame(report, { check: "attestation", file: ATTESTATION_FILE, field }, String(expected), String(found));
  return attestation;
}

/** The answer, or what is wrong in the words of the one who found it. */
function orMessage<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof LogError || error instanceof EvidenceError) return error.message;
    throw error;
  }
}
