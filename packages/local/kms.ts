import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type Input, type JsonService, text } from "./aws-json.ts";
import { signDigest } from "./ecdsa-digest.ts";
import { LocalError, ServiceFault } from "./fault.ts";
import { ACCOUNT, REGION } from "./names.ts";

const keySchema = z.strictObject({ id: z.uuid(), createdAt: z.iso.datetime({ precision: 3 }), pem: z.string() });
const fileSchema = z.strictObject({ note: keySchema, envelope: keySchema });

/** Private keys as a data folder keeps them: PKCS #8, PEM. */
export type KeyFile = z.infer<typeof fileSchema>;
type KeyName = keyof KeyFile;

/** What the functions' environment names a key by. */
export const keyAlias = (name: KeyName): string => `alias/change-ledger-${name}`;

export function keysFile(dataDir: string): string {
  return join(dataDir, "keys.json");
}

/**
 * The signing keys of a data folder, for its owner alone; made at the first start. Called by whoever holds the folder.
 * @throws LocalError `bad-keys-file`: what they signed could not be continued, so that nobody makes others in their place
 */
export function openKeys(dataDir: string, nowMs: number): KeyFile {
  const file = keysFile(dataDir);
  if (!existsSync(file)) {
    const createdAt = new Date(nowMs).toISOString();
    const pemOf = (key: KeyObject) => key.export({ format: "pem", type: "pkcs8" }).toString();
    const made: KeyFile = {
      note: { id: randomUUID(), createdAt, pem: pemOf(generateKeyPairSync("ed25519").privateKey) },
      envelope: { id: randomUUID(), createdAt, pem: pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey) },
    };
    writeFileSync(`${file}.new`, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  chmodSync(file, 0o600);
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new LocalError(
      "bad-keys-file",
      `expected ${file} to hold the signing keys of this data folder; put it back, or begin anew in another folder`,
    );
  }
}

interface Key {
  readonly arn: string;
  readonly spec: "ECC_NIST_EDWARDS25519" | "ECC_NIST_P256";
  readonly algorithm: "ED25519_SHA_512" | "ECDSA_SHA_256";
  readonly secret: KeyObject;
}

const SIGNS = {
  note: { spec: "ECC_NIST_EDWARDS25519", algorithm: "ED25519_SHA_512" },
  envelope: { spec: "ECC_NIST_P256", algorithm: "ECDSA_SHA_256" },
} as const;
const MESSAGE_MAX_BYTES = 4096;
const DIGEST_BYTES = 32;

/** KMS as far as signing needs it, in AWS's JSON protocol 1.1: GetPublicKey, and Sign with the algorithms that the ledger's two keys are for. */
export function kmsService(keys: KeyFile): JsonService {
  const known = new Map<string, Key>();
  for (const name of Object.keys(SIGNS) as KeyName[]) {
    const { id, pem } = keys[name];
    const arn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
    const key: Key = { arn, ...SIGNS[name], secret: createPrivateKey(pem) };
    for (const called of [id, arn, keyAlias(name), `arn:aws:kms:${REGION}:${ACCOUNT}:${keyAlias(name)}`]) known.set(called, key);
  }
  const find = (input: Input): Key => {
    const id = text(input, "KeyId") ?? "";
    const key = known.get(id);
    if (key === undefined) throw new ServiceFault("NotFoundException", 400, `Key '${id}' does not exist`);
    return key;
  };
  return {
    version: "1.1",
    operations: {
      GetPublicKey(input) {
        const { arn, spec, algorithm, secret } = find(input);
        const PublicKey = createPublicKey(secret).export({ format: "der", type: "spki" }).toString("base64");
        return {
          KeyId: arn,
          PublicKey,
          KeySpec: spec,
          CustomerMasterKeySpec: spec,
          KeyUsage: "SIGN_VERIFY",
          SigningAlgorithms: algorithm === "ED25519_SHA_512" ? [algorithm, "ED25519_PH_SHA_512"] : [algorithm],
        };
      },
      Sign(input) {
        const key = find(input);
        const algorithm = text(input, "SigningAlgorithm");
        if (algorithm !== key.algorithm)
          throw new ServiceFault("ValidationException", 400, `Algorithm ${algorithm} is not supported with key spec ${key.spec}`);
        return { KeyId: key.arn, SigningAlgorithm: algorithm, Signature: signed(key, input).toString("base64") };
      },
    },
  };
}

function signed({ algorithm, secret }: Key, input: Input): Buffer {
  const message = Buffer.from(text(input, "Message") ?? "", "base64");
  const type = text(input, "MessageType") ?? "RAW";
  if (message.length === 0 || message.length > MESSAGE_MAX_BYTES)
    throw new ServiceFault("ValidationException", 400, `expected a message of 1 to ${MESSAGE_MAX_BYTES} bytes, got ${message.length}`);
  if (type === "RAW") return sign(algorithm === "ECDSA_SHA_256" ? "sha256" : null, message, secret);
  if (type !== "DIGEST" || algorithm !== "ECDSA_SHA_256")
    throw new ServiceFault("ValidationException", 400, `MessageType ${type} is not supported with ${algorithm}`);
  if (message.length !== DIGEST_BYTES)
    throw new ServiceFault("ValidationException", 400, "Digest is invalid length for algorithm ECDSA_SHA_256.");
  return signDigest(message, secret);
}
