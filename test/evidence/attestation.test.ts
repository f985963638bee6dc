import { bundleFromJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey } from "@sigstore/bundle";
import { dsse } from "@sigstore/core";
import { describe, expect, it } from "vitest";
import { attest, isAttestedBy, parseAttestation } from "../../packages/evidence/attestation.ts";
import { EvidenceError } from "../../packages/evidence/index.ts";
import type { BundlePredicate } from "../../packages/evidence/statement.ts";
import { CHANGE } from "./dossiers.ts";
import { envelopeSigner, ORIGIN, SEALED_AT, trialEnvelopeSigner } from "./sealing.ts";

const predicate: BundlePredicate = {
  change: CHANGE,
  contentDigest: "1".repeat(64),
  format: 3,
  head: "2".repeat(64),
  log: { origin: ORIGIN, size: 7, root: Buffer.alloc(32, 3).toString("base64") },
  outcome: "deployed",
  predecessor: { key: "evidence/x.zip", versionId: "v1", sha256: "4".repeat(64) },
  sealedAt: SEALED_AT,
};
const tagManifest = Buffer.from("the tag manifest");
const attested = await attest(tagManifest, predicate, envelopeSigner);
const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof EvidenceError ? error.code : String(error);
  }
  return undefined;
};

describe("an attestation", () => {
  it("is read back as it was written, and verifies with its key alone", () => {
    const attestation = parseAttestation(attested);
    expect(attestation.statement.predicate).toEqual(predicate);
    expect(attestation.keyId).toBe(envelopeSigner.keyId);
    expect(isAttestedBy(attestation, envelopeSigner.publicKeyPem)).toBe(true);
    expect(isAttestedBy(attestation, trialEnvelopeSigner(2).publicKeyPem)).toBe(false);
  });

  it("has golden bytes under the signature", () => {
    expect(Buffer.from(parseAttestation(attested).signed).toString()).toBe(
      `DSSEv1 28 application/vnd.in-toto+json 759 {"_type":"https://in-toto.io/Statement/v1","predicate":{"change":"${CHANGE}","contentDigest":"${"1".repeat(64)}","format":3,"head":"${"2".repeat(64)}","log":{"origin":"${ORIGIN}","root":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=","size":7},"outcome":"deployed","predecessor":{"key":"evidence/x.zip","sha256":"${"4".repeat(64)}","versionId":"v1"},"sealedAt":"${SEALED_AT}"},"predicateType":"https://change-ledger.dev/evidence-bundle/v1","subject":[{"digest":{"sha256":"c1c38b203ba54cbe70f68206e7f619bc2231ce12ce6fd30aa3d24b35baf37f1c"},"name":"tagmanifest-sha256.txt"}]}`,
    );
  });

  it("is a bundle to sigstore's own parser, with the same envelope and encoding", () => {
    const bundle = bundleFromJSON(JSON.parse(Buffer.from(attested).toString()));
    if (!isBundleWithDsseEnvelope(bundle) || !isBundleWithPublicKey(bundle)) throw new Error("expected an envelope and a public key");
    const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
    const { signed, signature, keyId } = parseAttestation(attested);
    expect(dsse.preAuthEncoding(payloadType, payload)).toEqual(Buffer.from(signed));
    expect(signatures[0]?.sig).toEqual(Buffer.from(signature));
    expect(bundle.verificationMaterial.content.publicKey.hint).toBe(keyId);
  });

  it("does not survive a flipped bit: it is refused, or its signature does not verify, or its key is another", () => {
    for (let bit = 0; bit < attested.length * 8; bit += 1) {
      const bad = Uint8Array.from(attested);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let holds = false;
      try {
        const attestation = parseAttestation(bad);
        holds = attestation.keyId === envelopeSigner.keyId && isAttestedBy(attestation, envelopeSigner.publicKeyPem);
      } catch (error) {
        expect((error as EvidenceError).code, `bit ${bit}`).toBe("not-an-attestation");
      }
      expect(holds, `bit ${bit}`).toBe(false);
    }
  });

  const text = Buffer.from(attested).toString();
  it.each<[string, string]>([
    ["nothing", ""],
    ["another spelling of the same JSON", ` ${text}`],
    ["a member twice", text.replace("{", '{"mediaType":"x",')],
    ["another media type", text.replace("bundle.v0.3+json", "bundle+json;version=0.3")],
    ["another payload type", text.replace("application/vnd.in-toto+json", "application/json")],
    ["a further signature", text.replace('"signatures":[', '"signatures":[{"sig":"AAAA"},')],
    ["no signature", text.replace(/"signatures":\[[^\]]*\]/, '"signatures":[]')],
    ["a certificate", text.replace('"verificationMaterial":{', '"verificationMaterial":{"certificate":{"rawBytes":"AAAA"},')],
    ["a payload that is no statement", text.replace(/"payload":"[^"]*"/, `"payload":"${Buffer.from("{}").toString("base64")}"`)],
    ["a payload with stray bits", text.replace(/"payload":"[^"]*"/, '"payload":"e31="')],
  ])("is refused for %s", (_, other) => {
    expect(code(() => parseAttestation(Buffer.from(other)))).toBe("not-an-attestation");
  });

  it("is not made of a predicate that nobody could read, nor with a signature that does not hold", async () => {
    const refused = async (over: object, signer = envelopeSigner) => {
      try {
        await attest(tagManifest, { ...predicate, ...over }, signer);
      } catch (error) {
        return (error as EvidenceError).code;
      }
      return undefined;
    };
    expect(await refused({})).toBeUndefined();
    expect(await refused({ more: 1 })).toBe("not-an-attestation");
    expect(await refused({ sealedAt: "2026-11-21" })).toBe("not-an-attestation");
    expect(await refused({ head: "2" })).toBe("not-an-attestation");
    expect(await refused({ outcome: "fine" })).toBe("not-an-attestation");
    expect(await refused({ log: { ...predicate.log, root: "AAAA" } })).toBe("not-an-attestation");
    expect(await refused({}, { ...envelopeSigner, sign: async () => Buffer.from("no signature") })).toBe("not-an-attestation");
    expect(await refused({}, { ...envelopeSigner, keyId: "short" })).toBe("not-an-attestation");
  });
});
