import { isStatementSignedBy, parseSignedStatement, type SignedStatement, signStatement } from "./envelope.ts";
import type { EnvelopeSigner } from "./ports.ts";
import { type BundlePredicate, parseStatement, type Statement, writeStatement } from "./statement.ts";

/** What is said of a bag, signed (envelope.ts). That the bundle existed is what our own log and Object Lock are for. */
export const ATTESTATION_FILE = "attestation.sigstore.json";

/** An attestation taken apart. Its signature is not verified. */
export interface Attestation extends Omit<SignedStatement, "payload"> {
  readonly statement: Statement;
}

/**
 * Signs what is said of a bag.
 * @param tagManifest the bag's `tagmanifest-sha256.txt`
 * @returns the bytes of `attestation.sigstore.json`
 * @throws EvidenceError `not-an-attestation`, also for a signature that does not verify with the signer's own key: nobody could rely on the bundle
 */
export async function attest(tagManifest: Uint8Array, predicate: BundlePredicate, signer: EnvelopeSigner): Promise<Uint8Array> {
  return await signStatement(writeStatement(tagManifest, predicate), signer);
}

/**
 * Takes an attestation apart without verifying it: the statement is not to be believed before `isAttestedBy` said so of a key that is trusted.
 * @throws EvidenceError `not-an-attestation` for anything but the form above
 */
export function parseAttestation(bytes: Uint8Array): Attestation {
  const { payload, ...signed } = parseSignedStatement(bytes);
  return { statement: parseStatement(payload), ...signed };
}

/** Whether the attestation is signed by this P-256 key (SPKI, PEM). Whether that key is to be trusted is the trust file's to say. */
export function isAttestedBy(attestation: Attestation, publicKeyPem: string): boolean {
  return isStatementSignedBy(attestation, publicKeyPem);
}
