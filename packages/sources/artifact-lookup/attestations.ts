import { type KeyObject, verify, X509Certificate } from "node:crypto";
import * as z from "zod";
import { type Provenance, readProvenance } from "../artifact/provenance.ts";
import { present } from "../present.ts";
import type { Said } from "./index.ts";
import { agreed } from "./named.ts";

const base64 = z.base64().max(4_000_000);
const certificate = z.object({ rawBytes: base64 });

/** A sigstore bundle, in the forms that GitHub has written: one certificate (0.3), or a chain of them (0.1, 0.2). */
const attestation = z.object({
  bundle: z.object({
    verificationMaterial: z.object({
      certificate: certificate.nullish(),
      x509CertificateChain: z.object({ certificates: z.array(certificate).min(1).max(10) }).nullish(),
    }),
    dsseEnvelope: z.object({
      payloadType: z.literal("application/vnd.in-toto+json"),
      payload: base64,
      signatures: z
        .array(z.object({ sig: base64 }))
        .min(1)
        .max(10),
    }),
  }),
});
type Bundle = z.output<typeof attestation>["bundle"];

const WHAT = "the repository's attestations";

/**
 * What the attestations of a digest claim, those that are SLSA provenance (version 1 or 0.2). Only what its own signature covers counts: the DSSE envelope has to verify
 * under the key of the certificate in the bundle. That Fulcio issued the certificate is not checked here (that needs its roots and the time of signing).
 * What the host vouches for is that a workflow of this repository attested it: a source in another one is not believed.
 * @param digest `sha256:…`: has to be among the statement's subjects
 * @param repository whose attestations they are
 */
export function attestedBy(attestations: readonly unknown[], digest: string, repository: string): Said {
  const read = attestations.map((one) => attestation.safeParse(one));
  const bundles = read.flatMap(({ data }) => data?.bundle ?? []);
  const signed = bundles.filter(isSigned).flatMap((bundle) => provenanceIn(bundle, digest) ?? []);
  if (signed.length === 0) return { unresolved: noneWords(attestations.length, bundles) };
  if (signed.some((one) => one.repository !== undefined && one.repository.toLowerCase() !== repository.toLowerCase()))
    return { unresolved: "the repository's attestations name the source of another one" };
  const builders = new Set(signed.flatMap(({ builder }) => builder ?? []));
  const [builder] = builders;
  return present({ ...agreed(WHAT, signed), signature: "of-its-certificate" as const, builder: builders.size === 1 ? builder : undefined });
}

function noneWords(listed: number, bundles: readonly Bundle[]): string {
  if (listed === 0) return "the repository keeps no attestation of it";
  if (bundles.some((bundle) => !isSigned(bundle))) return "the signature of an attestation does not verify";
  return "none of the repository's attestations is provenance that can be read";
}

function provenanceIn({ dsseEnvelope }: Bundle, digest: string): Provenance | undefined {
  try {
    const claimed = readProvenance(Buffer.from(dsseEnvelope.payload, "base64"));
    return claimed.subjects.has(digest) ? claimed : undefined;
  } catch {
    return undefined;
  }
}

/** DSSE, protocol: what is signed is the pre-authentication encoding of type and payload. Every signature has to verify. */
function isSigned({ dsseEnvelope, verificationMaterial }: Bundle): boolean {
  try {
    const leaf = verificationMaterial.certificate ?? verificationMaterial.x509CertificateChain?.certificates[0];
    if (leaf === undefined) return false;
    const key = new X509Certificate(Buffer.from(leaf.rawBytes, "base64")).publicKey;
    const payload = Buffer.from(dsseEnvelope.payload, "base64");
    const type = dsseEnvelope.payloadType;
    const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
    return dsseEnvelope.signatures.every(({ sig }) => verify(hashOf(key), signed, key, Buffer.from(sig, "base64")));
  } catch {
    return false;
  }
}

/** Of sigstore's algorithms: the hash that goes with the curve; Ed25519 has its own. */
function hashOf(key: KeyObject): string | null {
  if (key.asymmetricKeyType === "ed25519") return null;
  return key.asymmetricKeyDetails?.namedCurve === "secp384r1" ? "sha384" : "sha256";
}
