/**
 * Keys that verify notes (C2SP signed-note; in the spelling of golang.org/x/mod/sumdb/note): name, key id and key, joined by plus signs.
 * The id is bound to both name and key:
 *
 *     id = the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ the 32 bytes of the Ed25519 public key)
 *
 * so that nobody's key passes under another name. It is short: who makes another key with the same id gets a signature that fails.
 *
 * Worked example:
 *
 *     ledger.example/acme+ef1a1e39+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c
 */
import { createPublicKey, hash, verify } from "node:crypto";
import { LogError } from "./fault.ts";
import { formatBase64, hasControls, parseBase64 } from "./spelling.ts";

/** The signature type of plain Ed25519 over the note's text. */
const ED25519 = 1;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

export interface VerifierKey {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly id: string;
  /** 32 bytes, as RFC 8032 writes an Ed25519 public key. */
  readonly publicKey: Uint8Array;
}

/** Not empty, no space of Unicode's (line breaks are some), no plus sign, no control character, no half of a surrogate pair. */
export function isKeyName(name: string): boolean {
  return name !== "" && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !hasControls(name);
}

/**
 * The key with its id.
 * @throws LogError `not-canonical` for a name that no note can carry; `out-of-range` for a key of another length
 */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new LogError("not-canonical", "expected a key name without spaces and plus signs");
  if (publicKey.length !== PUBLIC_KEY_BYTES)
    throw new LogError("out-of-range", `expected an Ed25519 key of ${PUBLIC_KEY_BYTES} bytes, got ${publicKey.length}`);
  const id = hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(ED25519), publicKey])).slice(0, 8);
  return { name, id, publicKey };
}

export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${formatBase64(Buffer.concat([Uint8Array.of(ED25519), publicKey]))}`;
}

/**
 * @throws LogError `not-canonical` for another form, another type than Ed25519, or an id that is not that of name and key
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined)
    throw new LogError("not-canonical", "expected a verifier key: name+id+key");
  const bytes = parseBase64(encoded, "verifier key");
  if (bytes[0] !== ED25519 || bytes.length !== 1 + PUBLIC_KEY_BYTES)
    throw new LogError("not-canonical", "expected a verifier key of type 1: Ed25519");
  const key = verifierKey(name, bytes.subarray(1));
  if (key.id !== id) throw new LogError("not-canonical", `expected key id ${key.id} for this name and key, got ${id}`);
  return key;
}

/** Whether `signature` is Ed25519 (RFC 8032) of this key over `message`. */
export function isSignedBy({ publicKey }: VerifierKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
  return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
}
