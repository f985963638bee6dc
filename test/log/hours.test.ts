import { type Checkpoint, openCheckpoint, sealedHour, sealHours, sequence, signCheckpoint } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { IDENTITY, ORIGIN, SIGNER, TrialLog } from "./grown-log.ts";
import { hex } from "./naive.ts";
import { codeOfPromise } from "./refusal.ts";

const A: Subject = "ticket:trial/A";
const NEVER = new Uint8Array();

/** Every sealed hour with its checkpoint, verified. */
function sealedIn(log: TrialLog): [string, Checkpoint][] {
  return [...log.store.sealed].sort().map(([hour, note]) => [hour, openCheckpoint(note, IDENTITY)]);
}

describe("sealing hours", () => {
  it("begins with the last hour that is over, and seals none twice", async () => {
    const log = new TrialLog();
    await log.grow(A, 3);
    expect(await sealHours(log.ports(), "2026-11-21T22:59:59.999Z")).toEqual(["2026-11-21T21"]);
    expect(await sealHours(log.ports(), "2026-11-21T22:59:59.999Z")).toEqual([]);
    expect(await sealHours(log.ports(), "2026-11-21T23:00:00.000Z")).toEqual(["2026-11-21T22"]);
    for (const [hour, checkpoint] of sealedIn(log)) {
      expect(checkpoint).toMatchObject({ origin: ORIGIN, size: 3, extensions: [`hour ${hour}`] });
      expect([sealedHour(checkpoint), hex(checkpoint.root)]).toEqual([hour, hex(log.head.root)]);
    }
    expect(log.head.extensions).toEqual([]);
  });
  it("says of a quiet hour that nothing happened, and of each other one how far the log had come", async () => {
    const log = new TrialLog();
    for (const [at, count] of [3, 0, 400, 0].entries()) {
      await log.grow(A, count);
      await sealHours(log.ports(), `2026-11-21T0${at + 1}:00:05.000Z`);
    }
    expect(sealedIn(log).map(([hour, { size }]) => [hour, size])).toEqual([
      ["2026-11-21T00", 3],
      ["2026-11-21T01", 3],
      ["2026-11-21T02", 403],
      ["2026-11-21T03", 403],
    ]);
  });
  it("seals missed hours late, over the end of a year, a week of them at most", async () => {
    const log = new TrialLog();
    await log.grow(A, 3);
    await sealHours(log.ports(), "2026-12-31T21:10:00.000Z");
    expect(await sealHours(log.ports(), "2027-01-01T02:00:00.000Z")).toEqual([
      "2026-12-31T21",
      "2026-12-31T22",
      "2026-12-31T23",
      "2027-01-01T00",
      "2027-01-01T01",
    ]);
    const late = await sealHours(log.ports(), "2027-02-01T00:30:00.000Z");
    expect([late.length, late[0], late.at(-1)]).toEqual([168, "2027-01-25T00", "2027-01-31T23"]);
    expect(await sealHours(log.ports(), "2027-01-05T00:00:00.000Z")).toEqual([]);
  });
  it("seals nothing of a log that was not begun", async () => {
    const log = new TrialLog();
    expect(await sealHours(log.ports(), "2026-11-21T23:00:00.000Z")).toEqual([]);
    expect(log.store.sealed.size).toBe(0);
  });
  it("finishes what another process left, so that the hour has it", async () => {
    const log = new TrialLog();
    await log.grow(A, 3);
    const store = Object.assign(Object.create(log.store) as typeof log.store, {
      publish: async () => {
        throw new Error("injected");
      },
    });
    await expect(sequence(log.ports({ store }), log.tell(A, 2))).rejects.toThrow("injected");
    await sealHours(log.ports(), "2026-11-21T23:00:00.000Z");
    expect(sealedIn(log)[0]?.[1].size).toBe(5);
  });
  it("never seals an hour below the one before, however many seal at once", async () => {
    const log = new TrialLog();
    await log.grow(A, 3);
    await sealHours(log.ports(), "2026-11-21T21:00:00.000Z");
    const slow = log.ports();
    let turn = 0;
    const sealHour = async (hour: string, note: Uint8Array) => {
      // Before its first write another one grows the log and seals that very hour.
      if (turn++ === 0) {
        await log.grow(A, 4);
        await sealHours(log.ports(), "2026-11-21T22:00:00.000Z");
      }
      await log.store.sealHour(hour, note);
    };
    const store = Object.assign(Object.create(log.store) as typeof log.store, { sealHour });
    expect(await sealHours({ ...slow, store }, "2026-11-22T00:00:00.000Z")).toEqual(["2026-11-21T22", "2026-11-21T23"]);
    expect(sealedIn(log).map(([, { size }]) => size)).toEqual([3, 7, 7, 7]);
  });
  it("takes no hour that another seals meanwhile for one from the future", async () => {
    const log = new TrialLog();
    await log.grow(A, 3);
    const { memory } = log.ports();
    await sequence(log.ports({ memory }), log.tell(A, 1));
    let turn = 0;
    const latestHour = async () => {
      if (turn++ === 0) {
        await log.grow(A, 4);
        await sealHours(log.ports(), "2026-11-21T22:00:00.000Z");
      }
      return await log.store.latestHour();
    };
    const store = Object.assign(Object.create(log.store) as typeof log.store, { latestHour });
    expect(await sealHours(log.ports({ memory, store }), "2026-11-21T23:00:00.000Z")).toEqual(["2026-11-21T22"]);
    expect([turn, ...sealedIn(log).map(([, { size }]) => size)]).toEqual([1, 8, 8]);
  });
  it("refuses to seal a log that does not start with what was sealed, or that is behind it", async () => {
    const log = new TrialLog();
    await log.grow(A, 3);
    const early = { row: log.lock.row, current: log.store.current };
    await log.grow(A, 3);
    const memory = log.ports().memory;
    await sequence(log.ports({ memory }), log.tell(A, 1));
    const seal = async (size: number, root: Uint8Array) =>
      log.store.sealed.set(
        "2026-11-21T20",
        await signCheckpoint({ origin: ORIGIN, size, root, extensions: ["hour 2026-11-21T20"] }, [SIGNER]),
      );
    const code = () => codeOfPromise(sealHours(log.ports({ memory }), "2026-11-21T23:00:00.000Z"));
    await seal(2, Buffer.alloc(32, 1));
    expect(await code()).toBe("storage-differs");
    await seal(7, Buffer.alloc(32, 1));
    expect(await code()).toBe("storage-differs");
    await seal(log.head.size, log.head.root);
    log.lock.row = early.row;
    log.store.current = early.current;
    expect(await code()).toBe("storage-ahead");
    log.store.sealed.set("2026-11-21T20", early.current?.note ?? NEVER);
    expect(await code()).toBe("storage-differs");
    log.store.sealed.set("2026-11-21T20", Buffer.from("nothing"));
    expect(await code()).toBe("not-canonical");
    expect(log.store.sealed.size).toBe(1);
  });
});
