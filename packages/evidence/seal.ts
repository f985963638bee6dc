import { canonicalBytes, type FactsOf, type PayloadReference, type Subject } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import { type Sealing, writeBundle } from "./bundle.ts";
import { type DossierChain, payloadKey, payloadsOf } from "./dossier.ts";
import type { BundleStore, RawStore } from "./ports.ts";

/** What the `sealed` fact says of one bundle. */
export type SealedBundle = FactsOf<"sealed">["bundles"][number];

/**
 * Gathers the raw records of a dossier's chains, writes the evidence bundle and answers what goes on record: the bundle that is stored, which is the first one
 * that was written of this dossier. Repeating it is harmless. Whether it is time to seal is `endOfChange`'s to say.
 * @param dossier the change's chain and all that are linked to it, each one whole, and the assessment that was made of them
 * @throws EvidenceError as `writeBundle`; whatever the stores throw
 */
export async function sealChange(
  { change, chains, assessment }: { readonly change: Subject; readonly chains: readonly DossierChain[]; readonly assessment?: Assessment },
  stores: { readonly raw: RawStore; readonly bundles: BundleStore },
  sealing: Sealing,
): Promise<SealedBundle> {
  const references = payloadsOf(chains);
  const members = await stores.raw.members(references);
  const raw = new Map(members.map((member, index) => [payloadKey(references[index] as PayloadReference), member]));
  const bundle = await writeBundle({ change, chains, raw, ...(assessment && { assessment: canonicalBytes(assessment) }) }, sealing);
  const { versionId, sha256, bytes } = await stores.bundles.put(bundle.key, bundle);
  return { change, head: bundle.head, key: bundle.key, versionId, sha256, bytes };
}
