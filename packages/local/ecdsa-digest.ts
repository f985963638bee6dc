import { createECDH, type KeyObject } from "node:crypto";

/** Order of the group of P-256 (SEC 2, 2.4.2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const COORDINATE_BYTES = 32;
const INTEGER = 0x02;
const SEQUENCE = 0x30;

/**
 * ECDSA over P-256 of a digest of 32 bytes, in DER: KMS signs digests, Node's crypto only what it has hashed itself (FIPS 186-5, 6.4.1). For the local
 * stack's keys alone: its time depends on the key.
 */
export function signDigest(digest: Uint8Array, secret: KeyObject): Buffer {
  const d = numberOf(Buffer.from(secret.export({ format: "jwk" }).d ?? "", "base64url"));
  for (;;) {
    const ephemeral = createECDH("prime256v1");
    const point = ephemeral.generateKeys();
    const k = numberOf(ephemeral.getPrivateKey());
    const r = numberOf(point.subarray(1, 1 + COORDINATE_BYTES)) % N;
    const s = (inverse(k) * ((numberOf(digest) + r * d) % N)) % N;
    if (r !== 0n && s !== 0n) return der(SEQUENCE, Buffer.concat([integer(r), integer(s)]));
  }
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** value^(N − 2) mod N, which is its inverse: N is prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let power = value % N;
  for (let exponent = N - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * power) % N;
    power = (power * power) % N;
  }
  return result;
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return der(INTEGER, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

function der(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag, content.length), content]);
}
