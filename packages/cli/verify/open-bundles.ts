/** Evidence bundles, each by itself: the bag with all that is in it, and whose keys signed its checkpoint and its attestation. */
import { EvidenceError, isAttestedBy, type OpenBag, openBag } from "@change-ledger/evidence";
import { type Checkpoint, envelopeKeyAt, LogError, openTrusted, type TrustFile } from "@change-ledger/log";
import type { Fault } from "./fault.ts";
import { checkOf, openOrTell } from "./open-log.ts";
import type { BundleFiles } from "./sources.ts";

/** What a bundle claims of the log and the ledger. */
export interface Claim {
  /** The bundle's name. */
  readonly bundle: string;
  readonly zip: BundleFiles["zip"];
  readonly checkpoint: Checkpoint | undefined;
  readonly predecessor: OpenBag["predecessor"];
  /** As its attestation says. */
  readonly sealedAt: string | undefined;
  readonly chains: readonly ClaimedChain[];
}

export interface ClaimedChain {
  readonly subject: string;
  /** Of a whole chain, its length when the bundle was sealed. */
  readonly length: number | undefined;
  /** Hash by seq. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** @param prefix of the files' names in faults */
export async function* openBundle(bundle: BundleFiles, trust: TrustFile, prefix: string): AsyncGenerator<Fault, Claim | undefined> {
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = await bundle.files();
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    yield { check: "bag-format", file: bundle.name, expected: "an evidence bundle", found: error.message };
    return undefined;
  }
  const { bag, faults } = openBag(files);
  for (const fault of faults) yield { ...fault, file: fault.file === undefined ? bundle.name : prefix + fault.file };
  const { attestation, checkpoint } = bag;
  if (attestation !== undefined) {
    const file = `${prefix}attestation.sigstore.json`;
    const { sealedAt } = attestation.statement.predicate;
    try {
      const { pem } = envelopeKeyAt(trust, attestation.keyId, sealedAt);
      if (!isAttestedBy(attestation, pem))
        yield {
          check: "attestation",
          file,
          field: "signature",
          expected: `a signature of key ${attestation.keyId}`,
          found: "one that does not verify",
        };
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      yield { check: checkOf(error), file, field: "key", expected: `a key that may sign at ${sealedAt}`, found: error.message };
    }
    if (checkpoint !== undefined)
      yield* openOrTell(() => openTrusted(checkpoint.note, trust, sealedAt), checkpoint.note, `${prefix}data/log/checkpoint`);
  }
  const chains = bag.chains.map(({ subject, length, excerpt, entries }) => ({
    subject,
    length: excerpt ? undefined : length,
    hashes: new Map(entries.map(({ entry, hash }) => [entry.seq, hash])),
  }));
  const sealedAt = attestation?.statement.predicate.sealedAt;
  return { bundle: bundle.name, zip: bundle.zip, checkpoint: statedCheckpoint(bag), predecessor: bag.predecessor, sealedAt, chains };
}

function statedCheckpoint({ checkpoint }: OpenBag): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  const { origin, size, root, extensions } = checkpoint;
  return { origin, size, root, extensions };
}
