import {
  EdgeMemory,
  EMPTY_ROOT,
  formatBundle,
  type Hash,
  type LockRow,
  LogError,
  type LogLock,
  type LogPlaces,
  type LogStore,
  leafOf,
  openCheckpoint,
  type Run,
  readBundles,
  sequence,
  type Tile,
} from "@change-ledger/log";
import { SUBJECT_MAX_BYTES, type Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { trialSigner } from "../log/signer.ts";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";
import { entryAt, newSubject } from "./sealed.ts";

interface LogAdapters {
  readonly lock: LogLock;
  readonly places: LogPlaces;
  readonly store: LogStore;
}

/** Begins a log with nothing in it; what it gives opens adapters on that one log, each time those of another process. */
export type BeginLog = () => Promise<() => LogAdapters>;

/** How many race. */
const RACERS = 12;

const root = (byte: number): Hash => Buffer.alloc(32, byte);
const row = (size: number, more: Partial<LockRow> = {}): LockRow => ({
  size,
  root: root(size),
  stage: "5".repeat(64),
  before: [],
  ...more,
});
const hashes = (from: number, count: number) => Buffer.concat(Array.from({ length: count }, (_, at) => root(from + at)));
const bundle = (from: number, count: number) =>
  formatBundle(Array.from({ length: count }, (_, at) => Buffer.from(`entry ${from + at} \r\n\u0000 é`)));
const bytesOf = (of: Uint8Array) => Buffer.from(of).toString("base64");
const codeOf = async (act: Promise<unknown>): Promise<string> =>
  await act.then(
    () => "passed",
    (error: unknown) => (error instanceof LogError ? error.code : "failed"),
  );

/** The contract of LogLock, LogPlaces and LogStore, and that the sequencer holds on them. */
export function logContract(name: string, start: StartEngine<BeginLog>): void {
  describe(`log: ${name}`, () => {
    let engine: Engine<BeginLog> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });
    const begin = (context: TestContext) => clientsFor(engine, context)();
    const opened = async (context: TestContext): Promise<LogAdapters> => (await begin(context))();

    describe("lock", () => {
      it("is undefined before the first swap, and then what was swapped in, to the last member", async (context) => {
        const open = await begin(context);
        expect(await open().lock.read()).toBeUndefined();
        for (const [at, next] of [row(3), row(7, { before: [3] }), row(9, { before: [7, 3, 0], stage: undefined })].entries()) {
          expect(await open().lock.swap(at === 0 ? undefined : await open().lock.read(), next)).toBe(true);
          const read = await open().lock.read();
          expect({ ...read, root: bytesOf(read?.root ?? EMPTY_ROOT) }).toEqual({ ...next, root: bytesOf(next.root) });
        }
      });
      it("swaps only where size, root hash and stage are those expected, and leaves the row where not", async (context) => {
        const { lock } = await opened(context);
        expect(await lock.swap(row(1), row(2))).toBe(false);
        expect(await lock.read()).toBeUndefined();
        await lock.swap(undefined, row(3));
        const others = [undefined, row(4), row(3, { root: root(9) }), row(3, { stage: "6".repeat(64) }), row(3, { stage: undefined })];
        for (const expected of others) expect(await lock.swap(expected, row(8))).toBe(false);
        expect((await lock.read())?.size).toBe(3);
        expect(await lock.swap(row(3, { before: [1] }), row(8, { stage: undefined }))).toBe(true);
        expect(await lock.swap(row(8), row(9))).toBe(false);
        expect(await lock.swap(row(8, { stage: undefined }), row(9))).toBe(true);
      });
      it.for([0, 1])("gives it to exactly one of those who race, from row %i", async (from, context) => {
        const open = await begin(context);
        const expected = from === 0 ? undefined : row(1);
        if (expected !== undefined) await open().lock.swap(undefined, expected);
        const racing = Array.from({ length: RACERS }, (_, at) => row(10 + at));
        const won = await Promise.all(racing.map((next) => open().lock.swap(expected, next)));
        expect(won.filter((each) => each)).toHaveLength(1);
        expect((await open().lock.read())?.size).toBe(racing[won.indexOf(true)]?.size);
      });
    });

    describe("places", () => {
      const run = (subject: Subject, seq: number, count: number, index: number): Run => ({ subject, seq, count, index });

      it("has nothing of a chain that is not in the log", async (context) => {
        const { places } = await opened(context);
        const subject = newSubject();
        expect([...(await places.next([subject]))]).toEqual([[subject, 0]]);
        expect(await places.runs(subject, 0, Number.MAX_SAFE_INTEGER)).toEqual([]);
        expect([...(await places.next([]))]).toEqual([]);
        await places.write([]);
      });
      it("is read by everybody as soon as it was written, twice as well as once", async (context) => {
        const open = await begin(context);
        const subject = newSubject("/ünïcode/%2F");
        const runs = [run(subject, 0, 2, 5), run(subject, 2, 1, 2 ** 40), run(subject, 3, 300, 2 ** 40 + 9)];
        for (const each of [...runs, ...runs]) await open().places.write([each]);
        expect(await open().places.runs(subject, 0, Number.MAX_SAFE_INTEGER)).toEqual(runs);
        expect((await open().places.next([subject])).get(subject)).toBe(303);
      });
      it("gives the runs that hold what was asked for, and no others", async (context) => {
        const { places } = await opened(context);
        const subject = newSubject();
        const runs = [run(subject, 0, 4, 0), run(subject, 4, 1, 9), run(subject, 5, 10, 20), run(subject, 15, 1, 40)];
        await places.write(runs);
        const asked = async (from: number, to: number) => {
          const [exact, eventual] = await Promise.all([places.runs(subject, from, to), places.runs(subject, from, to, { eventual: true })]);
          expect(eventual).toEqual(exact);
          return exact.map(({ seq }) => seq);
        };
        expect(await asked(0, 1)).toEqual([0]);
        expect(await asked(3, 4)).toEqual([0]);
        expect(await asked(3, 5)).toEqual([0, 4]);
        expect(await asked(4, 5)).toEqual([4]);
        expect(await asked(14, 15)).toEqual([5]);
        expect(await asked(6, 16)).toEqual([5, 15]);
        expect(await asked(16, 99)).toEqual([]);
      });
      it("takes many at once, of many chains and of one, the longest subject among them", async (context) => {
        const { places } = await opened(context);
        const long: Subject = `ref:${"r".repeat(SUBJECT_MAX_BYTES - 4)}`;
        const subjects = [...Array.from({ length: 76 }, () => newSubject()), long];
        const one = newSubject();
        const many = Array.from({ length: 130 }, (_, at) => run(one, at * 2, 2, 1_000 + at * 3));
        await places.write([...subjects.map((subject, at) => run(subject, 0, at + 1, at * 100)), ...many]);
        const next = await places.next([...subjects, one, newSubject()]);
        expect(subjects.map((subject) => next.get(subject))).toEqual(subjects.map((_, at) => at + 1));
        expect([next.get(one), next.size]).toEqual([260, subjects.length + 2]);
        expect(await places.runs(one, 0, 260)).toEqual(many);
        expect(await places.runs(one, 199, 201)).toEqual(many.slice(99, 101));
      });
    });

    describe("stages", () => {
      it("are kept, each under its digest, until they are taken away", async (context) => {
        const open = await begin(context);
        const bytes = Buffer.from([0, 255, 10, 13, ...Array.from({ length: 5_000 }, (_, at) => at % 256)]);
        await open().store.stage("a".repeat(64), bytes);
        await open().store.stage("a".repeat(64), bytes);
        await open().store.stage("b".repeat(64), Buffer.from("b"));
        expect(bytesOf(await open().store.staged("a".repeat(64)))).toBe(bytesOf(bytes));
        await open().store.unstage("a".repeat(64));
        await open().store.unstage("a".repeat(64));
        expect(await codeOf(open().store.staged("a".repeat(64)))).not.toBe("passed");
        expect(bytesOf(await open().store.staged("b".repeat(64)))).toBe(bytesOf(Buffer.from("b")));
      });
    });

    describe("tiles", () => {
      const at = (level: number | "entries", index: number, width: number): Tile => ({ level, index, width });

      it("are read as they were written, full and partial, hashes and bundles", async (context) => {
        const open = await begin(context);
        const tiles = [
          { tile: at(0, 0, 256), bytes: hashes(0, 256) },
          { tile: at("entries", 0, 256), bytes: bundle(0, 256) },
          { tile: at("entries", 1_234_067, 2), bytes: bundle(0, 2) },
          { tile: at(0, 1_234_067, 2), bytes: hashes(0, 2) },
          { tile: at(1, 0, 1), bytes: hashes(7, 1) },
        ];
        await open().store.write(tiles);
        await open().store.write(tiles);
        for (const { tile, bytes } of tiles) expect(bytesOf(await open().store.read(tile))).toBe(bytesOf(bytes));
        await open().store.write([]);
      });
      it("are missing by name", async (context) => {
        const { store } = await opened(context);
        await store.write([{ tile: at(0, 0, 3), bytes: hashes(0, 3) }]);
        for (const tile of [at(0, 0, 256), at(0, 0, 4), at("entries", 0, 3), at(0, 1, 3), at(1, 0, 3)])
          expect(await codeOf(store.read(tile))).toBe("wrong-tile");
      });
      it("once full are the same for good", async (context) => {
        const open = await begin(context);
        for (const level of [0, "entries"] as const) {
          const tile = at(level, 4, 256);
          const [bytes, other] = level === 0 ? [hashes(0, 256), hashes(1, 256)] : [bundle(0, 256), bundle(1, 256)];
          await open().store.write([{ tile, bytes }]);
          expect(await codeOf(open().store.write([{ tile, bytes: other }]))).toBe("storage-differs");
          expect(bytesOf(await open().store.read(tile))).toBe(bytesOf(bytes));
        }
      });
      it("once full are the first one's of those who race, and nobody else is told that his were written", async (context) => {
        const open = await begin(context);
        const tile = at(0, 0, 256);
        const outcomes = await Promise.all(
          Array.from({ length: RACERS }, (_, by) => codeOf(open().store.write([{ tile, bytes: hashes(by % 3, 256) }]))),
        );
        const there = bytesOf(await open().store.read(tile));
        for (const [by, outcome] of outcomes.entries())
          expect(outcome).toBe(there === bytesOf(hashes(by % 3, 256)) ? "passed" : "storage-differs");
      });
      it("are read out of wider ones where they have given way to them", async (context) => {
        const { store } = await opened(context);
        const wide = [
          { tile: at(0, 5, 9), bytes: hashes(0, 9) },
          { tile: at("entries", 5, 9), bytes: bundle(0, 9) },
        ];
        await store.write(wide);
        const narrow = async (width: number) => {
          expect(bytesOf(await store.read(at(0, 5, width)))).toBe(bytesOf(hashes(0, width)));
          expect(bytesOf(await store.read(at("entries", 5, width)))).toBe(bytesOf(bundle(0, width)));
        };
        await narrow(3);
        await store.write([
          { tile: at(0, 5, 256), bytes: hashes(0, 256) },
          { tile: at("entries", 5, 256), bytes: bundle(0, 256) },
        ]);
        await store.discard(wide.map(({ tile }) => tile));
        for (const width of [1, 9, 255]) await narrow(width);
      });
      it("are discarded while they are partial, and never once they are full", async (context) => {
        const { store } = await opened(context);
        const [partial, full] = [at(0, 1, 12), at(0, 0, 256)];
        await store.write([
          { tile: partial, bytes: hashes(0, 12) },
          { tile: full, bytes: hashes(0, 256) },
        ]);
        await store.discard([partial, at("entries", 1, 12)]);
        await store.discard([partial]);
        await store.discard([]);
        expect(await codeOf(store.read(partial))).toBe("wrong-tile");
        expect(await codeOf(store.discard([full]))).not.toBe("passed");
        expect(bytesOf(await store.read(full))).toBe(bytesOf(hashes(0, 256)));
      });
    });

    describe("the current checkpoint", () => {
      const note = (of: string) => Buffer.from(`note ${of}\n`);

      it("is replaced by those who have seen it, and by nobody else", async (context) => {
        const open = await begin(context);
        expect(await open().store.published()).toBeUndefined();
        expect(await open().store.publish(undefined, note("one"))).toBe(true);
        expect(await open().store.publish(undefined, note("other"))).toBe(false);
        const one = await open().store.published();
        expect(bytesOf(one?.note ?? root(0))).toBe(bytesOf(note("one")));
        expect(await open().store.publish(one, note("two"))).toBe(true);
        expect(await open().store.publish(one, note("three"))).toBe(false);
        const two = await open().store.published();
        expect(bytesOf(two?.note ?? root(0))).toBe(bytesOf(note("two")));
        expect(await open().store.publish(two, note("three"))).toBe(true);
      });
      it.for([0, 1])("is replaced by exactly one of those who race, when there were %i", async (before, context) => {
        const open = await begin(context);
        if (before === 1) await open().store.publish(undefined, note("before"));
        const expected = await open().store.published();
        const won = await Promise.all(Array.from({ length: RACERS }, (_, by) => open().store.publish(expected, note(`by ${by}`))));
        expect(won.filter((each) => each)).toHaveLength(1);
        expect(bytesOf((await open().store.published())?.note ?? root(0))).toBe(bytesOf(note(`by ${won.indexOf(true)}`)));
      });
    });

    describe("sealed hours", () => {
      const note = (hour: string) => Buffer.from(`sealed ${hour}\n`);

      it("are none at first", async (context) => {
        const { store } = await opened(context);
        expect(await store.latestHour()).toBeUndefined();
        expect(await store.hours(undefined, 10)).toEqual([]);
        expect(await codeOf(store.hour("2026-11-21T22"))).not.toBe("passed");
      });
      it("stay as they were sealed first", async (context) => {
        const open = await begin(context);
        await open().store.sealHour("2026-11-21T22", note("first"));
        await open().store.sealHour("2026-11-21T22", note("second"));
        await open().store.sealHour("2026-11-21T22", note("first"));
        expect(bytesOf(await open().store.hour("2026-11-21T22"))).toBe(bytesOf(note("first")));
      });
      it("come in order, over days, months and years", async (context) => {
        const { store } = await opened(context);
        const hours = [
          "2025-12-31T23",
          "2026-01-01T00",
          "2026-01-01T01",
          "2026-01-31T09",
          "2026-01-31T10",
          "2026-02-01T00",
          "2026-10-01T00",
        ];
        for (const hour of hours.toReversed()) await store.sealHour(hour, note(hour));
        expect(await store.hours(undefined, 100)).toEqual(hours);
        expect(await store.hours(undefined, 3)).toEqual(hours.slice(0, 3));
        expect(await store.hours("2026-01-01T01", 2)).toEqual(hours.slice(3, 5));
        expect(await store.hours("2026-01-15T00", 100)).toEqual(hours.slice(3));
        expect(await store.hours("2026-10-01T00", 100)).toEqual([]);
        const latest = await store.latestHour();
        expect([latest?.hour, bytesOf(latest?.note ?? root(0))]).toEqual(["2026-10-01T00", bytesOf(note("2026-10-01T00"))]);
      });
    });

    it("bears sequencers that race: one log, every entry once, each chain in order", { timeout: 60_000 }, async (context) => {
      const open = await begin(context);
      const signer = trialSigner("ledger.example/contract", 3);
      const log = { origin: signer.key.name, keys: [signer.key] };
      const subjects = Array.from({ length: 4 }, () => newSubject());
      const entries = subjects.flatMap((subject) => Array.from({ length: 70 }, (_, seq) => entryAt(subject, seq)));
      const chains = {
        read: async (subject: Subject, from: number, limit: number) =>
          entries.filter(({ entry }) => entry.subject === subject && entry.seq >= from).slice(0, limit),
      };
      const racer = async (by: number) => {
        const pause = async () => {
          await new Promise((go) => setTimeout(go, 20 * (by + 1)));
        };
        const ports = { ...open(), chains, signers: [signer], log, memory: new EdgeMemory(), pause };
        for (let at = by * 7; at < entries.length; at += 28) await sequence(ports, entries.slice(at, at + 28));
      };
      await Promise.all([0, 1, 2].map(racer));
      const { store, places } = open();
      const head = openCheckpoint((await store.published())?.note ?? root(0), log);
      const found: string[] = [];
      for await (const { hashes: leaves } of readBundles(store, head)) found.push(...leaves);
      expect(found.toSorted()).toEqual(entries.map(({ hash }) => hash).toSorted());
      for (const subject of subjects) {
        const chain = entries.filter(({ entry }) => entry.subject === subject);
        const runs = await places.runs(subject, 0, 70);
        const placed = runs.flatMap(({ index, count }) => found.slice(index, index + count));
        expect(placed).toEqual(chain.map(({ bytes }) => Buffer.from(leafOf(bytes)).toString("hex")));
      }
    });
  });
}
