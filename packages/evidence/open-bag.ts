import type { ProofFile } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import type { Attestation } from "./attestation.ts";
import { contentDigestOf } from "./bag.ts";
import type { BagFault, BagFiles, Report } from "./bag-fault.ts";
import { type BagChain, checkChains } from "./check-chains.ts";
import { checkManifests, PAYLOAD_MANIFEST } from "./check-manifests.ts";
import { checkRecords } from "./check-records.ts";
import { type BagCheckpoint, checkAttestation, checkBagProofs, checkCheckpoint, checkInfo } from "./check-sealing.ts";
import type { BundleRecord } from "./ports.ts";
import { ASSESSMENT_FILE, checkAssessment } from "./read-assessment.ts";
import { writeSummary } from "./summary.ts";

/** What a bag says, as far as it could be read. To be believed where there were no faults, and the checkpoint's and the attestation's signatures are of trusted keys. */
export interface OpenBag {
  readonly change?: Subject;
  /** The change's own chain first. */
  readonly chains: readonly BagChain[];
  readonly checkpoint?: BagCheckpoint;
  /** Proofs that hold under the bag's checkpoint, by entry hash. */
  readonly proofs: ReadonlyMap<string, ProofFile>;
  readonly attestation?: Attestation;
  /** The bundle of this change that was the latest on record when this one was sealed. */
  readonly predecessor?: BundleRecord;
  /** SHA-256 over the payload manifest's lines but those of `data/log/`. */
  readonly contentDigest?: string;
}

const SUMMARY = "data/summary.html";
const KNOWN = /^data\/(?:entries\.jsonl|chains\.json|summary\.html|assessment\.json|raw\/[0-9a-f]{64}\.warc\.gz|log\/.+)$/;

/**
 * Checks everything of a bag that needs no key and nothing from elsewhere, and goes on to the end whatever is wrong. What is left to the caller: whose keys
 * signed the checkpoint and the attestation, and when; what the log and the ledger hold besides.
 * @param files of a bundle of format 3, by their paths in the bag: of `readBundle`, or of a folder
 */
export function openBag(files: BagFiles): { readonly bag: OpenBag; readonly faults: BagFault[] } {
  const { report, faults } = collector();
  // What names a place in a chain comes first: that its file has another digest too says less.
  const bag = checkContent(files, report);
  for (const path of files.keys())
    if (path.startsWith("data/") && !KNOWN.test(path))
      report({ check: "file-extra", file: path, expected: "no such file", found: "a file" });
  checkManifests(files, report);
  return { bag, faults };
}

function checkContent(files: BagFiles, report: Report): OpenBag {
  const told = checkChains(files, report);
  const checkpoint = checkCheckpoint(files, report);
  const manifest = files.get(PAYLOAD_MANIFEST);
  const read = {
    ...(manifest === undefined ? {} : { contentDigest: contentDigestOf(manifest) }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  if (told === undefined) return { chains: [], proofs: new Map(), ...read };
  const { change, chains, whole } = told;
  checkRecords(files, told, report);
  const assessment = checkAssessment(files, told, report);
  const readable = whole && (assessment !== undefined || !files.has(ASSESSMENT_FILE));
  checkSummary(files, readable ? writeSummary(change, chains, assessment) : undefined, report);
  const proofs = checkBagProofs(files, told, checkpoint, report);
  const predecessor = checkInfo(files, told, report);
  const attestation = checkAttestation(files, told, { checkpoint, predecessor }, report);
  return {
    change,
    chains,
    proofs,
    ...read,
    ...(predecessor === undefined ? {} : { predecessor }),
    ...(attestation === undefined ? {} : { attestation }),
  };
}

/** Takes faults in; that a file is there or is not is said once. */
function collector(): { readonly report: Report; readonly faults: BagFault[] } {
  const faults: BagFault[] = [];
  const said = new Set<string>();
  const report = (fault: BagFault): void => {
    const once = fault.check === "file-extra" || fault.check === "file-missing" ? `${fault.check} ${fault.file}` : undefined;
    if (once !== undefined && said.has(once)) return;
    if (once !== undefined) said.add(once);
    faults.push(fault);
  };
  return { report, faults };
}

/** The page says what the entries say: written again it is the same. */
function checkSummary(files: BagFiles, expected: Uint8Array | undefined, report: Report): void {
  const found = files.get(SUMMARY);
  if (found === undefined) report({ check: "file-missing", file: SUMMARY, expected: "a file", found: "none" });
  else if (expected !== undefined && Buffer.compare(found, expected) !== 0)
    report({ check: "file-differs", file: SUMMARY, expected: "the page that these entries give", found: "another page" });
}
