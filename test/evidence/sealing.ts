import { createECDH, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { formatProofFile, formatTrust, type Hash, proveInclusion, rootOf, signCheckpoint } from "@change-ledger/log";
import { type SealedEntry, sha256Hex } from "@change-ledger/model";
import {
  type Bundle,
  type Dossier,
  type EnvelopeSigner,
  type LogProver,
  type Sealing,
  writeBundle,
} from "../../packages/evidence/index.ts";
import { naiveReader } from "../log/naive.ts";
import { trialSigner } from "../log/signer.ts";

export const ORIGIN = "ledger.example/acme";
export const SEALED_AT = "2026-11-21T22:15:02.000Z";
export const noteSigner = trialSigner(ORIGIN, 1);

/** An envelope signer whose private key is 32 times the same byte: worthless as a secret, the same in every run. */
export function trialEnvelopeSigner(byte: number): EnvelopeSigner {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.alloc(32, byte));
  const [x, y, d] = [pair.getPublicKey().subarray(1, 33), pair.getPublicKey().subarray(33), Buffer.alloc(32, byte)].map((part) =>
    part.toString("base64url"),
  );
  const key = createPrivateKey({ key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "", d: d ?? "" }, format: "jwk" });
  const publicKey = createPublicKey(key);
  return {
    keyId: sha256Hex(publicKey.export({ format: "der", type: "spki" })),
    publicKeyPem: publicKey.export({ format: "pem", type: "spki" }).toString(),
    sign: async (message) => sign("sha256", message, key),
  };
}
export const envelopeSigner = trialEnvelopeSigner(1);

/** What an auditor has from elsewhere: the keys above, each good for ever. */
export const trustFile = (): Uint8Array =>
  formatTrust({
    origin: ORIGIN,
    noteKeys: [{ key: noteSigner.key, from: "2026-01-01T00:00:00Z" }],
    envelopeKeys: [{ id: envelopeSigner.keyId, pem: envelopeSigner.publicKeyPem, from: "2026-01-01T00:00:00Z" }],
  });

/** A log in memory that holds what it is told to hold, behind some leaves that are nobody's. */
export class MemoryLog implements LogProver {
  readonly #leaves: Hash[];
  readonly #places = new Map<string, number>();

  constructor(entries: readonly SealedEntry[] = [], before = 5) {
    this.#leaves = Array.from({ length: before }, (_, index) => Buffer.from(sha256Hex(`leaf ${index}`), "hex"));
    this.add(entries);
  }

  add(entries: readonly SealedEntry[]): void {
    for (const { hash } of entries) {
      this.#places.set(hash, this.#leaves.length);
      this.#leaves.push(Buffer.from(hash, "hex"));
    }
  }

  async prove(entries: readonly SealedEntry[]): ReturnType<LogProver["prove"]> {
    const size = this.#leaves.length;
    if (size === 0) return { checkpoint: undefined, proofs: [] };
    const checkpoint = await signCheckpoint({ origin: ORIGIN, size, root: rootOf(this.#leaves), extensions: [] }, [noteSigner]);
    const reader = naiveReader(this.#leaves);
    const prove = async ({ hash }: SealedEntry): Promise<Uint8Array | undefined> => {
      const index = this.#places.get(hash);
      return index === undefined ? undefined : formatProofFile({ index, proof: await proveInclusion(reader, index, size), checkpoint });
    };
    return { checkpoint, proofs: await Promise.all(entries.map(prove)) };
  }
}

/** What a bundle of these chains says besides them, were it sealed now: every entry is in the log. */
export async function sealingOf({ chains }: Pick<Dossier, "chains">, over: Partial<Sealing> = {}): Promise<Sealing> {
  const entries = chains.flatMap((chain) => chain.entries);
  const { checkpoint = new Uint8Array(), proofs } = await new MemoryLog(entries).prove(entries);
  const found = new Map(entries.map(({ hash }, at) => [hash, proofs[at] ?? new Uint8Array()]));
  return { sealedAt: SEALED_AT, checkpoint, proofs: found, signer: envelopeSigner, ...over };
}

export const bundleOf = async (dossier: Dossier, over: Partial<Sealing> = {}): Promise<Bundle> =>
  await writeBundle(dossier, await sealingOf(dossier, over));
