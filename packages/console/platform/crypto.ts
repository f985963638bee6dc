/**
 * Stands for `node:crypto` in what a browser runs (vite.config.ts): the packages compute hashes and verify signatures at once, which the browser's own cryptography does not.
 * Held to Node's by test/console/platform.test.ts.
 */
import { hashes, verify as verifyEd25519 } from "@noble/ed25519";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { browserBuffer } from "./buffer.ts";
import { bytesOf, type Encoding, textOf } from "./bytes-in-text.ts";
import { isOnP256 } from "./p256.ts";

hashes.sha512 = sha512;

const ALGORITHMS = { sha1, sha256 } as const;
type Algorithm = keyof typeof ALGORITHMS;
const bytes = (data: string | Uint8Array, encoding: Encoding = "utf8"): Uint8Array =>
  typeof data === "string" ? bytesOf(data, encoding) : data;

export function hash(algorithm: Algorithm, data: string | Uint8Array, encoding: Encoding = "hex"): string {
  return textOf(ALGORITHMS[algorithm](bytes(data)), encoding);
}

type Running = ReturnType<(typeof ALGORITHMS)[Algorithm]["create"]>;

class Hash {
  readonly #hash: Running;

  constructor(running: Running) {
    this.#hash = running;
  }

  copy(): Hash {
    return new Hash(this.#hash.clone());
  }

  update(data: string | Uint8Array, encoding?: Encoding): this {
    this.#hash.update(bytes(data, encoding));
    return this;
  }

  digest(encoding?: Encoding): string | Uint8Array {
    const digest = browserBuffer.from(this.#hash.digest());
    return encoding === undefined ? digest : digest.toString(encoding);
  }
}

export function createHash(algorithm: Algorithm): Hash {
  return new Hash(ALGORITHMS[algorithm].create());
}

/** A P-256 key's SPKI in DER up to the two coordinates (RFC 5480): its point is not compressed. */
const P256_SPKI = bytesOf("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");
const COORDINATE_BYTES = 32;
const PEM = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)-----END PUBLIC KEY-----\n$/;

type KeyInput =
  | string
  | { readonly key: Uint8Array; readonly format: "der" }
  | { readonly key: { readonly x: string }; readonly format: "jwk" };

interface PublicKey {
  readonly asymmetricKeyDetails: { readonly namedCurve?: string };
  readonly ed25519?: Uint8Array;
  export(asked: { readonly format: "der" | "pem" }): Uint8Array | string;
}

/** @throws Error for anything that is neither an Ed25519 JWK nor a P-256 key, as PEM or DER */
export function createPublicKey(input: KeyInput): PublicKey {
  if (typeof input !== "string" && input.format === "jwk") {
    const ed25519 = bytesOf(input.key.x, "base64url");
    return { asymmetricKeyDetails: {}, ed25519, export: () => ed25519 };
  }
  const der = typeof input === "string" ? bytesOf(PEM.exec(input)?.[1] ?? "", "base64") : input.key;
  const point = der.subarray(P256_SPKI.length);
  const [x, y] = [point.subarray(0, COORDINATE_BYTES), point.subarray(COORDINATE_BYTES)];
  const isSpki = browserBuffer.compare(der.subarray(0, P256_SPKI.length), P256_SPKI) === 0 && point.length === 2 * COORDINATE_BYTES;
  if (!isSpki || !isOnP256(textOf(x, "hex"), textOf(y, "hex"))) throw new Error("expected a P-256 key");
  const lines = textOf(der, "base64").replaceAll(/.{1,64}/g, "$&\n");
  return {
    asymmetricKeyDetails: { namedCurve: "prime256v1" },
    export: ({ format }) => (format === "der" ? der : `-----BEGIN PUBLIC KEY-----\n${lines}-----END PUBLIC KEY-----\n`),
  };
}

/** Ed25519 (RFC 8032) alone; points that are not in their one spelling are refused. @throws Error for other keys */
export function verify(algorithm: null, message: Uint8Array, { ed25519 }: PublicKey, signature: Uint8Array): boolean {
  if (ed25519 === undefined || algorithm !== null) throw new Error("a page verifies Ed25519 alone");
  try {
    return verifyEd25519(Uint8Array.from(signature), Uint8Array.from(message), ed25519, { zip215: false });
  } catch {
    return false;
  }
}

/** What a page has no use for: other modules of the packages name it. */
const refuse = (): never => {
  throw new Error("a page does not do this");
};
class X509Certificate {
  constructor() {
    refuse();
  }
}

export { refuse as createHmac, refuse as timingSafeEqual, X509Certificate };
