import type { PayloadReference, SealedEntry } from "@change-ledger/model";

/** A bundle that was written: what goes on record of it, and what the next bundle of the same change names as its predecessor. */
export interface BundleRecord {
  /** Object key in the archive. */
  readonly key: string;
  /** The version that is locked. */
  readonly versionId: string;
  /** Of the zip file, hexadecimal. */
  readonly sha256: string;
}

/** Where evidence bundles lie for as long as their retention says. */
export interface BundleStore {
  /**
   * Writes a bundle once, under Object Lock. Two bundles of one dossier differ in signatures, proofs and their time alone: where the key holds a bundle of the
   * same content digest already, nothing is written, and what is answered is that one's version, SHA-256 and length. Durable and locked once it resolves.
   * @throws EvidenceError `bundle-differs` (the key holds another content: nothing was written, and somebody must look), `not-versioned`
   */
  put(
    key: string,
    bundle: { readonly bytes: Uint8Array; readonly sha256: string; readonly contentDigest: string },
  ): Promise<{ readonly versionId: string; readonly sha256: string; readonly bytes: number }>;
}

/** Reads back the raw records that ingestion archived. */
export interface RawStore {
  /**
   * The gzip member at each reference, in the order given; need not be trusted: whoever writes a bundle checks the body's SHA-256.
   * @throws EvidenceError `payload-missing` (no such segment or range)
   */
  members(references: readonly PayloadReference[]): Promise<Uint8Array[]>;
}

/** The log, as far as evidence needs it. */
export interface LogProver {
  /**
   * The published checkpoint (undefined before the first), and for each entry, in their order, its proof file (C2SP tlog-proof) under that very
   * checkpoint; undefined for an entry that it does not cover yet. Need not be trusted: whoever writes a bundle checks each proof.
   */
  prove(
    entries: readonly SealedEntry[],
  ): Promise<{ readonly checkpoint: Uint8Array | undefined; readonly proofs: readonly (Uint8Array | undefined)[] }>;
}

/** Holds the P-256 key that signs attestations. */
export interface EnvelopeSigner {
  /** SHA-256 over the public key's SPKI DER, hexadecimal: its name in the trust file and in the attestation. */
  readonly keyId: string;
  /** SPKI, PEM. */
  readonly publicKeyPem: string;
  /** ECDSA over P-256 with SHA-256 of `message`: a DER signature (RFC 3279 2.2.3). */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
