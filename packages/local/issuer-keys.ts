import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK, type JWK } from "jose";
import { LocalError } from "./fault.ts";

/** The key with which the local issuer signs tokens: ES256, for whoever holds the data folder alone. */
export interface IssuerKey {
  readonly secret: KeyObject;
  readonly open: KeyObject;
  /** As the key set shows it; `kid` is its thumbprint (RFC 7638). */
  readonly jwk: JWK & { readonly kid: string };
}

export function issuerKeyFile(dataDir: string): string {
  return join(dataDir, "issuer-key.pem");
}

/**
 * The issuer's key, made at the first start. Called by whoever holds the folder. Tokens live for an hour: who lost the key may just remove the file.
 * @throws LocalError `bad-keys-file`
 */
export async function openIssuerKey(dataDir: string): Promise<IssuerKey> {
  const file = issuerKeyFile(dataDir);
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(`${file}.new`, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  chmodSync(file, 0o600);
  const secret = privateKeyIn(file);
  const open = createPublicKey(secret);
  const jwk = await exportJWK(open);
  return { secret, open, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), use: "sig", alg: "ES256" } };
}

function privateKeyIn(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  } catch {
    // Said below.
  }
  throw new LocalError("bad-keys-file", `expected ${file} to hold a P-256 key in PEM; remove it, and another is made`);
}
