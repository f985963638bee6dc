import { formatProofFile, proveInclusion } from "@change-ledger/log";
import { openEntry, type Subject } from "@change-ledger/model";
import { type DossierChain, entriesToProve, payloadKey, payloadsOf, writeBundle } from "../../packages/evidence/index.ts";
import { naiveReader } from "../log/naive.ts";
import { Bag } from "./bag.ts";
import { ENVELOPE_SIGNER } from "./keys.ts";
import { sizeOf } from "./operator.ts";
import type { World } from "./world.ts";

/** Seals a bundle's dossier once more, with other chains than it has: everything made anew and signed, by the program that made it. */
export async function resealed(
  world: World,
  key: string,
  change: (chains: readonly DossierChain[]) => readonly DossierChain[],
): Promise<Uint8Array> {
  const bag = new Bag(world, key);
  const told = JSON.parse(bag.text("data/chains.json")) as {
    change: Subject;
    chains: { subject: Subject; length: number; excerpt?: true }[];
  };
  const lines = bag.text("data/entries.jsonl").split("\n");
  const chains = change(
    told.chains.map(({ subject, length, ...excerpt }) => ({
      subject,
      entries: lines.splice(0, length).map((line) => openEntry(Buffer.from(line))),
      ...(excerpt.excerpt === true ? { excerpt: true as const } : {}),
    })),
  );
  const raw = new Map(payloadsOf(chains).map((payload) => [payloadKey(payload), bag.bytes(`data/raw/${payload.sha256}.warc.gz`)]));
  const checkpoint = bag.bytes("data/log/checkpoint");
  const size = sizeOf(checkpoint);
  const hashes = world.leaves.slice(0, size).map(({ hash }) => Buffer.from(hash, "hex"));
  const proofs = new Map<string, Uint8Array>();
  for (const { hash } of entriesToProve(chains)) {
    const index = world.leaves.findIndex((leaf) => leaf.hash === hash);
    proofs.set(hash, formatProofFile({ index, proof: await proveInclusion(naiveReader(hashes), index, size), checkpoint }));
  }
  const { sealedAt, predecessor } = bag.predicate();
  const sealing = { sealedAt, checkpoint, proofs, predecessor, signer: ENVELOPE_SIGNER };
  return (await writeBundle({ change: told.change, chains, raw }, sealing)).bytes;
}
