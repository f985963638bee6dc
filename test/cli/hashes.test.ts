import { CompactRange, completeRoot, rootOf } from "@change-ledger/log";
import { sha256Hex } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TreeLevels } from "../../packages/cli/verify/tree-levels.ts";
import { tileRoot } from "../../packages/cli/wasm/node-hash.ts";

const leaf = (n: number) => Buffer.from(sha256Hex(`leaf ${n}`), "hex");

describe("hashing four nodes at once", () => {
  it("gives the root that one at a time gives", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.uint8Array({ minLength: 8192, maxLength: 8192 }), (level, bytes) => {
        const hashes = bytes.subarray(0, 32 * 2 ** level);
        expect(Buffer.from(tileRoot(hashes)).equals(completeRoot(hashes))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses what is no complete tree", () => {
    for (const length of [0, 31, 33, 96, 32 * 512]) expect(() => tileRoot(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe("the levels of a tree", () => {
  it("have its root at every size, and the tiles of RFC 6962", () => {
    const levels = new TreeLevels();
    const range = new CompactRange();
    let tile: Buffer[] = [];
    for (let size = 1; size <= 700; size++) {
      tile.push(leaf(size));
      range.append(leaf(size));
      const leaves = Buffer.concat(tile);
      expect(Buffer.from(levels.rootWith(leaves)).equals(range.root())).toBe(true);
      if (tile.length < 256) continue;
      levels.add(tileRoot(leaves));
      tile = [];
      expect(Buffer.from(levels.rootWith(new Uint8Array())).equals(range.root())).toBe(true);
    }
    expect(levels.edge().map(({ level, index, hashes }) => [level, index, hashes.length])).toEqual([[1, 0, 64]]);
  });

  it("fill a tile of the level above with 256", () => {
    const levels = new TreeLevels();
    const roots = Array.from({ length: 257 }, (_, at) => leaf(at));
    const filled = roots.flatMap((root) => levels.add(root));
    expect(filled.map(({ level, index }) => [level, index])).toEqual([[1, 0]]);
    expect(Buffer.from(filled[0]?.hashes ?? []).equals(Buffer.concat(roots.slice(0, 256)))).toBe(true);
    expect(levels.edge().map(({ level, index, hashes }) => [level, index, hashes.length])).toEqual([
      [1, 1, 32],
      [2, 0, 32],
    ]);
    expect(Buffer.from(levels.rootWith(new Uint8Array())).equals(rootOf(roots))).toBe(true);
  });
});
