import { createPublicKey, verify } from "node:crypto";
import { canonicalBytes } from "@change-ledger/model";
import * as z from "zod";
import { EvidenceError } from "./fault.ts";
import type { EnvelopeSigner } from "./ports.ts";
import { type BundlePredicate, parseExact, parseStatement, type Statement, writeStatement } from "./statement.ts";

/**
 * A sigstore bundle (version 0.3 of its JSON) around a DSSE envelope around an in-toto Statement. Signed with a key of ours, which is named by its id (`hint`; the envelope's own `keyid` is left
 * out, which verifiers compare with names that they give to keys by their own rules): there is no certificate, and no entry of anybody's public log; that the bundle existed is what our own log and Object Lock are for.
 *
 *     {"dsseEnvelope": {"payload": "<base64>", "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": "<base64>"}]},
 *      "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 *      "verificationMaterial": {"publicKey": {"hint": "<64 hex>"}}}
 */
export const ATTESTATION_FILE = "attestation.sigstore.json";
const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const PAYLOAD_TYPE = "application/vnd.in-toto+json";

/** An attestation taken apart. Its signature is not verified. */
export interface Attestation {
  readonly statement: Statement;
  /** SHA-256 over the SPKI DER of the key that it says it is signed with. */
  readonly keyId: string;
  /** What the signature covers: DSSE's pre-authentication encoding of the statement. */
  readonly signed: Uint8Array;
  /** ECDSA over P-256 with SHA-256, DER. */
  readonly signature: Uint8Array;
}

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const keyId = z.string().regex(/^[0-9a-f]{64}$/);
const fileSchema = z.strictObject({
  mediaType: z.literal(MEDIA_TYPE),
  verificationMaterial: z.strictObject({ publicKey: z.strictObject({ hint: keyId }) }),
  dsseEnvelope: z.strictObject({
    payload: base64,
    payloadType: z.literal(PAYLOAD_TYPE),
    signatures: z.tuple([z.strictObject({ sig: base64 })]),
  }),
});

/** DSSE's pre-authentication encoding (secure-systems-lab/dsse, protocol.md): what is signed binds the payload's type and length. */
function preAuthEncoding(payload: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}

/**
 * Signs what is said of a bag.
 * @param tagManifest the bag's `tagmanifest-sha256.txt`
 * @returns the bytes of `attestation.sigstore.json`
 * @throws EvidenceError `not-an-attestation`, also for a signature that does not verify with the signer's own key: nobody could rely on the bundle
 */
export async function attest(tagManifest: Uint8Array, predicate: BundlePredicate, signer: EnvelopeSigner): Promise<Uint8Array> {
  const payload = writeStatement(tagManifest, predicate);
  const signature = await signer.sign(preAuthEncoding(payload));
  const bytes = canonicalBytes({
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: signer.keyId } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString("base64"),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: Buffer.from(signature).toString("base64") }],
    },
  });
  if (!isAttestedBy(parseAttestation(bytes), signer.publicKeyPem))
    throw new EvidenceError("not-an-attestation", `the signer of envelope key ${signer.keyId} gave a signature that does not verify`);
  return bytes;
}

/**
 * Takes an attestation apart without verifying it: the statement is not to be believed before `isAttestedBy` said so of a key that is trusted.
 * @throws EvidenceError `not-an-attestation` for anything but the form above
 */
export function parseAttestation(bytes: Uint8Array): Attestation {
  const file = parseExact(bytes, fileSchema);
  if (file === undefined)
    throw new EvidenceError("not-an-attestation", `expected a sigstore bundle ${MEDIA_TYPE} as this ledger writes it`);
  const { hint } = file.verificationMaterial.publicKey;
  const { payload: encoded, signatures } = file.dsseEnvelope;
  const [{ sig }] = signatures;
  const [payload, signature] = [Buffer.from(encoded, "base64"), Buffer.from(sig, "base64")];
  if (payload.toString("base64") !== encoded || signature.toString("base64") !== sig)
    throw new EvidenceError("not-an-attestation", "expected base64 in its one spelling");
  return { statement: parseStatement(payload), keyId: hint, signed: preAuthEncoding(payload), signature };
}

/** Whether the attestation is signed by this P-256 key (SPKI, PEM). Whether that key is to be trusted is the trust file's to say. */
export function isAttestedBy({ signed, signature }: Attestation, publicKeyPem: string): boolean {
  const key = createPublicKey(publicKeyPem);
  return key.asymmetricKeyDetails?.namedCurve === "prime256v1" && verify("sha256", signed, key, signature);
}
