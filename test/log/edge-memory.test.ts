import { Edge, EdgeMemory, EMPTY_ROOT, type LockRow, sequence } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { TrialLog } from "./grown-log.ts";

const row = (size: number, stage = `${size}`): LockRow => ({ size, root: Buffer.alloc(32, size), stage, before: [] });
const edge = () => Edge.open({ size: 0, root: EMPTY_ROOT }, []);
const A: Subject = "change:trial/a";
const B: Subject = "change:trial/b";
const appended = (subject: Subject, seq: number, count: number) => ({ subject, seq, entries: Array.from({ length: count }) });

describe("where chains go on", () => {
  it("is remembered for the very row that it was learned at", () => {
    const memory = new EdgeMemory();
    memory.learn(row(5), new Map([[A, 3]]));
    expect(memory.next(row(5), A)).toBe(3);
    expect(memory.next(row(5), B)).toBeUndefined();
    for (const other of [undefined, row(6), row(5, "another stage")]) expect(memory.next(other, A)).toBeUndefined();
    memory.learn(row(6), new Map([[B, 1]]));
    expect([memory.next(row(6), A), memory.next(row(6), B), memory.next(row(5), A)]).toEqual([undefined, 1, undefined]);
  });

  it("goes along with a step from the row that it is known for, and is forgotten at any other", () => {
    const memory = new EdgeMemory();
    memory.learn(
      row(5),
      new Map([
        [A, 3],
        [B, 2],
      ]),
    );
    memory.leave(row(7), edge(), row(5), [appended(A, 3, 2)]);
    expect([memory.next(row(7), A), memory.next(row(7), B), memory.next(row(5), B)]).toEqual([5, 2, undefined]);
    memory.leave(row(9), edge(), row(8), [appended(A, 6, 1)]);
    expect([memory.next(row(9), A), memory.next(row(9), B)]).toEqual([7, undefined]);
  });

  it("is asked for once a chain, as long as nobody else adds to the log, and then again", async () => {
    const log = new TrialLog();
    const asked: Subject[][] = [];
    const places = log.places;
    const counting = {
      next: async (subjects: readonly Subject[]) => {
        asked.push([...subjects]);
        return await places.next(subjects);
      },
      runs: places.runs.bind(places),
      write: places.write.bind(places),
    };
    const mine = log.ports({ places: counting });
    await sequence(mine, log.tell(A, 2));
    await sequence(mine, [...log.tell(A, 1), ...log.tell(B, 1)]);
    await sequence(mine, [...log.tell(A, 3), ...log.tell(B, 2)]);
    expect(asked).toEqual([[A], [B]]);
    await log.grow(B, 2);
    await sequence(mine, [...log.tell(A, 1), ...log.tell(B, 1)]);
    expect(asked.slice(2)).toEqual([[A, B]]);
    expect(await log.leaves()).toHaveLength(13);
    expect(new Set(await log.leaves()).size).toBe(13);
  });

  it("keeps the chains that were spoken of last", () => {
    const memory = new EdgeMemory();
    const many = Array.from({ length: 100_000 }, (_, at): [Subject, number] => [`change:trial/${at}`, at]);
    memory.learn(
      row(1),
      new Map([
        [A, 1],
        [B, 1],
      ]),
    );
    memory.learn(row(1), new Map([[A, 2]]));
    memory.learn(row(1), new Map(many.slice(1)));
    expect([memory.next(row(1), A), memory.next(row(1), B), memory.next(row(1), "change:trial/99999")]).toEqual([2, undefined, 99_999]);
  });
});
