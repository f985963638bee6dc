import { createPublicKey, verify } from "node:crypto";
import { canonicalBytes } from "@change-ledger/model";
import * as z from "zod";
import { EvidenceError } from "./fault.ts";
import type { EnvelopeSigner } from "./ports.ts";
import { parseExact } from "./statement.ts";

/**
 * A sigstore bundle (version 0.3 of its JSON) around a DSSE envelope around an in-toto Statement, whatever that says. Signed with a key of ours, which is named by its id (`hint`; the envelope's own
 * `keyid` is left out, which verifiers compare with names that they give to keys by their own rules): there is no certificate, and no entry of anybody's public log.
 *
 *     {"dsseEnvelope": {"payload": "<base64>", "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": "<base64>"}]},
 *      "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
 *      "verificationMaterial": {"publicKey": {"hint": "<64 hex>"}}}
 */
const MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const PAYLOAD_TYPE = "application/vnd.in-toto+json";

/** An envelope taken apart. Its signature is not verified. */
export interface SignedStatement {
  /** The in-toto Statement's bytes, as they were signed. */
  readonly payload: Uint8Array;
  /** SHA-256 over the SPKI DER of the key that it says it is signed with. */
  readonly keyId: string;
  /** What the signature covers: DSSE's pre-authentication encoding of the payload. */
  readonly signed: Uint8Array;
  /** ECDSA over P-256 with SHA-256, DER. */
  readonly signature: Uint8Array;
}

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const fileSchema = z.strictObject({
  mediaType: z.literal(MEDIA_TYPE),
  verificationMaterial: z.strictObject({ publicKey: z.strictObject({ hint: z.string().regex(/^[0-9a-f]{64}$/) }) }),
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
 * Signs a statement.
 * @param payload an in-toto Statement's bytes
 * @returns the bytes of a sigstore bundle, canonical JSON
 * @throws EvidenceError `not-an-attestation` for a signature that does not verify with the signer's own key: nobody could rely on it
 */
export async function signStatement(payload: Uint8Array, signer: EnvelopeSigner): Promise<Uint8Array> {
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
  if (!isStatementSignedBy(parseSignedStatement(bytes), signer.publicKeyPem))
    throw new EvidenceError("not-an-attestation", `the signer of envelope key ${signer.keyId} gave a signature that does not verify`);
  return bytes;
}

/**
 * Takes an envelope apart without verifying it: the payload is not to be believed before `isStatementSignedBy` said so of a key that is trusted.
 * @throws EvidenceError `not-an-attestation` for anything but the form above
 */
export function parseSignedStatement(bytes: Uint8Array): SignedStatement {
  const file = parseExact(bytes, fileSchema);
  if (file === undefined)
    throw new EvidenceError("not-an-attestation", `expected a sigstore bundle ${MEDIA_TYPE} as this ledger writes it`);
  const { payload: encoded, signatures } = file.dsseEnvelope;
  const [{ sig }] = signatures;
  const [payload, signature] = [Buffer.from(encoded, "base64"), Buffer.from(sig, "base64")];
  if (payload.toString("base64") !== encoded || signature.toString("base64") !== sig)
    throw new EvidenceError("not-an-attestation", "expected base64 in its one spelling");
  return { payload, keyId: file.verificationMaterial.publicKey.hint, signed: preAuthEncoding(payload), signature };
}

/** Whether it is signed by this P-256 key (SPKI, PEM). Whether that key is to be trusted is the trust file's to say. */
export function isStatementSignedBy({ signed, signature }: Pick<SignedStatement, "signed" | "signature">, publicKeyPem: string): boolean {
  const key = createPublicKey(publicKeyPem);
  return key.asymmetricKeyDetails?.namedCurve === "prime256v1" && verify("sha256", signed, key, signature);
}
