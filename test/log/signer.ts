import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { type Signer, verifierKey } from "@change-ledger/log";

/** PKCS #8 (RFC 8410) around the 32 bytes of an Ed25519 private key. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** A signer whose key is made of 32 times the same byte: worthless as a secret, the same in every run. */
export function trialSigner(name: string, byte: number): Signer {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, byte)]), format: "der", type: "pkcs8" });
  return { key: verifierKey(name, publicBytes(key)), sign: async (message) => sign(null, message, key) };
}

function publicBytes(key: KeyObject): Uint8Array {
  return Buffer.from(createPublicKey(key).export({ format: "jwk" }).x ?? "", "base64url");
}
