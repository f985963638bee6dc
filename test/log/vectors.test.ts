import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  EMPTY_ROOT,
  type Hash,
  LogError,
  leafOf,
  openCheckpoint,
  parseBundle,
  parseTilePath,
  parseVerifierKey,
  proveConsistency,
  proveInclusion,
  readRoot,
  rootOf,
  TileHashes,
  type TileReader,
  type TreeHead,
  tilePath,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
} from "@change-ledger/log";
import { describe, expect, it } from "vitest";
import { hex } from "./naive.ts";
import { codeOf } from "./refusal.ts";

const VECTORS = new URL("../../../shared/vectors/", import.meta.url);
const here = existsSync(VECTORS);
if (!here) console.warn("test/log/vectors.test.ts: skipped, since ../shared/vectors is not there");

/** Files below a folder of the vectors, with `/` between segments. */
function list(folder: string): string[] {
  if (!here) return [];
  const root = fileURLToPath(new URL(folder, VECTORS));
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(root, name)).isFile());
  return names.map((name) => name.replaceAll("\\", "/")).sort();
}
const bytes = (base64: string | null | undefined): Hash => Buffer.from(base64 ?? "", "base64");

interface Vector {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
}
interface InclusionVector extends Vector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
}
interface ConsistencyVector extends Vector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
}

describe.skipIf(!here)("the proofs that the reference implementation is tested with", () => {
  const read = <T extends Vector>(name: string): T =>
    JSON.parse(readFileSync(join(fileURLToPath(new URL("merkle/", VECTORS)), name), "utf8")) as T;
  const files = list("merkle/");
  /** What is wrong with a proof is a LogError; anything else that is thrown fails the test. */
  const isRefused = (check: () => void): boolean => codeOf(check) !== "passed";

  it("are all there", () => {
    expect(files).toHaveLength(196);
    expect(files.every((name) => /^(?:inclusion|consistency)\//.test(name))).toBe(true);
  });
  it.each(files.filter((name) => name.startsWith("inclusion/")))("%s", (name) => {
    const { leafIdx, treeSize, root, leafHash, proof, wantErr } = read<InclusionVector>(name);
    const claim = { index: leafIdx, size: treeSize, root: bytes(root), leaf: bytes(leafHash) };
    expect(isRefused(() => verifyInclusion(claim, (proof ?? []).map(bytes)))).toBe(wantErr);
  });
  it.each(files.filter((name) => name.startsWith("consistency/")))("%s", (name) => {
    const { size1, size2, root1, root2, proof, wantErr } = read<ConsistencyVector>(name);
    const check = () =>
      verifyConsistency({ size: size1, root: bytes(root1) }, { size: size2, root: bytes(root2) }, (proof ?? []).map(bytes));
    expect(isRefused(check)).toBe(wantErr);
  });
});

describe.skipIf(!here)("a log that another implementation wrote", () => {
  const key = parseVerifierKey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
  const log = { origin: "example.com/log/testdata", keys: [key] };
  const file = (name: string): Uint8Array => readFileSync(new URL(`tlog/${name}`, VECTORS));
  const tiles: TileReader = { read: async (tile) => file(tilePath(tile)) };
  const heads = (): TreeHead[] => Array.from({ length: 16 }, (_, size) => openCheckpoint(file(`checkpoint.${size}`), log));
  const entriesOf = (size: number): Uint8Array[] =>
    [...tilesOf(size)].filter(({ level }) => level === "entries").flatMap((tile) => parseBundle(file(tilePath(tile)), tile.width));

  it("has only files that we know to name", () => {
    const names = list("tlog/");
    expect(names.length).toBeGreaterThan(40);
    for (const name of names.filter((each) => !each.startsWith("checkpoint"))) expect(tilePath(parseTilePath(name))).toBe(name);
  });
  it("has signed checkpoints of size 0 to 15, the last of which is current", () => {
    expect(heads().map(({ size }) => size)).toEqual(Array.from({ length: 16 }, (_, size) => size));
    expect(Buffer.compare(file("checkpoint"), file("checkpoint.15"))).toBe(0);
    expect(hex(heads()[0]?.root ?? Buffer.alloc(0))).toBe(hex(EMPTY_ROOT));
  });
  it("has tiles and bundles that lead to each checkpoint's root hash", async () => {
    for (const { size, root } of heads()) {
      expect(hex(rootOf(entriesOf(size).map(leafOf)))).toBe(hex(root));
      expect(hex(await readRoot(new TileHashes(size, tiles), size))).toBe(hex(root));
    }
  });
  it("has each entry included at each size, provably from its tiles", async () => {
    for (const { size, root } of heads())
      for (const [index, entry] of entriesOf(size).entries())
        verifyInclusion({ index, size, root, leaf: leafOf(entry) }, await proveInclusion(new TileHashes(size, tiles), index, size));
  });
  it("is consistent from each size to each later one, provably from its tiles", async () => {
    const all = heads();
    for (const now of all.slice(1))
      for (const before of all.slice(1, now.size + 1))
        verifyConsistency(before, now, await proveConsistency(new TileHashes(now.size, tiles), before.size, now.size));
  });
  it("shows a byte that was changed, in any checkpoint or the last tile or bundle", () => {
    for (let at = 0; at < file("checkpoint.15").length; at++) {
      const altered = Buffer.from(file("checkpoint.15"));
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => openCheckpoint(altered, log)).toThrow(LogError);
    }
    const [{ root }] = heads().slice(15) as [TreeHead];
    for (let at = 0; at < file("tile/0/000.p/15").length; at++) {
      const altered = Buffer.from(file("tile/0/000.p/15"));
      altered[at] = (altered[at] ?? 0) ^ 1;
      const leaves = Array.from({ length: 15 }, (_, leaf) => altered.subarray(leaf * 32, leaf * 32 + 32));
      expect(hex(rootOf(leaves))).not.toBe(hex(root));
    }
    for (let at = 0; at < file("tile/entries/000.p/15").length; at++) {
      const altered = Buffer.from(file("tile/entries/000.p/15"));
      altered[at] = (altered[at] ?? 0) ^ 1;
      const read = () => hex(rootOf(parseBundle(altered, 15).map(leafOf)));
      expect(codeOf(read) === "not-canonical" || read() !== hex(root)).toBe(true);
    }
  });
});
