import { type Difference, reconcile, sequence } from "@change-ledger/log";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { entryAt } from "../contract/sealed.ts";
import { TrialLog } from "./grown-log.ts";
import { codeOfPromise } from "./refusal.ts";

const A: Subject = "ticket:trial/A";
const B: Subject = "ticket:trial/B";
const C: Subject = "ticket:trial/C";

async function reconciled(log: TrialLog, ledger: AsyncIterable<SealedEntry> = log.chains.scan()) {
  const differences: Difference[] = [];
  const answer = await reconcile(log.ports(), ledger, (each) => differences.push(each));
  expect(answer.differences).toBe(differences.length);
  return { ...answer, differences };
}

/** A ledger of three chains, all of it in the log. */
async function trial(): Promise<TrialLog> {
  const log = new TrialLog();
  await log.grow(A, 300);
  await log.grow(B, 4);
  await log.grow(A, 5);
  await log.grow(C, 1);
  return log;
}

const chainOf = (log: TrialLog, subject: Subject): SealedEntry[] => log.chains.chains.get(subject) ?? [];

describe("reconciling", () => {
  it("finds nothing where nothing differs, and writes nothing", async () => {
    const log = await trial();
    const before = log.snapshot();
    expect(await reconciled(log)).toEqual({ size: 310, compared: 310, fed: 0, differences: [] });
    expect(log.snapshot()).toBe(before);
  });
  it("begins the log of a ledger that has none", async () => {
    const log = new TrialLog();
    log.tell(A, 400);
    log.tell(B, 3);
    expect(await reconciled(log)).toEqual({ size: 0, compared: 0, fed: 403, differences: [] });
    expect((await log.leaves()).length).toBe(403);
    expect(await reconciled(log)).toMatchObject({ compared: 403, fed: 0, differences: [] });
  });
  it("feeds what the stream has lost: tails, whole chains, of many chains", async () => {
    const log = await trial();
    log.tell(A, 250);
    const many = Array.from({ length: 220 }, (_, at): Subject => `ticket:trial/many/${at}`);
    for (const subject of many) log.tell(subject, 2);
    expect(await reconciled(log)).toMatchObject({ size: 310, compared: 310, fed: 250 + 440, differences: [] });
    expect((await log.leaves()).length).toBe(1_000);
    expect(await reconciled(log)).toMatchObject({ compared: 1_000, fed: 0, differences: [] });
  });
  it("reports an entry that the ledger lacks: from the middle, the tail, and a whole chain", async () => {
    const log = await trial();
    const gone = [chainOf(log, A)[7], chainOf(log, B)[3], chainOf(log, C)[0]].flatMap((each) => each ?? []);
    for (const [subject, chain] of log.chains.chains)
      log.chains.chains.set(
        subject,
        chain.filter((each) => !gone.includes(each)),
      );
    const { differences, compared, fed } = await reconciled(log);
    const leaves = [7, 303, 309];
    expect(differences).toEqual(
      gone.map(({ entry: { subject, seq }, hash }, at) => ({
        kind: "not-in-ledger",
        subject,
        seq,
        leaf: leaves[at],
        expected: hash,
        found: undefined,
      })),
    );
    expect([compared, fed]).toEqual([307, 0]);
  });
  it("reports an entry that was changed, with both hashes, and leaves both as they are", async () => {
    const log = await trial();
    const before = log.snapshot();
    const [old, other] = [chainOf(log, B)[2], entryAt(B, 2, "changed")];
    log.chains.chains.set(
      B,
      chainOf(log, B).map((each) => (each === old ? other : each)),
    );
    const { differences } = await reconciled(log);
    expect(differences).toEqual([{ kind: "other-bytes", subject: B, seq: 2, leaf: 302, expected: old?.hash, found: other.hash }]);
    expect(log.snapshot()).toBe(before);
  });
  it("reports a gap of the ledger's own, and feeds what lies before it", async () => {
    const log = await trial();
    log.chains.insert([entryAt(B, 4), entryAt(B, 6)]);
    const { differences, fed } = await reconciled(log);
    expect(differences).toEqual([{ kind: "gap", subject: B, seq: 6, leaf: undefined, expected: undefined, found: entryAt(B, 6).hash }]);
    expect(fed).toBe(1);
  });
  it("finds places that were lost, puts them back, and so keeps their entries from entering twice", async () => {
    const log = await trial();
    log.places.chains.delete(B);
    log.tell(B, 1);
    const { differences, fed } = await reconciled(log);
    expect(differences.map(({ kind, subject, seq, leaf }) => [kind, subject, seq, leaf])).toEqual(
      [0, 1, 2, 3].map((seq) => ["unplaced", B, seq, 300 + seq]),
    );
    expect(fed).toBe(1);
    expect((await log.leaves()).length).toBe(311);
    expect(await reconciled(log)).toMatchObject({ compared: 311, differences: [] });
  });
  it("reports what is in the log twice, and a place that is another's", async () => {
    const log = await trial();
    const lost = log.places.chains.get(C);
    log.places.chains.delete(C);
    await sequence(log.ports(), chainOf(log, C));
    const doubled = await reconciled(log);
    expect(doubled.differences.map(({ kind, subject, seq, leaf }) => [kind, subject, seq, leaf])).toEqual([["doubled", C, 0, 309]]);
    if (lost !== undefined) log.places.chains.set(C, new Map([[0, { subject: C, seq: 0, count: 1, index: 5 }]]));
    const misplaced = await reconciled(log);
    expect(misplaced.differences.map(({ kind, subject, leaf }) => [kind, subject, leaf])).toEqual([
      ["misplaced", C, 5],
      ["misplaced", C, 309],
      ["misplaced", C, 310],
    ]);
  });
  it("reports leaves that are no entries", async () => {
    const log = await trial();
    const [next] = log.tell(B, 1);
    if (next === undefined) throw new Error("expected an entry");
    await sequence(log.ports(), [{ ...next, bytes: Buffer.from("nothing") }]);
    const { differences } = await reconciled(log);
    expect(differences.map(({ kind, subject, seq, leaf, found }) => [kind, subject, seq, leaf, found])).toEqual([
      ["not-an-entry", undefined, undefined, 310, undefined],
    ]);
  });
  it("takes no entry for missing that was appended, or sequenced, while it ran", async () => {
    const log = await trial();
    async function* meanwhile() {
      let turn = 0;
      for await (const each of log.chains.scan()) {
        if (turn++ % 50 === 0) await log.grow(C, 1);
        yield each;
      }
    }
    const { differences, fed } = await reconciled(log, meanwhile());
    expect([differences, fed]).toEqual([[], 0]);
  });
  it("does not miss what the pass over the ledger came too early to see", async () => {
    const log = await trial();
    async function* early() {
      for await (const each of log.chains.scan()) if (each.entry.subject !== B) yield each;
    }
    expect(await reconciled(log, early())).toEqual({ size: 310, compared: 310, fed: 0, differences: [] });
  });
  it("refuses a log whose tiles are not its own", async () => {
    const log = await trial();
    const tile = log.store.tiles.get("tile/0/000") as Uint8Array;
    tile[0] = (tile[0] ?? 0) ^ 1;
    expect(await codeOfPromise(reconcile(log.ports(), log.chains.scan(), () => {}))).toBe("wrong-tile");
  });
});
