import * as node from "node:crypto";
import { crc32 as nodeCrc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { browserBuffer } from "../../packages/console/platform/buffer.ts";
import { createHash, createPublicKey, hash, verify } from "../../packages/console/platform/crypto.ts";
import { crc32 } from "../../packages/console/platform/zlib.ts";

const ENCODINGS = ["utf8", "hex", "base64", "base64url", "latin1"] as const;
const bytes = fc.uint8Array({ maxLength: 300 });
const encoding = fc.constantFrom(...ENCODINGS);
/** Texts that are spelled as the encoding has it, and such that are not. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), maxLength: 61 }),
  fc.base64String({ maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(..."AZaz09+/-_= \n"), maxLength: 40 }).filter((one) => !/=./s.test(one)),
  fc.constantFrom("\ufeffmark", "\ud800", "a\udfffb"),
);

describe("what stands for Node's modules in a page says what Node says:", () => {
  it("bytes as text, and back", () => {
    fc.assert(
      fc.property(bytes, encoding, (some, as) => {
        expect(browserBuffer.from(some).toString(as)).toBe(Buffer.from(some).toString(as));
      }),
    );
    fc.assert(
      fc.property(text, encoding, (some, as) => {
        const [ours, theirs] = [browserBuffer.from(some, as), Buffer.from(some, as)];
        // What comes of digits that are spelled otherwise is nobody's matter: whoever reads digits compares them with their one spelling.
        expect(ours.toString(as) === some).toBe(theirs.toString(as) === some);
        if (theirs.toString(as) === some || as === "utf8" || as === "latin1") expect([...ours]).toEqual([...theirs]);
        expect(browserBuffer.byteLength(some)).toBe(Buffer.byteLength(some));
      }),
    );
  });
  it("parts put together, compared, copied and written into", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(20), (a, b, at) => {
        expect([...browserBuffer.concat([a, b])]).toEqual([...Buffer.concat([a, b])]);
        expect(browserBuffer.compare(a, b)).toBe(Buffer.compare(a, b));
        expect(browserBuffer.compare(a, Uint8Array.from(a))).toBe(0);
        expect(browserBuffer.from(a).equals(b)).toBe(Buffer.from(a).equals(b));
        const [ours, theirs] = [browserBuffer.alloc(1000, 7), Buffer.alloc(1000, 7)];
        browserBuffer.from(a).copy(ours, at, 0, Math.min(10, a.length));
        Buffer.from(a).copy(theirs, at, 0, Math.min(10, a.length));
        const hex = Buffer.from(b).toString("hex");
        expect(ours.write(hex, at, "hex")).toBe(theirs.write(hex, at, "hex"));
        expect([...ours]).toEqual([...theirs]);
        expect([...browserBuffer.from(ours.buffer, at, 5)]).toEqual([...Buffer.from(theirs.buffer, theirs.byteOffset + at, 5)]);
      }),
    );
  });
  it("hashes, at once and bit by bit, and checksums", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.constantFrom("sha256" as const, "sha1" as const), (a, b, algorithm) => {
        expect(hash(algorithm, a)).toBe(node.hash(algorithm, a));
        const ours = createHash(algorithm).update(a).update("é", "utf8");
        const theirs = node.createHash(algorithm).update(a).update("é", "utf8");
        expect(ours.copy().digest("hex")).toBe(theirs.copy().digest("hex"));
        expect([...ours.update(b).digest()]).toEqual([...theirs.update(b).digest()]);
        expect(crc32(a)).toBe(nodeCrc32(a));
      }),
    );
  });
  it("signatures of Ed25519: the right one, and any other", () => {
    const { publicKey, privateKey } = node.generateKeyPairSync("ed25519");
    const { x = "" } = publicKey.export({ format: "jwk" });
    const key = createPublicKey({ key: { x }, format: "jwk" });
    fc.assert(
      fc.property(bytes, fc.nat(511), (message, bit) => {
        const signature = node.sign(null, message, privateKey);
        expect(verify(null, message, key, signature)).toBe(true);
        const other = Uint8Array.from(signature);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verify(null, message, key, other)).toBe(false);
        expect(node.verify(null, message, publicKey, other)).toBe(false);
        expect(verify(null, Buffer.concat([message, Uint8Array.of(0)]), key, signature)).toBe(false);
      }),
      { numRuns: 20 },
    );
    const none = createPublicKey({ key: { x: Buffer.alloc(32, 0xff).toString("base64url") }, format: "jwk" });
    expect(verify(null, new Uint8Array(), none, new Uint8Array(64))).toBe(false);
  });
  it("signatures as RFC 8032 gives them (7.1, TEST 2)", () => {
    const x = Buffer.from("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "hex").toString("base64url");
    const signature =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    expect(verify(null, Uint8Array.of(0x72), createPublicKey({ key: { x }, format: "jwk" }), Buffer.from(signature, "hex"))).toBe(true);
  });
  it("keys of P-256 in their one spelling, and no others", () => {
    const { publicKey } = node.generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [pem, der] = [publicKey.export({ format: "pem", type: "spki" }), publicKey.export({ format: "der", type: "spki" })];
    for (const key of [createPublicKey(String(pem)), createPublicKey({ key: der, format: "der" })]) {
      expect(key.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
      expect([key.export({ format: "pem" }), Buffer.from(key.export({ format: "der" }) as Uint8Array)]).toEqual([pem, der]);
    }
    const off = Uint8Array.from(der);
    off[off.length - 1] = (off.at(-1) ?? 0) ^ 1;
    const others = ["secp256k1", "P-384"].map((namedCurve) => node.generateKeyPairSync("ec", { namedCurve }).publicKey);
    for (const wrong of [off, ...others.map((key) => key.export({ format: "der", type: "spki" })), der.subarray(0, -1), new Uint8Array()])
      expect(() => createPublicKey({ key: wrong, format: "der" })).toThrow("P-256");
    expect(() => createPublicKey("")).toThrow("P-256");
  });
});
