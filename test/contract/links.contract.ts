import type { LinkItem, LinkPlan, LinkStore } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";
import { newSubject } from "./sealed.ts";

/** Opens one more adapter on the one table: what another process has. */
export type OpenLinks = () => LinkStore;

const WRITERS = 32;
const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
const plan = (version: number, ...carries: Subject[]): LinkPlan => ({ version, carries, since: "previous-revision" });
const valuesOf = (item: LinkItem, name: string) => [...(item[name] ?? [])].sort();

/** The contract of LinkStore, the linker's part of the models table. */
export function linksContract(name: string, start: StartEngine<OpenLinks>): void {
  describe(`links: ${name}`, () => {
    let engine: Engine<OpenLinks> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });
    const open = (context: TestContext): LinkStore => clientsFor(engine, context)();

    it("has an empty item where nothing was merged", async (context) => {
      expect(await open(context).get(newSubject())).toEqual({});
    });

    it("adds to the sets of a key and answers the whole item", async (context) => {
      const store = open(context);
      const key = newSubject();
      expect(await store.merge(key, { in: ["b", "a", "b"] })).toEqual({ in: new Set(["a", "b"]) });
      expect(await store.merge(key, { pr: ["7"] })).toEqual({ in: new Set(["a", "b"]), pr: new Set(["7"]) });
      const whole = { in: new Set(["a", "b", "c"]), pr: new Set(["7"]), state: new Set(["Failed"]) };
      expect(await store.merge(key, { in: ["c", "a"], state: ["Failed"] })).toEqual(whole);
      expect(await store.merge(key, { in: ["c", "a"], state: ["Failed"] })).toEqual(whole);
      expect(await open(context).get(key)).toEqual(whole);
    });

    it("writes nothing but a key when there is nothing to add", async (context) => {
      const store = open(context);
      const key = newSubject();
      expect(await store.merge(key, {})).toEqual({});
      expect(await store.get(key)).toEqual({});
      await store.merge(key, { in: ["a"] });
      expect(await store.merge(key, {})).toEqual({ in: new Set(["a"]) });
    });

    it("takes an attribute without values for nothing to add", async (context) => {
      const store = open(context);
      const key = newSubject();
      expect(await store.merge(key, { in: ["a"], pr: [] })).toEqual({ in: new Set(["a"]) });
      expect(await store.get(key)).toEqual({ in: new Set(["a"]) });
    });

    it("answers what it was when it answered, whatever is merged later", async (context) => {
      const store = open(context);
      const key = newSubject();
      const merged = await store.merge(key, { in: ["a"] });
      const got = await store.get(key);
      await store.merge(key, { in: ["b"] });
      expect([merged, got]).toEqual([{ in: new Set(["a"]) }, { in: new Set(["a"]) }]);
    });

    it("merges atomically: of two answers one contains the other, and the last has them all", async (context) => {
      const key = newSubject();
      const answers = await Promise.all(
        Array.from({ length: WRITERS }, async (_, at) => {
          const answer = await open(context).merge(key, { [at % 2 === 0 ? "in" : "pr"]: [`w${at}`], both: [`w${at}`] });
          expect(answer[at % 2 === 0 ? "in" : "pr"]).toContain(`w${at}`);
          return answer;
        }),
      );
      const grown = answers.toSorted((a, b) => (a["both"]?.size ?? 0) - (b["both"]?.size ?? 0));
      expect(grown.map((item) => item["both"]?.size)).toEqual(Array.from({ length: WRITERS }, (_, at) => at + 1));
      for (const [at, item] of grown.entries()) {
        expect(valuesOf(item, "both")).toEqual([...valuesOf(item, "in"), ...valuesOf(item, "pr")].sort());
        if (at > 0) expect([...(grown[at - 1]?.["both"] ?? [])].filter((value) => !item["both"]?.has(value))).toEqual([]);
      }
      expect(await open(context).get(key)).toEqual(grown.at(-1));
    });

    it("answers a merge with all that was merged before it began", async (context) => {
      const key = newSubject();
      const before = new Set<string>();
      for (let wave = 0; wave < 4; wave++) {
        const values = Array.from({ length: 8 }, (_, at) => `${wave}.${at}`);
        const answers = await Promise.all(values.map((value) => open(context).merge(key, { in: [value] })));
        for (const answer of answers) expect([...before].filter((value) => !answer["in"]?.has(value))).toEqual([]);
        for (const value of values) before.add(value);
        expect((await open(context).get(key))["in"]).toEqual(before);
      }
    });

    it("merges many at once as each by itself, new keys and known ones, more than one batch holds", async (context) => {
      const store = open(context);
      const keys = Array.from({ length: 60 }, () => newSubject());
      for (const key of keys.filter((_, at) => at % 3 === 0)) await store.merge(key, { in: ["before"] });
      const answers = await store.mergeMany(keys.map((key, at) => ({ key, add: { in: [`v${at}`, `v${at}`], pr: ["7"] } })));
      const expected = keys.map((_, at) => ({ in: new Set([...(at % 3 === 0 ? ["before"] : []), `v${at}`]), pr: new Set(["7"]) }));
      expect(answers).toEqual(expected.map((item, at) => ({ item, fresh: at % 3 !== 0 })));
      expect(await store.getMany(keys)).toEqual(new Map(keys.map((key, at) => [key, expected[at]])));
      expect(await store.mergeMany([])).toEqual([]);
    });

    it.for(["new", "known"])("merges a %s key that comes twice in one call", async (state, context) => {
      const store = open(context);
      const key = newSubject();
      if (state === "known") await store.merge(key, { in: ["a"] });
      const answers = await store.mergeMany(["a", "b", "c"].map((value) => ({ key, add: { in: [value] } })));
      for (const [at, value] of ["a", "b", "c"].entries()) expect(answers[at]?.item["in"]).toContain(value);
      expect(await store.get(key)).toEqual({ in: new Set(["a", "b", "c"]) });
    });

    it("merges many atomically when many do: of two answers about a key one contains the other", async (context) => {
      const keys = Array.from({ length: 5 }, () => newSubject());
      const answers = await Promise.all(
        Array.from({ length: WRITERS / 2 }, (_, at) => open(context).mergeMany(keys.map((key) => ({ key, add: { in: [`w${at}`] } })))),
      );
      for (const [place, key] of keys.entries()) {
        const sizes = answers.map((items) => items[place]?.item["in"]?.size ?? 0).sort((a, b) => a - b);
        expect(sizes).toEqual(Array.from({ length: WRITERS / 2 }, (_, at) => at + 1));
        expect((await open(context).get(key))["in"]).toEqual(new Set(answers.map((_, at) => `w${at}`)));
      }
    });

    it("keeps values and keys as they are, however they are written", async (context) => {
      const store = open(context);
      const values = ["\u{1F600}", "e\u0301", "é", " ", "refs/heads/a b", '{"a":"#"}', "' OR 1=1", "x".repeat(2000), "\u0000"];
      const keys = ["", "#", "'", "é", "e\u0301", "\u{1F600}", "y".repeat(1500)].map((tail) => `${newSubject()}${tail}`);
      for (const key of keys) expect((await store.merge(key, { "gave-up": values }))["gave-up"]).toEqual(new Set(values));
      expect(await store.getMany(keys)).toEqual(new Map(keys.map((key) => [key, { "gave-up": new Set(values) }])));
      expect(await store.get(`${keys[0]}#`)).toEqual({});
    });

    it("gets those of many keys that exist, more than one batch holds", async (context) => {
      const store = open(context);
      const keys = Array.from({ length: 230 }, () => newSubject());
      const there = keys.filter((_, at) => at % 2 === 0);
      await Promise.all(there.map((key, at) => store.merge(key, { in: [`v${at}`] })));
      expect(await store.getMany(keys)).toEqual(new Map(there.map((key, at) => [key, { in: new Set([`v${at}`]) }])));
      expect(await store.getMany([])).toEqual(new Map());
    });

    it("gets a key that is asked for twice", async (context) => {
      const store = open(context);
      const key = newSubject();
      await store.merge(key, { in: ["a"] });
      expect(await store.getMany([key, key])).toEqual(new Map([[key, { in: new Set(["a"]) }]]));
    });

    it("finds the value noted latest before an instant, in whatever order they were noted", async (context) => {
      const [writer, reader] = [open(context), open(context)];
      const key = newSubject();
      expect(await reader.latestBefore(key, minute(9))).toBeUndefined();
      for (const n of [5, 1, 30, 3, 12]) await writer.note(key, minute(n), `value ${n}`);
      expect(await reader.latestBefore(key, minute(59))).toBe("value 30");
      expect(await reader.latestBefore(key, minute(12))).toBe("value 5");
      expect(await reader.latestBefore(key, new Date(Date.parse(minute(12)) + 1).toISOString())).toBe("value 12");
      expect(await reader.latestBefore(key, minute(2))).toBe("value 1");
      expect(await reader.latestBefore(key, minute(1))).toBeUndefined();
      expect(await reader.latestBefore(`${key}x`, minute(59))).toBeUndefined();
      expect(await reader.latestBefore(key.slice(0, -1), minute(59))).toBeUndefined();
    });

    it("finds the value noted earliest after an instant", async (context) => {
      const [writer, reader] = [open(context), open(context)];
      const key = newSubject();
      expect(await reader.earliestAfter(key, minute(0))).toBeUndefined();
      for (const n of [5, 1, 30, 3, 12]) await writer.note(key, minute(n), `value ${n}`);
      await writer.note(key, minute(12), "a value");
      expect(await reader.earliestAfter(key, minute(0))).toBe("value 1");
      expect(await reader.earliestAfter(key, minute(1))).toBe("value 3");
      expect(await reader.earliestAfter(key, minute(6))).toBe("a value");
      expect(await reader.earliestAfter(key, minute(12))).toBe("value 30");
      expect(await reader.earliestAfter(key, minute(30))).toBeUndefined();
      expect(await reader.earliestAfter(`${key}x`, minute(0))).toBeUndefined();
      expect(await reader.earliestAfter(key.slice(0, -1), minute(0))).toBeUndefined();
    });

    it("finds the greatest of the values noted at one instant", async (context) => {
      const store = open(context);
      const key = newSubject();
      for (const value of ["b", "c", "a", "B", "c"]) await store.note(key, minute(1), value);
      expect(await store.latestBefore(key, minute(2))).toBe("c");
      for (const value of ["\uFF5E", "\u{1F600}", "é"]) await store.note(key, minute(1), value);
      // By its UTF-8, as DynamoDB orders text; by UTF-16 the emoji would come before U+FF5E.
      expect(await store.latestBefore(key, minute(2))).toBe("\u{1F600}");
    });

    it("gives noted values back as they are", async (context) => {
      const store = open(context);
      for (const value of ["a#b##", "#", "deployment:codedeploy/1/eu-west-1/d-1 abc", "é \u{1F600}", "x".repeat(900)]) {
        const key = newSubject();
        await store.note(key, minute(1), value);
        await store.note(key, minute(1), value);
        expect(await store.latestBefore(key, minute(2))).toBe(value);
      }
    });

    it("keeps sets and notes of one key apart", async (context) => {
      const store = open(context);
      const [noted, merged] = [newSubject(), newSubject()];
      await store.note(noted, minute(1), "v");
      await store.merge(merged, { in: ["a"] });
      expect(await store.get(noted)).toEqual({});
      expect(await store.getMany([noted, merged])).toEqual(new Map([[merged, { in: new Set(["a"]) }]]));
      expect(await store.latestBefore(merged, minute(9))).toBeUndefined();
      expect(await store.merge(noted, { in: ["b"] })).toEqual({ in: new Set(["b"]) });
      expect(await store.latestBefore(noted, minute(9))).toBe("v");
    });

    it("keeps one plan a deployment, from version to version", async (context) => {
      const [writer, reader] = [open(context), open(context)];
      const deployment = newSubject();
      expect(await reader.getPlan(deployment)).toBeUndefined();
      const first: LinkPlan = { ...plan(1, "change:a/1", "change:é/\u{1F600}"), pending: { link: ["change:a/1"], unlink: [] } };
      expect(await writer.putPlan(deployment, 0, first)).toBe(true);
      expect(await reader.getPlan(deployment)).toEqual(first);
      expect(await writer.putPlan(deployment, 1, plan(2))).toBe(true);
      const settled = await reader.getPlan(deployment);
      expect(settled).toEqual(plan(2));
      expect(settled?.pending).toBeUndefined();
      expect(await reader.getPlan(newSubject())).toBeUndefined();
      const other = newSubject();
      await writer.putPlan(other, 0, plan(1, "change:a/2"));
      expect(await reader.getPlans([deployment, newSubject(), other, deployment])).toEqual(
        new Map([
          [deployment, plan(2)],
          [other, plan(1, "change:a/2")],
        ]),
      );
      expect(await reader.getPlans([])).toEqual(new Map());
    });

    it("writes nothing when the version is not the one expected", async (context) => {
      const store = open(context);
      const deployment = newSubject();
      expect(await store.putPlan(deployment, 1, plan(2))).toBe(false);
      expect(await store.getPlan(deployment)).toBeUndefined();
      await store.putPlan(deployment, 0, plan(1, "change:a/1"));
      for (const expected of [0, 2, 9]) expect(await store.putPlan(deployment, expected, plan(expected + 1))).toBe(false);
      expect(await store.getPlan(deployment)).toEqual(plan(1, "change:a/1"));
    });

    it("lets one of those who race put the next version", async (context) => {
      const deployment = newSubject();
      for (let version = 0; version < 4; version++) {
        const racing = Array.from({ length: WRITERS }, (_, at) => plan(version + 1, `change:writer/${at}`));
        const answers = await Promise.all(racing.map((next) => open(context).putPlan(deployment, version, next)));
        expect(answers.filter(Boolean)).toHaveLength(1);
        expect(await open(context).getPlan(deployment)).toEqual(racing[answers.indexOf(true)]);
      }
    });

    it("keeps a plan that carries thousands of changes", async (context) => {
      const store = open(context);
      const deployment = newSubject();
      const many = plan(
        1,
        ...Array.from({ length: 3000 }, (_, n): Subject => `change:github/acme/cargo/push/${String(n).padStart(40, "0")}`),
      );
      expect(await store.putPlan(deployment, 0, many)).toBe(true);
      expect(await store.getPlan(deployment)).toEqual(many);
    });
  });
}
