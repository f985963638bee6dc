import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand, type SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import type { EnvelopeSigner } from "@change-ledger/evidence";
import { readEnvelopeKey, type Signer, verifierKey } from "@change-ledger/log";
import { AwsError } from "./fault.ts";

/** KMS takes messages of at most this many bytes as they are; of longer ones it takes the digest, where the algorithm knows one. */
const RAW_MAX_BYTES = 4096;

/**
 * Signs notes with a key of the spec ECC_NIST_EDWARDS25519. Ed25519 reads its message twice, so that a digest cannot stand for it (the prehashed form is
 * another algorithm, which note verifiers do not know): what is signed is at most 4,096 bytes long. Needs `kms:GetPublicKey` and `kms:Sign`.
 * @param name of the key in signature lines: the log's origin
 */
export async function kmsNoteSigner(client: KMSClient, keyId: string, name: string): Promise<Signer> {
  const spki = await publicKeyOf(client, keyId, "ED25519_SHA_512");
  const x = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }).export({ format: "jwk" }).x ?? "";
  return {
    key: verifierKey(name, Buffer.from(x, "base64url")),
    sign: (message) => sign(client, keyId, "ED25519_SHA_512", message, "RAW"),
  };
}

/** Signs envelopes with a key of the spec ECC_NIST_P256: DER of an ECDSA signature over SHA-256. Needs `kms:GetPublicKey` and `kms:Sign`. */
export async function kmsEnvelopeSigner(client: KMSClient, keyId: string): Promise<EnvelopeSigner> {
  const { id, pem } = readEnvelopeKey(await publicKeyOf(client, keyId, "ECDSA_SHA_256"));
  return {
    keyId: id,
    publicKeyPem: pem,
    sign: (message) =>
      message.length <= RAW_MAX_BYTES
        ? sign(client, keyId, "ECDSA_SHA_256", message, "RAW")
        : sign(client, keyId, "ECDSA_SHA_256", createHash("sha256").update(message).digest(), "DIGEST"),
  };
}

/** SPKI in DER. */
async function publicKeyOf(client: KMSClient, KeyId: string, algorithm: SigningAlgorithmSpec): Promise<Uint8Array> {
  const { PublicKey, SigningAlgorithms } = await client.send(new GetPublicKeyCommand({ KeyId }));
  if (PublicKey === undefined || !SigningAlgorithms?.includes(algorithm))
    throw new AwsError(
      "not-configured",
      `expected ${KeyId} to be a key that signs with ${algorithm}, found ${SigningAlgorithms?.join(", ")}`,
    );
  return PublicKey;
}

async function sign(
  client: KMSClient,
  KeyId: string,
  SigningAlgorithm: SigningAlgorithmSpec,
  Message: Uint8Array,
  MessageType: "RAW" | "DIGEST",
): Promise<Uint8Array> {
  const { Signature } = await client.send(new SignCommand({ KeyId, SigningAlgorithm, Message, MessageType }));
  if (Signature === undefined) throw new AwsError("not-configured", `expected a signature of ${KeyId}, got none`);
  return Signature;
}
