import type { ChainStore } from "@change-ledger/ledger";
import { ENTRY_MAX_BYTES, type SealedEntry, SUBJECT_MAX_BYTES, type Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";
import { entryAt, entryOf, newSubject, shuffled, stored } from "./sealed.ts";

/** Opens one more adapter on the one table: what another process has. */
export type OpenChains = () => ChainStore;

/** How many race for one place. */
const WRITERS = 16;

/** The contract of ChainStore, the ledger table as its writer may use it. */
export function chainsContract(name: string, start: StartEngine<OpenChains>): void {
  describe(`chains: ${name}`, () => {
    let engine: Engine<OpenChains> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });
    const open = (context: TestContext): ChainStore => clientsFor(engine, context)();

    it("holds nothing of a chain without entries", async (context) => {
      const store = open(context);
      const subject = newSubject();
      expect(await store.tail(subject, 8)).toEqual([]);
      expect(await store.read(subject, 0, 8)).toEqual([]);
      expect(await store.read(subject, 0, 8, { eventual: true })).toEqual([]);
    });

    it("gives back the exact bytes, and so the entry and its hash", async (context) => {
      const store = open(context);
      const subject = newSubject();
      const texts = ["", "héllo \u{1F600} \u0000 \u001F \u007F \u2028 \uFEFF \uFFFF", '\'; DROP "x" ? \\ \r\n', '{"pk":1}'];
      const entries = texts.map((text, seq) => entryAt(subject, seq, text));
      for (const entry of entries) expect(await store.insert([entry])).toEqual(["inserted"]);
      expect(stored(await store.read(subject, 0, 10))).toEqual(stored(entries));
      expect(stored(await store.tail(subject, 10))).toEqual(stored(entries.toReversed()));
    });

    it("is read by everybody as soon as an insert has resolved", async (context) => {
      const [writer, reader] = [open(context), open(context)];
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          const entry = entryAt(newSubject(), 0);
          await writer.insert([entry]);
          expect(stored(await reader.tail(entry.entry.subject, 1))).toEqual(stored([entry]));
          expect(stored(await reader.read(entry.entry.subject, 0, 1))).toEqual(stored([entry]));
        }),
      );
    });

    it("answers taken where a place is held, and leaves what holds it", async (context) => {
      const store = open(context);
      const subject = newSubject();
      const first = entryAt(subject, 0, "first");
      await store.insert([first]);
      expect(await store.insert([entryAt(subject, 0, "second")])).toEqual(["taken"]);
      expect(await store.insert([first])).toEqual(["taken"]);
      expect(stored(await store.read(subject, 0, 10))).toEqual(stored([first]));
    });

    it("answers for each entry of a call in its place, written or not", async (context) => {
      const store = open(context);
      const subjects = Array.from({ length: 5 }, () => newSubject());
      const held = subjects.filter((_, at) => at % 2 === 1).map((subject) => entryAt(subject, 0, "held"));
      await store.insert(held);
      expect(await store.insert(subjects.map((subject) => entryAt(subject, 0, "new")))).toEqual([
        "inserted",
        "taken",
        "inserted",
        "taken",
        "inserted",
      ]);
      for (const [at, subject] of subjects.entries())
        expect(stored(await store.tail(subject, 2))).toEqual(stored([entryAt(subject, 0, at % 2 === 1 ? "held" : "new")]));
    });

    it.for([0, 25, 26, 77])("takes %i entries in one call", async (count, context) => {
      const store = open(context);
      const entries = Array.from({ length: count }, (_, at) => entryAt(newSubject(), 0, `n${at}`));
      await store.insert(entries.filter((_, at) => at % 7 === 3));
      expect(await store.insert(entries)).toEqual(entries.map((_, at) => (at % 7 === 3 ? "taken" : "inserted")));
      const read = await Promise.all(entries.map(({ entry }) => store.tail(entry.subject, 2)));
      expect(stored(read.flat())).toEqual(stored(entries));
    });

    it("gives a place to exactly one of those who race for it", async (context) => {
      const subject = newSubject();
      const racing = Array.from({ length: WRITERS }, (_, at) => ({ store: open(context), entry: entryAt(subject, 0, `writer ${at}`) }));
      const answers = await Promise.all(racing.map(async ({ store, entry }) => (await store.insert([entry]))[0]));
      expect(answers.filter((answer) => answer === "inserted")).toHaveLength(1);
      expect(answers.filter((answer) => answer === "taken")).toHaveLength(WRITERS - 1);
      const winner = racing[answers.indexOf("inserted")]?.entry as SealedEntry;
      expect(stored(await open(context).read(subject, 0, 10))).toEqual(stored([winner]));
    });

    it("gives each place of a call to exactly one of those who race for them", async (context) => {
      const subjects = Array.from({ length: 30 }, () => newSubject());
      const racing = Array.from({ length: WRITERS }, (_, at) => ({
        store: open(context),
        entries: subjects.map((subject) => entryAt(subject, 0, `writer ${at}`)),
      }));
      const answers = await Promise.all(racing.map(({ store, entries }) => store.insert(entries)));
      for (const [place, subject] of subjects.entries()) {
        const won = racing.filter((_, writer) => answers[writer]?.[place] === "inserted");
        expect(won).toHaveLength(1);
        const [winner] = won.map(({ entries }) => entries[place] as SealedEntry);
        expect(stored(await open(context).tail(subject, 2))).toEqual(stored(winner === undefined ? [] : [winner]));
      }
    });

    it("orders a chain by number, and reads from where and as many as was asked", async (context) => {
      const store = open(context);
      const subject = newSubject();
      const chain = Array.from({ length: 112 }, (_, seq) => entryAt(subject, seq));
      for (const entry of shuffled(chain)) await store.insert([entry]);
      const seqs = (entries: readonly SealedEntry[]) => entries.map(({ entry }) => entry.seq);
      const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
      expect(seqs(await store.read(subject, 0, 1000))).toEqual(range(0, 112));
      expect(seqs(await store.read(subject, 0, 112))).toEqual(range(0, 112));
      expect(seqs(await store.read(subject, 8, 4))).toEqual([8, 9, 10, 11]);
      expect(seqs(await store.read(subject, 98, 4))).toEqual([98, 99, 100, 101]);
      expect(seqs(await store.read(subject, 111, 4))).toEqual([111]);
      expect(await store.read(subject, 112, 4)).toEqual([]);
      expect(await store.read(subject, Number.MAX_SAFE_INTEGER, 4)).toEqual([]);
      expect(seqs(await store.tail(subject, 4))).toEqual([111, 110, 109, 108]);
      expect(seqs(await store.tail(subject, 1000))).toEqual(range(0, 112).reverse());
    });

    it("may lack the latest when read eventually, and nothing else", async (context) => {
      const store = open(context);
      const subject = newSubject();
      const chain = Array.from({ length: 12 }, (_, seq) => entryAt(subject, seq));
      for (const entry of chain) await store.insert([entry]);
      const read = await store.read(subject, 3, 5, { eventual: true });
      expect(stored(read)).toEqual(stored(chain.slice(3, 3 + read.length)));
      expect(read.length).toBeLessThanOrEqual(5);
    });

    it("reads over the engine's pages of 1 MB when entries are as large as entries may be", async (context) => {
      const store = open(context);
      const subject = newSubject();
      const chain = Array.from({ length: 40 }, (_, seq) => entryOf(subject, seq));
      expect(chain.map(({ bytes }) => bytes.length)).toEqual(chain.map(() => ENTRY_MAX_BYTES));
      for (const entry of chain) await store.insert([entry]);
      const hashes = (entries: readonly SealedEntry[]) => entries.map(({ hash }) => hash);
      expect(hashes(await store.read(subject, 0, 100))).toEqual(hashes(chain));
      expect(hashes(await store.read(subject, 2, 36))).toEqual(hashes(chain.slice(2, 38)));
      expect(hashes(await store.tail(subject, 100))).toEqual(hashes(chain.toReversed()));
      expect(hashes(await store.tail(subject, 35))).toEqual(hashes(chain.slice(-35).toReversed()));
    });

    it("takes a full call of the largest entries", async (context) => {
      const store = open(context);
      const entries = Array.from({ length: 25 }, () => entryOf(newSubject(), 0));
      expect(await store.insert(entries)).toEqual(entries.map(() => "inserted"));
      const read = await Promise.all(entries.map(({ entry }) => store.tail(entry.subject, 1)));
      expect(read.flat().map(({ hash }) => hash)).toEqual(entries.map(({ hash }) => hash));
    });

    it("keeps chains apart whose subjects are nearly the same", async (context) => {
      const store = open(context);
      const base = newSubject();
      const long = newSubject("/");
      const tails = ["", "/", "e\u0301", "é", "É", "#0", "'", '"', "?", "' OR 'a'='a", "\u{1F600}", "\uFFFD", "%00", "__proto__"];
      const subjects = [
        ...tails.map((tail): Subject => `${base}${tail.replaceAll(" ", "")}`),
        ...["a", "b"].map((end): Subject => `${long}${"x".repeat(SUBJECT_MAX_BYTES - Buffer.byteLength(long) - 1)}${end}`),
        `${long}${"é".repeat(480)}` as Subject,
      ];
      const entries = subjects.map((subject, at) => entryAt(subject, 0, `n${at}`));
      expect(await store.insert(entries)).toEqual(entries.map(() => "inserted"));
      for (const [at, subject] of subjects.entries())
        expect(stored(await store.read(subject, 0, 9))).toEqual(stored(entries.slice(at, at + 1)));
    });

    it("knows the markers that exist and no others", async (context) => {
      const [writer, reader] = [open(context), open(context)];
      const key = newSubject();
      expect(await reader.markers([key])).toEqual(new Map());
      expect(await reader.markers([])).toEqual(new Map());
      await writer.mark(new Map());
      await writer.mark(new Map([[key, "the \u{1F600} id"]]));
      expect(await reader.markers([key, `${key}x`, key])).toEqual(new Map([[key, "the \u{1F600} id"]]));
    });

    it("leaves a marker its first value, however often it is marked", async (context) => {
      const store = open(context);
      const [one, two] = [newSubject(), newSubject()];
      await store.mark(new Map([[one, "first"]]));
      await store.mark(new Map([[one, "first"]]));
      await store.mark(new Map([[one, "second"]]));
      await store.mark(
        new Map([
          [two, "first"],
          [one, "third"],
        ]),
      );
      expect(await store.markers([one, two])).toEqual(
        new Map([
          [one, "first"],
          [two, "first"],
        ]),
      );
    });

    it("lets one value of a marker stand when many mark it at once", async (context) => {
      const key = newSubject();
      await Promise.all(Array.from({ length: WRITERS }, (_, at) => open(context).mark(new Map([[key, `writer ${at}`]]))));
      const answers = await Promise.all(Array.from({ length: WRITERS }, async () => (await open(context).markers([key])).get(key)));
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(/^writer \d+$/);
    });

    it("marks and asks more than one batch holds", async (context) => {
      const store = open(context);
      const markers = new Map(Array.from({ length: 120 }, (_, at) => [newSubject(), `value ${at}`]));
      await store.mark(new Map([...markers].filter((_, at) => at % 5 === 0)));
      await store.mark(markers);
      expect(await store.markers([...markers.keys(), newSubject()])).toEqual(markers);
    });

    it("takes a marker for no entry and an entry for no marker", async (context) => {
      const store = open(context);
      const subject = newSubject();
      await store.mark(new Map([[subject, "value"]]));
      expect(await store.tail(subject, 8)).toEqual([]);
      expect(await store.insert([entryAt(subject, 0)])).toEqual(["inserted"]);
      expect(await store.markers([`${subject}`])).toEqual(new Map([[subject, "value"]]));
      const other = newSubject();
      await store.insert([entryAt(other, 0)]);
      expect(await store.markers([other])).toEqual(new Map());
    });
  });
}
