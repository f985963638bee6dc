import {
  Edge,
  EMPTY_ROOT,
  type Hash,
  hashFromHex,
  proveInclusion,
  rootOf,
  TileHashes,
  tilePath,
  tilesOf,
  verifyInclusion,
} from "@change-ledger/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryTiles } from "./memory.ts";
import { entryAt, hex, LEAVES, leafAt, mth } from "./naive.ts";
import { codeOf, codeOfPromise } from "./refusal.ts";

/** A log of `size` entries, written in steps of `step`. */
function grown(size: number, step = size): { readonly edge: Edge; readonly tiles: MemoryTiles } {
  const edge = new Edge();
  const tiles = new MemoryTiles();
  while (edge.size < size) {
    for (let more = Math.min(step, size - edge.size); more > 0; more--) edge.append(entryAt(edge.size));
    tiles.put(edge.takeTiles());
  }
  return { edge, tiles };
}

describe("a growing log", () => {
  it("has at each size the tiles that the specification defines, whatever the steps and however often it is taken up again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 7 }), async (steps) => {
        const tiles = new MemoryTiles();
        let edge = new Edge();
        for (const step of steps) {
          for (let more = step; more > 0; more--) edge.append(entryAt(edge.size));
          tiles.put(edge.takeTiles());
          const head = { size: edge.size, root: edge.root() };
          expect(hex(head.root)).toBe(hex(mth(LEAVES.slice(0, head.size))));
          edge = tiles.open(head);
        }
        for (const tile of tilesOf(edge.size)) {
          if (tile.level === "entries") continue;
          const width = 256 ** tile.level;
          const hashes = Array.from({ length: tile.width }, (_, at) => (tile.index * 256 + at) * width).map((from) =>
            mth(LEAVES.slice(from, from + width)),
          );
          expect(hex(tiles.get(tile))).toBe(hex(Buffer.concat(hashes)));
        }
      }),
      { numRuns: 12 },
    );
  });
  it("writes what changed and nothing else", () => {
    const { edge } = grown(255);
    expect(edge.takeTiles()).toEqual([]);
    edge.append(entryAt(255));
    edge.append(entryAt(256));
    expect(edge.takeTiles().map(({ tile }) => tilePath(tile))).toEqual([
      "tile/entries/000",
      "tile/0/000",
      "tile/entries/001.p/1",
      "tile/0/001.p/1",
      "tile/1/000.p/1",
    ]);
    edge.append(entryAt(257));
    expect(edge.takeTiles().map(({ tile }) => tilePath(tile))).toEqual(["tile/entries/001.p/2", "tile/0/001.p/2"]);
  });
  it("reaches level 2 at 65,536 entries, and proves any of 70,000 from its tiles", async () => {
    const size = 70_000;
    const { edge, tiles } = grown(size, 7_000);
    const leaves = Array.from({ length: size }, (_, index) => leafAt(index));
    const root = edge.root();
    expect(hex(root)).toBe(hex(rootOf(leaves)));
    expect(hex(tiles.open({ size, root }).root())).toBe(hex(root));
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      tiles.asked.length = 0;
      const proof = await proveInclusion(new TileHashes(size, tiles), index, size);
      verifyInclusion({ index, size, root, leaf: leaves[index] as Hash }, proof);
      expect(tiles.asked.length).toBeLessThanOrEqual(5);
      expect(new Set(tiles.asked).size).toBe(tiles.asked.length);
    }
  });
  it("takes at most 6 tile reads to prove any of 10 million", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 9_999_999 }), fc.nat({ max: 9_999_999 }), async (index, fewer) => {
        let reads = 0;
        const counting = {
          read: async ({ width }: { readonly width: number }) => {
            reads++;
            return Buffer.alloc(width * 32);
          },
        };
        const size = Math.max(index + 1, 10_000_000 - fewer);
        await proveInclusion(new TileHashes(size, counting), index, size);
        expect(reads).toBeLessThanOrEqual(6);
      }),
    );
  });
  it("refuses an entry that no bundle can hold, and stays as it was", () => {
    const { edge } = grown(3);
    const root = hex(edge.root());
    expect(codeOf(() => edge.append(Buffer.alloc(0x10000)))).toBe("out-of-range");
    expect([edge.size, hex(edge.root()), edge.takeTiles()]).toEqual([3, root, []]);
  });
  it("begins with the empty root hash", () => {
    expect(hex(new Edge().root())).toBe(hex(EMPTY_ROOT));
    expect(hex(Edge.open({ size: 0, root: EMPTY_ROOT }, []).root())).toBe(hex(EMPTY_ROOT));
    expect(codeOf(() => Edge.open({ size: 0, root: LEAVES[0] as Hash }, []))).toBe("wrong-tile");
  });
});

describe("an edge that was tampered with", () => {
  it("is refused, whichever byte of whichever edge tile was changed", () => {
    const { edge, tiles } = grown(259);
    const head = { size: edge.size, root: edge.root() };
    expect(codeOf(() => tiles.open(head))).toBe("passed");
    for (const path of ["tile/entries/001.p/3", "tile/0/001.p/3", "tile/1/000.p/1"]) {
      const good = tiles.files.get(path) as Uint8Array;
      for (let at = 0; at < good.length; at++) {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ 128;
        tiles.files.set(path, bad);
        expect(["wrong-tile", "not-canonical"]).toContain(codeOf(() => tiles.open(head)));
      }
      for (const bad of [good.subarray(0, -1), Buffer.concat([good, Buffer.alloc(32)]), Buffer.alloc(0)]) {
        tiles.files.set(path, bad);
        expect(["wrong-tile", "not-canonical"]).toContain(codeOf(() => tiles.open(head)));
      }
      tiles.files.set(path, good);
    }
  });
  it("is refused for another size or root hash, or with a tile too few", () => {
    const { edge, tiles } = grown(259);
    const root = edge.root();
    expect(codeOf(() => Edge.open({ size: 259, root }, []))).toBe("wrong-tile");
    expect(codeOf(() => Edge.open({ size: 256, root }, [tiles.get({ level: 1, index: 0, width: 1 })]))).toBe("wrong-tile");
    expect(codeOf(() => Edge.open({ size: -1, root }, []))).toBe("out-of-range");
    expect(codeOf(() => tiles.open({ size: 259, root: hashFromHex("0".repeat(64)) }))).toBe("wrong-tile");
  });
});

describe("hashes out of tiles", () => {
  it("are refused where the tree has none, and where a tile has another length", async () => {
    const { tiles } = grown(259);
    const hashes = new TileHashes(259, tiles);
    expect(hex((await hashes.read([{ level: 8, index: 0 }]))[0] as Hash)).toBe(hex(mth(LEAVES.slice(0, 256))));
    expect(hex((await hashes.read([{ level: 7, index: 1 }]))[0] as Hash)).toBe(hex(mth(LEAVES.slice(128, 256))));
    for (const bad of [
      { level: 0, index: 259 },
      { level: 8, index: 1 },
      { level: 1, index: 129 },
      { level: -1, index: 0 },
      { level: 0, index: -1 },
      { level: 0.5, index: 0 },
      { level: 2_000, index: 0 },
    ])
      expect(await codeOfPromise(hashes.read([bad]))).toBe("out-of-range");
    for (const length of [0, 95, 97, 128]) {
      const other = new TileHashes(3, { read: async () => Buffer.alloc(length) });
      expect(await codeOfPromise(other.read([{ level: 0, index: 0 }]))).toBe("wrong-tile");
    }
    expect(codeOf(() => new TileHashes(-1, tiles))).toBe("out-of-range");
  });
});
