import {
  EdgeMemory,
  type LockRow,
  openCheckpoint,
  parseNote,
  type SequencePorts,
  sequence,
  signCheckpoint,
  tilePath,
  tilesOf,
} from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { entryAt, shuffled } from "../contract/sealed.ts";
import { IDENTITY, ORIGIN, SIGNER, TrialLog } from "./grown-log.ts";
import { hex } from "./naive.ts";
import { codeOfPromise } from "./refusal.ts";
import { trialSigner } from "./signer.ts";

const A: Subject = "ticket:trial/A";
const B: Subject = "ticket:trial/B";
const C: Subject = "ticket:trial/C";

/** Ports of which one call fails once, before it took effect or after. */
function failing(ports: SequencePorts, port: "lock" | "places" | "store", call: string, when: "before" | "after"): SequencePorts {
  let failed = false;
  const wrapped = new Proxy(ports[port], {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        const due = name === call && !failed;
        if (due) failed = true;
        if (due && when === "before") throw new Error("injected");
        const result: unknown = await value.apply(target, args);
        if (due) throw new Error("injected");
        return result;
      };
    },
  });
  return { ...ports, [port]: wrapped };
}

describe("sequencing", () => {
  it("puts entries into the log, a chain's side by side, and says where they are", async () => {
    const log = new TrialLog();
    const [a, b] = [log.tell(A, 3), log.tell(B, 2)];
    const mixed = [a[0], b[0], a[1], b[1], a[2]].flatMap((each) => each ?? []);
    const { head, appended, oldest, held } = await sequence(log.ports(), mixed);
    expect([head.size, appended, oldest, held]).toEqual([5, 5, "2026-01-01T00:00:00.000Z", []]);
    expect(await log.leaves()).toEqual([...a, ...b].map(({ hash }) => hash));
    expect(await log.places.runs(A, 0, 9)).toEqual([{ subject: A, seq: 0, count: 3, index: 0 }]);
    expect(await log.places.runs(B, 0, 9)).toEqual([{ subject: B, seq: 0, count: 2, index: 3 }]);
    expect(hex(head.root)).toBe(hex(log.head.root));
    expect(log.head).toMatchObject({ origin: ORIGIN, size: 5, extensions: [] });
  });
  it("takes each entry once, however often it comes, and in whatever order", async () => {
    const log = new TrialLog();
    const told = [...log.tell(A, 9), ...log.tell(B, 9)];
    for (const part of [shuffled(told).slice(0, 7), told, shuffled([...told, ...told])]) await sequence(log.ports(), part);
    expect((await log.leaves()).toSorted()).toEqual(told.map(({ hash }) => hash).toSorted());
    const before = log.snapshot();
    expect(await sequence(log.ports(), told)).toMatchObject({ appended: 0, oldest: undefined, held: [] });
    expect(log.snapshot()).toBe(before);
  });
  it("fetches what lies between from the ledger", async () => {
    const log = new TrialLog();
    await log.grow(A, 2);
    const told = log.tell(A, 450);
    expect(await sequence(log.ports(), told.slice(-1))).toMatchObject({ appended: 450, held: [] });
    expect((await log.leaves()).slice(2)).toEqual(told.map(({ hash }) => hash));
  });
  it("holds back what does not follow, and nothing else", async () => {
    const log = new TrialLog();
    const [a, b] = [log.tell(A, 3), log.tell(B, 1)];
    const later = entryAt(A, 5);
    const impossible = { ...entryAt(C, 0), entry: { ...entryAt(C, 0).entry, seq: -1 } };
    const { appended, held } = await sequence(log.ports(), [later, impossible, ...a, ...b]);
    expect(appended).toBe(4);
    expect(held).toEqual([impossible, later]);
    log.chains.insert([entryAt(A, 3), entryAt(A, 4), later]);
    expect(await sequence(log.ports(), [later])).toMatchObject({ appended: 3, held: [] });
    expect((await log.places.next([A])).get(A)).toBe(6);
  });
  it("goes on in steps when there is more than one step takes", async () => {
    const log = new TrialLog();
    const told = [...log.tell(A, 700), ...log.tell(B, 700), ...log.tell(C, 1)];
    expect(await sequence(log.ports(), told)).toMatchObject({ appended: 1_401, held: [] });
    expect(await log.leaves()).toEqual(told.map(({ hash }) => hash));
    expect((await log.places.runs(B, 0, 700)).map(({ count }) => count)).toEqual([300, 400]);
  });
  it("has nothing to say while there is nothing", async () => {
    const log = new TrialLog();
    expect((await sequence(log.ports(), [])).head.size).toBe(0);
    expect([log.lock.row, log.store.current, log.store.tiles.size]).toEqual([undefined, undefined, 0]);
  });
  it("keeps the partial tiles of the last three sizes, and of the stages only the last", async () => {
    const log = new TrialLog();
    const ports = log.ports();
    for (const count of [200, 40, 30, 20, 400, 1]) await sequence(ports, log.tell(A, count));
    const sizes = [691, 690, 290, 270];
    const kept = new Set(sizes.flatMap((size) => [...tilesOf(size)].map(tilePath)));
    expect([...log.store.tiles.keys()].toSorted()).toEqual([...kept].toSorted());
    expect(log.lock.row?.before).toEqual(sizes.slice(1));
    expect([...log.store.stages.keys()]).toEqual([log.lock.row?.stage]);
  });
  it("reads no edge tile while it is the one who wrote last", async () => {
    const log = new TrialLog();
    const reads: string[] = [];
    const store = new Proxy(log.store, {
      get: (target, name) => {
        if (name === "read") reads.push("read");
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const ports = log.ports({ store });
    for (let turn = 0; turn < 4; turn++) await sequence(ports, log.tell(A, 3));
    expect(reads).toEqual([]);
    await log.grow(B, 1);
    await sequence(ports, log.tell(A, 1));
    expect(reads.length).toBeGreaterThan(0);
    expect((await log.leaves()).length).toBe(14);
  });
});

describe("recovery", () => {
  const writes = [
    ["store", "stage"],
    ["lock", "swap"],
    ["store", "write"],
    ["places", "write"],
    ["store", "discard"],
    ["store", "unstage"],
    ["store", "publish"],
  ] as const;
  const cases = writes.flatMap(([port, call]) => (["before", "after"] as const).map((when) => [port, call, when] as const));

  it.for(cases)("is the same as if %s.%s had not failed %s it took effect, and signs the same bytes", async ([port, call, when]) => {
    const straight = new TrialLog();
    const broken = new TrialLog();
    // Sizes of which partial tiles are discarded, and a stage to take away.
    for (const log of [straight, broken]) for (const count of [250, 3, 2, 1]) await log.grow(A, count);
    const told = straight.tell(B, 9);
    await sequence(straight.ports(), told);
    broken.tell(B, 9);
    await expect(sequence(failing(broken.ports(), port, call, when), told)).rejects.toThrow("injected");
    const { head } = await sequence(broken.ports(), told);
    expect(head.size).toBe(265);
    expect(broken.snapshot()).toBe(straight.snapshot());
    expect([...broken.store.stages.keys()]).toEqual([...straight.store.stages.keys()]);
  });
  it("is done by whoever comes next, with nothing of its own to add", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    await expect(sequence(failing(log.ports(), "store", "write", "before"), log.tell(B, 2))).rejects.toThrow("injected");
    expect([log.head.size, log.lock.row?.size]).toEqual([5, 7]);
    expect((await sequence(log.ports(), [])).head.size).toBe(7);
    expect([log.head.size, (await log.leaves()).length]).toEqual([7, 7]);
  });
  it("finds the stage, though one who lost with the very same tidies up", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    const told = log.tell(B, 2);
    let turn = 0;
    const swap = async (expected: LockRow | undefined, next: LockRow) => {
      // Another one decides for the same entries, and is gone before it writes them.
      if (turn++ === 0) await expect(sequence(failing(log.ports(), "store", "write", "before"), told)).rejects.toThrow("injected");
      return await log.lock.swap(expected, next);
    };
    const { head } = await sequence(log.ports({ lock: { read: () => log.lock.read(), swap } }), told);
    expect([turn, head.size, (await log.leaves()).length]).toEqual([1, 7, 7]);
  });
  it("publishes again what somebody took away, or put back", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    const old = log.store.current;
    await log.grow(A, 5);
    await log.grow(A, 300);
    const note = log.store.current?.note;
    for (const put of [undefined, old]) {
      log.store.current = put;
      await sequence(log.ports(), []);
      expect(log.store.current?.note).toEqual(note);
    }
  });
  it("refuses a stage that is gone, is another's, or does not lead to the lock row", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    await expect(sequence(failing(log.ports(), "store", "write", "before"), log.tell(A, 2))).rejects.toThrow("injected");
    const row = log.lock.row as LockRow;
    const digest = row.stage as string;
    const stage = log.store.stages.get(digest) as Uint8Array;
    log.store.stages.set(digest, Buffer.concat([stage, Buffer.from("x")]));
    expect(await codeOfPromise(sequence(log.ports(), []))).toBe("wrong-stage");
    log.store.stages.delete(digest);
    await expect(sequence(log.ports(), [])).rejects.toThrow("no stage");
    log.store.stages.set(digest, stage);
    for (const bad of [
      { ...row, root: Buffer.alloc(32) },
      { ...row, size: 8 },
      { ...row, stage: undefined },
    ]) {
      log.lock.row = bad;
      expect(await codeOfPromise(sequence(log.ports(), []))).toBe("wrong-stage");
      expect(log.head.size).toBe(5);
    }
    log.lock.row = row;
    expect((await sequence(log.ports(), [])).head.size).toBe(7);
  });
});

describe("sequencing refuses, and signs nothing", () => {
  /** Ports that note what was signed. */
  function signing(log: TrialLog) {
    const signed: string[] = [];
    const sign = async (message: Uint8Array) => {
      signed.push(Buffer.from(message).toString());
      return await SIGNER.sign(message);
    };
    return { ports: log.ports({ signers: [{ key: SIGNER.key, sign }] }), signed };
  }

  it("when the lock row was put back, by one size or by all", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    const early = log.lock.row;
    await log.grow(A, 5);
    const now = log.snapshot();
    for (const row of [early, undefined]) {
      log.lock.row = row;
      const { ports, signed } = signing(log);
      expect(await codeOfPromise(sequence(ports, log.tell(B, 1)))).toBe("storage-ahead");
      expect([signed, log.snapshot()]).toEqual([[], now]);
    }
  });
  it("when lock row and checkpoint were put back together, and an hour is sealed that they do not know of", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    const early = { row: log.lock.row, current: log.store.current };
    await log.grow(A, 5);
    const { size, root } = log.head;
    const extensions = ["hour 2026-11-21T22"];
    await log.store.sealHour("2026-11-21T22", await signCheckpoint({ origin: ORIGIN, size, root, extensions }, [SIGNER]));
    log.lock.row = early.row;
    log.store.current = early.current;
    const { ports, signed } = signing(log);
    expect(await codeOfPromise(sequence(ports, log.tell(B, 1)))).toBe("storage-ahead");
    expect(signed).toEqual([]);
  });
  it.for([
    [1, "storage-differs"],
    [3, "storage-ahead"],
  ] as const)("when a process is between lock row and swap while the row is put back behind %i more", async ([more, code]) => {
    const log = new TrialLog();
    await log.grow(A, 5);
    const early = log.lock.row;
    const { ports, signed } = signing(log);
    const told = log.tell(B, 1);
    let now = "";
    const stage = async (digest: string, bytes: Uint8Array) => {
      await log.grow(A, more);
      log.lock.row = early;
      now = log.snapshot();
      await log.store.stage(digest, bytes);
    };
    const store = new Proxy(log.store, {
      get: (target, name) => {
        if (name === "stage") return stage;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    expect(await codeOfPromise(sequence({ ...ports, store }, told))).toBe(code);
    expect([signed, log.snapshot()]).toEqual([[], now]);
    expect(await log.leaves()).toHaveLength(5 + more);
  });
  it("when another head of this size, or one that the log never had, is published under our own key", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    await log.grow(A, 5);
    for (const [size, code] of [
      [10, "storage-differs"],
      [11, "storage-ahead"],
    ] as const) {
      const note = await signCheckpoint({ origin: ORIGIN, size, root: Buffer.alloc(32, 1), extensions: [] }, [SIGNER]);
      log.store.current = { note, version: "forged" };
      const { ports, signed } = signing(log);
      expect(await codeOfPromise(sequence(ports, log.tell(B, 1)))).toBe(code);
      expect(signed).toEqual([]);
    }
    const note = await signCheckpoint({ origin: ORIGIN, size: 3, root: Buffer.alloc(32, 1), extensions: [] }, [SIGNER]);
    log.store.current = { note, version: "forged" };
    const { ports, signed } = signing(log);
    expect(await codeOfPromise(sequence(ports, []))).toBe("storage-differs");
    expect(signed).toEqual([]);
  });
  it("when what is published is not ours", async () => {
    const log = new TrialLog();
    await log.grow(A, 5);
    const { size, root } = log.head;
    const foreign = trialSigner(ORIGIN, 9);
    const forms = {
      "not-signed": await signCheckpoint({ origin: ORIGIN, size, root, extensions: [] }, [foreign]),
      "wrong-origin": await signCheckpoint({ origin: "ledger.example/other", size, root, extensions: [] }, [SIGNER]),
      "not-canonical": Buffer.from("nothing"),
    };
    for (const [code, note] of Object.entries(forms)) {
      log.store.current = { note, version: code };
      expect(await codeOfPromise(sequence(log.ports(), log.tell(B, 1)))).toBe(code);
    }
  });
  it("when an edge tile is not the tree's", async () => {
    const log = new TrialLog();
    await log.grow(A, 259);
    const row = log.lock.row;
    for (const path of ["tile/entries/001.p/3", "tile/0/001.p/3", "tile/1/000.p/1"]) {
      const good = log.store.tiles.get(path) as Uint8Array;
      const bad = Uint8Array.from(good);
      bad[5] = (bad[5] ?? 0) ^ 1;
      log.store.tiles.set(path, bad);
      const { ports, signed } = signing(log);
      expect(await codeOfPromise(sequence(ports, log.tell(B, 1)))).toBe("wrong-tile");
      expect([signed, log.lock.row]).toEqual([[], row]);
      log.store.tiles.set(path, good);
    }
    log.store.tiles.delete("tile/0/001.p/3");
    expect(await codeOfPromise(sequence(log.ports(), log.tell(B, 1)))).toBe("wrong-tile");
  });
  it("when a full tile that it has to write is there already, and another", async () => {
    const log = new TrialLog();
    await log.grow(A, 250);
    log.store.tiles.set("tile/0/000", Buffer.alloc(256 * 32));
    expect(await codeOfPromise(sequence(log.ports(), log.tell(A, 9)))).toBe("storage-differs");
    expect(log.head.size).toBe(250);
  });
  it("when others are first again and again", async () => {
    const log = new TrialLog();
    const lock = { read: () => log.lock.read(), swap: async () => false };
    let pauses = 0;
    const pause = async () => {
      pauses++;
    };
    expect(await codeOfPromise(sequence(log.ports({ lock, pause }), log.tell(A, 1)))).toBe("contended");
    expect(pauses).toBeGreaterThan(10);
    expect(log.store.stages.size).toBe(0);
  });
});

describe("while a key is replaced", () => {
  it("both sign, and the current checkpoint is signed again by the new one without a new entry", async () => {
    const log = new TrialLog();
    const next = trialSigner(ORIGIN, 8);
    await log.grow(A, 5);
    const before = log.store.current?.note;
    await sequence(log.ports({ signers: [SIGNER, next] }), []);
    const both = parseNote(log.store.current?.note ?? new Uint8Array());
    expect(both.signatures.map(({ id }) => id)).toEqual([SIGNER.key.id, next.key.id]);
    expect(both.text).toBe(parseNote(before ?? new Uint8Array()).text);
    const { current } = log.store;
    await sequence(log.ports({ signers: [SIGNER, next] }), []);
    expect(log.store.current).toBe(current);
    const memory = new EdgeMemory();
    await sequence(log.ports({ signers: [next], log: IDENTITY, memory }), log.tell(A, 1));
    expect(openCheckpoint(log.store.current?.note ?? new Uint8Array(), { origin: ORIGIN, keys: [next.key] }).size).toBe(6);
  });
});
