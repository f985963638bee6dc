import type { FactsOf, PayloadReference, Subject } from "@change-ledger/model";
import { writeBundle } from "./bundle.ts";
import { type DossierChain, payloadKey, payloadsOf } from "./dossier.ts";

/** Where evidence bundles lie for as long as their retention says. */
export interface BundleStore {
  /**
   * Writes a bundle once, under Object Lock, and answers the version that is locked. A bundle of the same key and content is success and answers
   * the version that was written first. Durable and locked once it resolves.
   * @throws EvidenceError `bundle-differs` (the key holds another content: nothing was written, and somebody must look), `not-versioned`
   */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<{ readonly versionId: string }>;
}

/** Reads back the raw records that ingestion archived. */
export interface RawStore {
  /**
   * The gzip member at each reference, in the order given; the body's SHA-256 has been checked.
   * @throws EvidenceError `payload-missing` (no such segment or range), `digest-differs` and what `readRecord` throws
   */
  members(references: readonly PayloadReference[]): Promise<Uint8Array[]>;
}

/** What the `sealed` fact says of one bundle. */
export type SealedBundle = FactsOf<"sealed">["bundles"][number];

/**
 * Gathers the raw records of a dossier's chains, writes the evidence bundle and answers what goes on record. Repeating it is harmless: the same
 * dossier finds its bundle there. Whether it is time to seal is `endOfChange`'s to say.
 * @param chains the change's chain and all that are linked to it, each one whole
 * @throws EvidenceError as `writeBundle`; whatever the stores throw
 */
export async function sealChange(
  change: Subject,
  chains: readonly DossierChain[],
  stores: { readonly raw: RawStore; readonly bundles: BundleStore },
): Promise<SealedBundle> {
  const references = payloadsOf(chains);
  const members = await stores.raw.members(references);
  const raw = new Map(members.map((member, index) => [payloadKey(references[index] as PayloadReference), member]));
  const { head, key, bytes, sha256 } = writeBundle({ change, chains, raw });
  const { versionId } = await stores.bundles.put(key, bytes, sha256);
  return { change, head, key, versionId, sha256, bytes: bytes.length };
}
