import {
  CompactRange,
  completeRoot,
  completeSubtrees,
  EMPTY_ROOT,
  type Hash,
  hashFromHex,
  leafOf,
  nodeHash,
  readRoot,
  rootOf,
} from "@change-ledger/log";
import { leafHash } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex, LEAVES, mth, naiveReader } from "./naive.ts";
import { PUBLISHED } from "./published.ts";
import { codeOf, codeOfPromise } from "./refusal.ts";

const size = fc.integer({ min: 0, max: LEAVES.length });

describe("hashes of a Merkle tree", () => {
  it("are those of the tree that Certificate Transparency's implementations test with", () => {
    const leaves = PUBLISHED.leaves.map((data) => leafOf(Buffer.from(data, "hex")));
    for (const [at, root] of PUBLISHED.roots.entries()) expect(hex(rootOf(leaves.slice(0, at)))).toBe(root);
  });
  it("name an entry as the model names it", () => {
    const bytes = Buffer.from("{}");
    expect(hex(leafOf(bytes))).toBe(leafHash(bytes));
    expect(Buffer.from(hashFromHex(leafHash(bytes)))).toEqual(Buffer.from(leafOf(bytes)));
  });
  it("are 32 bytes and nothing else", () => {
    for (const length of [0, 31, 33, 64]) {
      expect(codeOf(() => nodeHash(Buffer.alloc(length), EMPTY_ROOT))).toBe("not-a-hash");
      expect(codeOf(() => nodeHash(EMPTY_ROOT, Buffer.alloc(length)))).toBe("not-a-hash");
      expect(codeOf(() => rootOf([Buffer.alloc(length)]))).toBe("not-a-hash");
    }
    for (const text of ["", "0".repeat(63), "0".repeat(65), "A".repeat(64), `${"0".repeat(64)}\n`])
      expect(codeOf(() => hashFromHex(text))).toBe("not-a-hash");
    for (const length of [0, 16, 31, 33, 96, 160]) expect(codeOf(() => completeRoot(Buffer.alloc(length)))).toBe("not-a-hash");
  });
  it("do not share memory with what is hashed next", () => {
    const [a, b, c] = LEAVES as [Hash, Hash, Hash];
    const first = nodeHash(a, b);
    const before = hex(first);
    nodeHash(b, c);
    expect(hex(first)).toBe(before);
  });
});

describe("a compact range", () => {
  it("has the naive root hash at every size up to 520", () => {
    const range = new CompactRange();
    for (const [at, leaf] of LEAVES.slice(0, 521).entries()) {
      expect(hex(range.root())).toBe(hex(mth(LEAVES.slice(0, at))));
      range.append(leaf);
    }
  });
  it("has the naive root hash at any size, taken up again at any other", () => {
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        const first = new CompactRange();
        for (const leaf of LEAVES.slice(0, early)) first.append(leaf);
        const range = CompactRange.of(first.size, first.hashes);
        for (const leaf of LEAVES.slice(early, late)) range.append(leaf);
        expect(range.size).toBe(late);
        expect(hex(range.root())).toBe(hex(mth(LEAVES.slice(0, late))));
      }),
      { numRuns: 40 },
    );
  });
  it("refuses another number of hashes than its size has", () => {
    expect(codeOf(() => CompactRange.of(3, LEAVES.slice(0, 2)))).toBe("passed");
    for (const [count, hashes] of [
      [3, 1],
      [3, 3],
      [4, 2],
      [0, 1],
      [1, 0],
      [-1, 1],
      [1.5, 1],
      [2 ** 53, 1],
    ] as const)
      expect(codeOf(() => CompactRange.of(count, LEAVES.slice(0, hashes)))).toBe("out-of-range");
    expect(codeOf(() => CompactRange.of(1, [Buffer.alloc(31)]))).toBe("not-a-hash");
  });
});

describe("complete subtrees", () => {
  it("cover a tree without gaps, in halves or less, up to the largest that can be counted", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (to) => {
        let at = 0;
        let before = Number.POSITIVE_INFINITY;
        for (const { level, index } of completeSubtrees({ from: 0, to })) {
          expect(index * 2 ** level).toBe(at);
          expect(level).toBeLessThan(before);
          at += 2 ** level;
          before = level;
        }
        expect(at).toBe(to);
      }),
    );
    expect(completeSubtrees({ from: 0, to: Number.MAX_SAFE_INTEGER })).toHaveLength(53);
  });
  it("give the root hash of any tree", async () => {
    await fc.assert(
      fc.asyncProperty(size, async (count) => {
        expect(hex(await readRoot(naiveReader(LEAVES), count))).toBe(hex(mth(LEAVES.slice(0, count))));
      }),
      { numRuns: 20 },
    );
  });
  it("fold in place as naively", () => {
    for (let count = 1; count <= 256; count *= 2)
      expect(hex(completeRoot(Buffer.concat(LEAVES.slice(0, count))))).toBe(hex(mth(LEAVES.slice(0, count))));
  });
  it("are asked of a reader that keeps its contract", async () => {
    expect(await codeOfPromise(readRoot({ read: async () => [] }, 3))).toBe("wrong-answer");
    expect(await codeOfPromise(readRoot({ read: async () => LEAVES.slice(0, 3) }, 3))).toBe("wrong-answer");
    expect(await codeOfPromise(readRoot(naiveReader(LEAVES), -1))).toBe("out-of-range");
  });
});
