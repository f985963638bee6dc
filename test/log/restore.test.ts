import {
  EMPTY_ROOT,
  type LogFiles,
  readBundles,
  restoreChains,
  sequence,
  type Tile,
  type TreeHead,
  tilePath,
  VerifiedTiles,
} from "@change-ledger/log";
import { openEntry, type Subject } from "@change-ledger/model";
import { beforeAll, describe, expect, it } from "vitest";
import { TrialLog } from "./grown-log.ts";
import { codeOfPromise } from "./refusal.ts";

const A: Subject = "ticket:trial/A";
const B: Subject = "ticket:trial/B";

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(list);
}

/** What `act` throws. */
async function refusalOf(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => "passed",
    (error: Error) => error.message,
  );
}

describe("all entries out of the log", () => {
  const log = new TrialLog();
  beforeAll(async () => {
    await log.grow(A, 300);
    await log.grow(B, 1);
    await log.grow(A, 500);
  });

  it("are exactly those of the ledger, each chain in order", async () => {
    const restored = await all(restoreChains(log.store, log.head));
    expect(restored.map(({ index }) => index)).toEqual(restored.map((_, at) => at));
    for (const subject of [A, B]) {
      const chain = restored.map(({ entry }) => entry).filter(({ entry }) => entry.subject === subject);
      expect(chain).toEqual(log.chains.chains.get(subject)?.map(({ bytes }) => openEntry(Uint8Array.from(bytes))));
    }
  });
  it("come bundle by bundle, from any on, with any number read ahead", async () => {
    for (const ahead of [0, 1, 7]) {
      const bundles = await all(readBundles(log.store, log.head, { from: 1, ahead }));
      expect(bundles.map(({ index, entries, hashes }) => [index, entries.length, hashes.length])).toEqual([
        [256, 256, 256],
        [512, 256, 256],
        [768, 33, 33],
      ]);
    }
  });
  it("are none of an empty log", async () => {
    const empty: LogFiles = { read: async () => new Uint8Array() };
    expect(await all(readBundles(empty, { size: 0, root: EMPTY_ROOT }))).toEqual([]);
  });
  it("are read with a bounded number of bundles at hand", async () => {
    let open = 0;
    let most = 0;
    const files: LogFiles = {
      read: async (tile) => {
        if (tile.level === "entries") most = Math.max(most, ++open);
        return await log.store.read(tile);
      },
    };
    for await (const _ of readBundles(files, log.head, { ahead: 1 })) open--;
    expect(most).toBe(2);
  });
  it("are given out only when they are verified: every changed file is named, and what comes before it is good", async () => {
    const head = log.head;
    const good = await log.leaves();
    for (const [path, bytes] of log.store.tiles) {
      for (const at of [0, bytes.length - 1]) {
        const bad = Uint8Array.from(bytes);
        bad[at] = (bad[at] ?? 0) ^ 1;
        const files: LogFiles = { read: async (tile) => (tilePath(tile) === path ? bad : await log.store.read(tile)) };
        const seen: string[] = [];
        const read = async () => {
          for await (const { hashes } of readBundles(files, head)) seen.push(...hashes);
        };
        // Partial tiles of former sizes are no part of this tree.
        const refusal = await refusalOf(read());
        if (!isOf(head, path)) expect(refusal).toBe("passed");
        else expect(refusal).toContain(path);
        expect(seen).toEqual(good.slice(0, seen.length));
      }
    }
  });
  it("are refused where they are in order and no entries", async () => {
    const other = new TrialLog();
    const [first] = other.tell(A, 1);
    await sequence(other.ports(), first === undefined ? [] : [{ ...first, bytes: Buffer.from("{}") }]);
    expect(await codeOfPromise(all(restoreChains(other.store, other.head)))).toBe("not-an-entry");
  });
});

/** Whether the tree of `head` has this file. */
function isOf({ size }: TreeHead, path: string): boolean {
  return !path.includes(".p/") || [`.p/${size % 256}`, `.p/${Math.floor(size / 256)}`].some((end) => path.endsWith(end));
}

describe("verified tiles", () => {
  it("tell a tile that the tree has not, and one of another length", async () => {
    const log = new TrialLog();
    await log.grow(A, 300);
    const tiles = new VerifiedTiles(log.head, log.store);
    expect(await tiles.tile(0, 0)).toHaveLength(256 * 32);
    expect(await tiles.tile(1, 0)).toHaveLength(32);
    expect(await codeOfPromise(tiles.tile(0, 2))).toBe("out-of-range");
    expect(await codeOfPromise(tiles.bundle(2))).toBe("out-of-range");
    const short: LogFiles = { read: async (tile: Tile) => (await log.store.read(tile)).subarray(0, -1) };
    expect(await codeOfPromise(new VerifiedTiles(log.head, short).tile(0, 1))).toBe("wrong-tile");
  });
  it("are read once, and again after a read that failed", async () => {
    const log = new TrialLog();
    await log.grow(A, 600);
    const asked: string[] = [];
    let broken = true;
    const files: LogFiles = {
      read: async (tile) => {
        asked.push(tilePath(tile));
        if (broken) throw new Error("injected");
        return await log.store.read(tile);
      },
    };
    const tiles = new VerifiedTiles(log.head, files);
    expect(await refusalOf(tiles.tile(0, 1))).toBe("injected");
    broken = false;
    asked.length = 0;
    for (let turn = 0; turn < 3; turn++) await tiles.tile(0, 1);
    expect(asked.toSorted()).toEqual(["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"]);
  });
});
