import { edgeTiles, formatBundle, parseBundle, parseTilePath, type Tile, tilePath, tilesOf, tileWidth } from "@change-ledger/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOf } from "./refusal.ts";

const tileOf = (level: Tile["level"], index: number, width: number): Tile => ({ level, index, width }) as Tile;
const anyTile = fc
  .tuple(fc.oneof(fc.nat({ max: 63 }), fc.constant("entries" as const)), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }))
  .map(([level, index, width]) => tileOf(level, index, width));

describe("tile paths", () => {
  it("are those of the specification", () => {
    expect(tilePath(tileOf(0, 1_234_067, 256))).toBe("tile/0/x001/x234/067");
    expect(tilePath(tileOf(0, 273, 112))).toBe("tile/0/273.p/112");
    expect(tilePath(tileOf("entries", 0, 1))).toBe("tile/entries/000.p/1");
    expect(tilePath(tileOf(63, 1_000, 255))).toBe("tile/63/x001/000.p/255");
    expect(tilePath(tileOf("entries", 999, 256))).toBe("tile/entries/999");
  });
  it("read back as what they name", () => {
    fc.assert(
      fc.property(anyTile, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });
  it.each([
    "",
    "tile/0",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000\n",
    "tile//000",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/Entries/000",
    "tile/entries/0",
    "tile/0/0000",
    "tile/0/x000/001",
    "tile/0/001/002",
    "tile/0/x001/x002",
    "tile/0/x1/002",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/999",
    "tile/0/000.p/",
    "tile/0/000.p",
    "tile/0/000.P/1",
    "tile/0/x009/x007/x199/x254/x740/992",
    "tile/0/x001/x000/x000/x000/x000/x000/000",
    "tile/0/../000",
    "tile/0/٠٠٠",
    "checkpoint",
  ])("refuse %j", (path) => {
    expect(codeOf(() => parseTilePath(path))).toBe("not-canonical");
  });
  it("are not made of what no tile is", () => {
    for (const bad of [
      tileOf(-1, 0, 1),
      tileOf(64, 0, 1),
      tileOf(0.5, 0, 1),
      tileOf(0, -1, 1),
      tileOf(0, 2 ** 53, 1),
      tileOf(0, 0, 0),
      tileOf(0, 0, 257),
      tileOf("entries", 0, 1.5),
    ])
      expect(codeOf(() => tilePath(bad))).toBe("out-of-range");
  });
});

describe("the tiles of a tree", () => {
  it("are for 70,000 leaves those of the specification's example", () => {
    const tiles = [...tilesOf(70_000)];
    const at = (level: Tile["level"]) => tiles.filter((tile) => tile.level === level);
    expect([at(0).length, at(0).filter(({ width }) => width === 256).length, at(0).at(-1)?.width]).toEqual([274, 273, 112]);
    expect(at(1).map(({ width }) => width)).toEqual([256, 17]);
    expect(at(2).map(({ width }) => width)).toEqual([1]);
    expect(at("entries").map(({ index, width }) => [index, width])).toEqual(at(0).map(({ index, width }) => [index, width]));
    expect(tiles).toHaveLength(274 + 274 + 2 + 1);
    expect(edgeTiles(70_000).map(tilePath)).toEqual(["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
  });
  it("are for 256 leaves one full and one partial", () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    expect(edgeTiles(256).map(tilePath)).toEqual(["tile/1/000.p/1"]);
    expect([...tilesOf(0)]).toEqual([]);
    expect(edgeTiles(0)).toEqual([]);
  });
  it("have the widths that floor(size / 256^level) gives, and those below 256 are the edge", () => {
    fc.assert(
      fc.property(fc.nat({ max: 300_000 }), (size) => {
        const tiles = [...tilesOf(size)];
        const widths = new Map<string, number>();
        for (const { level, width } of tiles) widths.set(String(level), (widths.get(String(level)) ?? 0) + width);
        for (const level of [0, 1, 2, 3]) expect(widths.get(String(level)) ?? 0).toBe(Math.floor(size / 256 ** level));
        expect(widths.get("entries") ?? 0).toBe(size);
        expect(tiles.filter(({ width }) => width < 256).map(tilePath)).toEqual(edgeTiles(size).map(tilePath));
      }),
      { numRuns: 30 },
    );
    expect(tileWidth(0, 2, 512)).toBe(0);
    expect(codeOf(() => [...tilesOf(-1)])).toBe("out-of-range");
    expect(codeOf(() => edgeTiles(0.5))).toBe("out-of-range");
  });
});

describe("entry bundles", () => {
  it("hold each entry behind its length", () => {
    expect(Buffer.from(formatBundle([Buffer.from("one"), Buffer.from("two")])).toString("hex")).toBe("00036f6e65000374776f");
    expect(formatBundle([Buffer.alloc(0x0102)]).slice(0, 2)).toEqual(Buffer.from([1, 2]));
  });
  it("give back the exact entries", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 }), (entries) => {
        const read = parseBundle(formatBundle(entries), entries.length);
        expect(read.map((each) => Buffer.from(each).toString("hex"))).toEqual(entries.map((each) => Buffer.from(each).toString("hex")));
      }),
    );
    const largest = [Buffer.alloc(0xffff, 7)];
    expect(parseBundle(formatBundle(largest), 1)).toEqual(largest);
  });
  it("are read as one thing or not at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (bytes, width) => {
        const code = codeOf(() => parseBundle(bytes, width));
        if (code === "passed") expect(Buffer.from(formatBundle(parseBundle(bytes, width)))).toEqual(Buffer.from(bytes));
        else expect(code).toBe("not-canonical");
      }),
    );
  });
  it("are refused when they end early, go on, or hold another number of entries", () => {
    const good = formatBundle([Buffer.from("one"), Buffer.from("two")]);
    for (let length = 0; length < good.length; length++)
      expect(codeOf(() => parseBundle(good.subarray(0, length), 2))).toBe("not-canonical");
    expect(codeOf(() => parseBundle(Buffer.concat([good, Buffer.alloc(1)]), 2))).toBe("not-canonical");
    for (const width of [1, 3]) expect(codeOf(() => parseBundle(good, width))).toBe("not-canonical");
    for (const width of [0, 257, 1.5, Number.NaN]) expect(codeOf(() => parseBundle(good, width))).toBe("out-of-range");
  });
  it("are not made of too many, none, or too large an entry", () => {
    expect(codeOf(() => formatBundle([]))).toBe("out-of-range");
    expect(codeOf(() => formatBundle(Array.from({ length: 257 }, () => Buffer.alloc(1))))).toBe("out-of-range");
    expect(codeOf(() => formatBundle([Buffer.alloc(0x10000)]))).toBe("out-of-range");
  });
});
