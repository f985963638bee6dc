import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CompactRange, leafOf, parseBundle, rootOf } from "@change-ledger/log";
import { beforeAll, describe, expect, it } from "vitest";
import { checkpointOf, editLines, madeLedger, put, temporaryFolder, verifyMade } from "./kept.ts";

const SUBJECT = (n: number) => `commit:github/acme/cargo/${String(n).padStart(40, "0")}`;
let honest: Awaited<ReturnType<typeof madeLedger>>;
beforeAll(async () => {
  honest = await madeLedger(2_500);
});

/** A copy of the log's and the ledger's files, to be tampered with. */
function copied(): { readonly log: string; readonly ledger: string } {
  const folder = temporaryFolder();
  copyBelow(honest.log, join(folder, "log"));
  copyFileSync(honest.ledger, join(folder, "ledger.jsonl"));
  return { log: join(folder, "log"), ledger: join(folder, "ledger.jsonl") };
}

function copyBelow(from: string, to: string): void {
  for (const path of FILES) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(from, path), join(to, path));
  }
}
const TILES = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => `00${at}`);
const FILES = [
  "checkpoint",
  "trust.json",
  ...["0", "entries"].flatMap((level) => [...TILES.map((at) => `tile/${level}/${at}`), `tile/${level}/009.p/196`]),
  "tile/1/000.p/9",
];

describe("verify", () => {
  it("finds nothing wrong where nothing is, and says what it saw", async () => {
    const { faults, summary } = await verifyMade(honest);
    expect(faults).toEqual([]);
    expect(summary).toMatchObject({
      trust: "given",
      log: { size: 2_500 },
      ledger: { entries: 2_500, chains: 500, ordered: true },
      bundles: 0,
    });
    expect((await verifyMade({ ledger: honest.ledger })).faults).toEqual([]);
    expect((await verifyMade({ log: honest.log }, { trust: undefined })).summary.trust).toBe("of the log itself");
  });

  it("does so with a table that holds a handful of chains", async () => {
    expect((await verifyMade(honest, { tableSlots: 16 })).faults).toEqual([]);
  });

  it("reads the log's files as they come, late too", async () => {
    const log = {
      read: async (path: string) => (FILES.includes(path) ? readFileSync(join(honest.log, path)) : undefined),
      hours: () => [],
    };
    expect((await verifyMade({ ledger: honest.ledger }, { log })).faults).toEqual([]);
  });

  it("names an entry of the ledger that was altered, by its field", async () => {
    const files = copied();
    editLines(files.ledger, (lines) => lines.map((line, at) => (at === 12 ? line.replace('"success"', '"failure"') : line)));
    for (const tableSlots of [undefined, 16]) {
      const { faults } = await verifyMade(files, { tableSlots });
      expect(faults[0]).toMatchObject({ check: "chain-prev", subject: SUBJECT(2), seq: 3, file: "ledger.jsonl:14", field: "prev" });
      expect(faults[1]).toEqual({
        check: "ledger-differs",
        subject: SUBJECT(2),
        seq: 2,
        leaf: 2 * 500 + 2,
        file: "ledger.jsonl:13",
        field: "facts.state",
        expected: '"success"',
        found: '"failure"',
      });
      expect(faults).toHaveLength(2);
    }
  });

  it("names entries that the ledger lacks, and one that the log lacks", async () => {
    const files = copied();
    editLines(files.ledger, (lines) => [
      ...lines.slice(0, 3),
      ...lines.slice(5),
      (lines[0] ?? "").replaceAll(SUBJECT(0), SUBJECT(999_999)),
    ]);
    const { faults } = await verifyMade(files);
    expect(faults.map(({ check, subject, seq, leaf }) => [check, subject, seq, leaf])).toEqual([
      ["ledger-extra", SUBJECT(999_999), 0, undefined],
      ["ledger-missing", SUBJECT(0), 3, 1_500],
      ["ledger-missing", SUBJECT(0), 4, 2_000],
    ]);
  });

  it("refuses by name an export that is in another order", async () => {
    const files = copied();
    editLines(files.ledger, (lines) => lines.toReversed());
    const { faults, summary } = await verifyMade(files);
    expect(faults.some(({ check }) => check === "ledger-order")).toBe(true);
    expect(summary.ledger?.ordered).toBe(false);
  });

  it("tells of a last line without its end, of a line that is too long, and of one that is nothing", async () => {
    const files = copied();
    const text = readFileSync(files.ledger);
    writeFileSync(files.ledger, text.subarray(0, text.length - 1));
    expect((await verifyMade(files)).faults[0]).toMatchObject({ check: "ledger-order", expected: "one entry a line" });
    writeFileSync(files.ledger, Buffer.concat([Buffer.alloc(3_000_000, "x"), Buffer.from("\n")]));
    expect((await verifyMade(files)).faults[0]).toMatchObject({
      check: "ledger-order",
      found: expect.stringContaining("longer than any entry"),
    });
    writeFileSync(files.ledger, Buffer.concat([Buffer.from('\n{}\n"\n'), text]));
    expect((await verifyMade(files)).faults.map(({ check, file }) => [check, file])).toEqual([
      ["canonical", "ledger.jsonl:1"],
      ["entry", "ledger.jsonl:2"],
      ["canonical", "ledger.jsonl:3"],
    ]);
  });

  it("says of an entry and its tile which was altered, by what leads to the root hash", async () => {
    const byBundle = copied();
    replaceIn(join(byBundle.log, "tile/entries/001"), '"success"', '"failure"', 5);
    expect((await verifyMade({ log: byBundle.log })).faults).toMatchObject([
      { check: "bundle-entry", subject: SUBJECT(261), seq: 0, leaf: 261, file: "tile/entries/001" },
    ]);
    const byTile = copied();
    flip(join(byTile.log, "tile/0/001"), 5 * 32);
    expect((await verifyMade({ log: byTile.log })).faults).toMatchObject([
      { check: "tile", subject: SUBJECT(261), leaf: 261, file: "tile/0/001", field: "hash 5" },
    ]);
    const byEdge = copied();
    flip(join(byEdge.log, "tile/0/009.p/196"), 0);
    expect((await verifyMade({ log: byEdge.log })).faults).toMatchObject([{ check: "tile", leaf: 2_304, file: "tile/0/009.p/196" }]);
    const above = copied();
    flip(join(above.log, "tile/1/000.p/9"), 32);
    expect((await verifyMade({ log: above.log })).faults).toMatchObject([{ check: "tile", file: "tile/1/000.p/9", field: "hash 1" }]);
  });

  it("tells of files that are cut, too long, gone, or not needed", async () => {
    const files = copied();
    cut(join(files.log, "tile/0/000"), -1);
    cut(join(files.log, "tile/entries/001"), -1);
    rmSync(join(files.log, "tile/0/002"));
    writeFileSync(join(files.log, "tile/0/003"), Buffer.concat([readFileSync(join(files.log, "tile/0/003")), Buffer.alloc(32)]));
    put(join(files.log, "tile/0/note.txt"), "x");
    put(join(files.log, "tile/0/000.p/3"), Buffer.alloc(96));
    const { faults } = await verifyMade({ log: files.log });
    const told = faults.map(({ check, file }) => `${check} ${file}`);
    expect(told).toContain("tile tile/0/000");
    expect(told).toContain("tile tile/entries/001");
    expect(told).toContain("tile-missing tile/0/002");
    expect(told).toContain("tile tile/0/003");
    expect(told).toContain("file-extra tile/0/note.txt");
    expect(told).toContain("tile tile/0/000.p/3");
  });

  it("does without partial tiles that full ones stand for, and looks at those that are ahead", async () => {
    const files = copied();
    const leaves = await leavesOf(files.log);
    const range = new CompactRange();
    for (const leaf of leaves.slice(0, 2_000)) range.append(leaf);
    put(join(files.log, "checkpoint"), await checkpointOf(2_000, range.root()));
    put(join(files.log, "tile/1/000.p/7"), readFileSync(join(files.log, "tile/1/000.p/9")).subarray(0, 7 * 32));
    expect((await verifyMade({ log: files.log })).faults).toEqual([]);
    put(join(files.log, "tile/1/000.p/9"), Buffer.alloc(9 * 32, 1));
    expect((await verifyMade({ log: files.log })).faults.map(({ check, file }) => [check, file])).toContainEqual([
      "tile",
      "tile/1/000.p/9",
    ]);
    put(join(files.log, "tile/1/000.p/7"), Buffer.alloc(7 * 32, 1));
    expect((await verifyMade({ log: files.log })).faults.map(({ check, file }) => [check, file])).toContainEqual([
      "tile",
      "tile/1/000.p/7",
    ]);
  });

  it("holds the log to checkpoints that the auditor kept: a fork, a log that was cut, a stranger's", async () => {
    const leaves = await leavesOf(honest.log);
    const at = async (size: number, root = rootOf(leaves.slice(0, size))) => ({
      name: `held-${size}`,
      note: await checkpointOf(size, root),
    });
    const checkpoints = [await at(0), await at(1), await at(256), await at(700), await at(2_500)];
    expect((await verifyMade({ log: honest.log }, { checkpoints })).faults).toEqual([]);
    const wrong = [await at(700, leaves[0]), await at(2_501, leaves[0])];
    expect((await verifyMade({ log: honest.log }, { checkpoints: wrong })).faults).toMatchObject([
      { check: "truncated", file: "held-2501", found: "2500" },
      { check: "fork", file: "held-700", field: "root" },
    ]);
    expect((await verifyMade({ log: honest.log }, { checkpoints: [{ name: "x", note: Buffer.from("hello") }] })).faults).toMatchObject([
      { check: "checkpoint", file: "x" },
    ]);
  });

  it("holds it to its hours: each after the last, none smaller, none with another root, no entry that came later than it says", async () => {
    const files = copied();
    const leaves = await leavesOf(honest.log);
    const seal = async (hour: string, size: number, root = rootOf(leaves.slice(0, size)), says = hour) =>
      put(join(files.log, `hours/${hour.replace(/[-T]/g, "/")}`), await checkpointOf(size, root, [`hour ${says}`]));
    await seal("2026-11-21T20", 0);
    await seal("2026-11-21T21", 0);
    await seal("2026-11-21T22", 2_500);
    expect((await verifyMade({ log: files.log })).faults).toEqual([]);
    await seal("2026-11-21T22", 2_400);
    // Recorded at 22:14, and not in the log when the hour was over.
    expect((await verifyMade({ log: files.log })).faults.map(({ check, leaf }) => [check, leaf])).toEqual(
      Array.from({ length: 100 }, (_, n) => ["late", 2_400 + n]),
    );
    await seal("2026-11-21T22", 2_500, leaves[0]);
    await seal("2026-11-21T23", 2_501, leaves[0]);
    await seal("2026-11-22T01", 2_500);
    await seal("2026-11-22T02", 2_500, undefined, "2026-11-22T03");
    expect((await verifyMade({ log: files.log })).faults.map(({ check, file }) => [check, file])).toEqual([
      ["truncated", "hours/2026/11/21/23"],
      ["hour-missing", "hours/2026/11/22/01"],
      ["hour-differs", "hours/2026/11/22/01"],
      ["hour-differs", "hours/2026/11/22/02"],
      ["fork", "hours/2026/11/21/22"],
    ]);
  });

  it("says of each chain's order in the log what is wrong, by leaf, whether it is held in memory or not", async () => {
    const files = copied();
    // Bundle 2 holds entries 512 to 767: seq 1 of chains 12 to 267. One is given twice.
    const path = join(files.log, "tile/entries/002");
    const entries = parseBundle(readFileSync(path), 256);
    entries[9] = entries[8] as Uint8Array;
    writeFileSync(path, Buffer.concat(entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry])));
    for (const tableSlots of [undefined, 16]) {
      const { faults } = await verifyMade({ log: files.log }, { tableSlots });
      // What only temporary files show comes last, chain by chain.
      const told = faults.map(({ check, subject, seq, leaf }) => [check, subject, seq, leaf] as const);
      expect(told.toSorted((a, b) => (a[3] ?? 0) - (b[3] ?? 0))).toEqual([
        ["bundle-entry", SUBJECT(20), 1, 521],
        ["chain-doubled", SUBJECT(20), 1, 521],
        ["chain-gap", SUBJECT(21), 2, 1_021],
      ]);
    }
  });

  it("does not believe a checkpoint of another key, of another log, of a key that may no longer sign, or a trust file that is none", async () => {
    const later = { now: "2025-01-01T00:00:00Z" };
    expect((await verifyMade({ log: honest.log }, later)).faults).toMatchObject([{ check: "retired-key", file: "checkpoint" }]);
    const files = copied();
    const note = readFileSync(join(files.log, "checkpoint"), "utf8");
    writeFileSync(join(files.log, "checkpoint"), note.replace("2500\n", "2499\n"));
    expect((await verifyMade({ log: files.log })).faults.map(({ check }) => check)).toContain("signature");
    await expect(verifyMade({ log: honest.log }, { trust: Buffer.from("{}") })).rejects.toMatchObject({ code: "not-canonical" });
    renameSync(join(files.log, "trust.json"), join(files.log, "trust.bak"));
    await expect(verifyMade({ log: files.log }, { trust: undefined })).rejects.toMatchObject({ code: "not-signed" });
    rmSync(join(files.log, "checkpoint"));
    expect((await verifyMade({ log: files.log })).faults).toMatchObject([{ check: "checkpoint", found: "no such file" }]);
  });
});

async function leavesOf(log: string): Promise<Uint8Array[]> {
  return FILES.filter((path) => path.startsWith("tile/entries")).flatMap((path) =>
    parseBundle(readFileSync(join(log, path)), path.endsWith("196") ? 196 : 256).map((entry) => leafOf(entry)),
  );
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
}

function cut(path: string, to: number): void {
  writeFileSync(path, readFileSync(path).subarray(0, to));
}

/** Replaces the `nth` occurrence (from 0) with a text of the same length. */
function replaceIn(path: string, from: string, to: string, nth: number): void {
  const bytes = readFileSync(path);
  let at = -1;
  for (let n = 0; n <= nth; n++) at = bytes.indexOf(from, at + 1);
  bytes.write(to, at);
  writeFileSync(path, bytes);
}
