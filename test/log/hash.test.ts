import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { completeRoot, EMPTY_ROOT, expectHash, hashFromHex, leafOf, nodeHash, sameHash } from "../../packages/log/hash.ts";
import { codeOf } from "./refusal.ts";

const sha256 = (...parts: readonly Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leaf = (nth: number): Uint8Array => leafOf(Buffer.from(`entry ${nth}`));
/** RFC 6962, section 2.1, as it is written there. */
const naive = (leaves: readonly Uint8Array[]): Uint8Array => {
  const [first] = leaves;
  if (leaves.length === 1 && first !== undefined) return first;
  const half = leaves.length / 2;
  return sha256(Buffer.of(1), naive(leaves.slice(0, half)), naive(leaves.slice(half)));
};

describe("the hashes of a Merkle tree", () => {
  it("are RFC 6962's: nothing, a leaf, a node", () => {
    expect(Buffer.from(EMPTY_ROOT)).toEqual(sha256());
    expect(Buffer.from(leafOf(Buffer.from("one")))).toEqual(sha256(Buffer.of(0), Buffer.from("one")));
    expect(Buffer.from(nodeHash(leaf(1), leaf(2)))).toEqual(sha256(Buffer.of(1), leaf(1), leaf(2)));
    expect(Buffer.from(nodeHash(leaf(2), leaf(1)))).toEqual(sha256(Buffer.of(1), leaf(2), leaf(1)));
  });
  it("make the root of a complete tree, and leave what they are made of", () => {
    for (const count of [1, 2, 4, 8, 16]) {
      const leaves = Array.from({ length: count }, (_, nth) => leaf(nth));
      const together = Buffer.concat(leaves);
      const before = Buffer.from(together);
      const root = completeRoot(together);
      expect(Buffer.from(root)).toEqual(Buffer.from(naive(leaves)));
      expect(root).toHaveLength(32);
      expect(together).toEqual(before);
    }
  });
  it("make no root of anything else", () => {
    for (const bytes of [0, 1, 16, 31, 33, 48, 64 + 1, 96, 5 * 32, 6 * 32]) {
      expect(codeOf(() => completeRoot(new Uint8Array(bytes)))).toBe("not-a-hash");
      expect(() => completeRoot(new Uint8Array(bytes))).toThrow(`got ${bytes} bytes`);
    }
  });
  it("are 32 bytes, or refused by name", () => {
    expect(expectHash(new Uint8Array(32), "root")).toBeUndefined();
    for (const bytes of [0, 31, 33, 64]) {
      expect(() => expectHash(new Uint8Array(bytes), "root")).toThrow(`root: expected 32 bytes, got ${bytes}`);
      expect(codeOf(() => nodeHash(new Uint8Array(bytes), leaf(1)))).toBe("not-a-hash");
      expect(() => nodeHash(new Uint8Array(bytes), leaf(1))).toThrow("left child");
      expect(() => nodeHash(leaf(1), new Uint8Array(bytes))).toThrow("right child");
    }
  });
  it("are read from 64 lower-case digits alone", () => {
    const hex = "0123456789abcdef".repeat(4);
    expect(Buffer.from(hashFromHex(hex)).toString("hex")).toBe(hex);
    for (const bad of ["", hex.slice(1), `${hex}0`, `0${hex}`, hex.toUpperCase(), `${hex.slice(1)}g`, ` ${hex.slice(1)}`])
      expect(codeOf(() => hashFromHex(bad))).toBe("not-a-hash");
  });
  it("are the same when all their bytes are", () => {
    expect(sameHash(leaf(1), leaf(1))).toBe(true);
    expect(sameHash(leaf(1), leaf(2))).toBe(false);
    expect(sameHash(leaf(1), leaf(1).subarray(0, 31))).toBe(false);
  });
});
