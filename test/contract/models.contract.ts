import type { Subject } from "@change-ledger/model";
import {
  type ChangeSummary,
  comparePlaces,
  type DeploymentSummary,
  type ModelStore,
  mergedPlaces,
  NOT_STORED,
  type Place,
  type Stored,
  type Summary,
  scopeOf,
  stubChange,
  withoutStub,
} from "@change-ledger/query";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";
import { shuffled } from "./sealed.ts";
import { change, minute, newScope, ticket } from "./summaries.ts";

/** Opens one more adapter on the one table: what another process has. */
export type OpenModels = () => ModelStore;

const WRITERS = 16;

/** The contract of ModelStore, the read models. */
export function modelsContract(name: string, start: StartEngine<OpenModels>): void {
  describe(`read models: ${name}`, () => {
    let engine: Engine<OpenModels> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    function opened(context: TestContext) {
      const open = clientsFor(engine, context);
      const models = open();
      return {
        open,
        models,
        create: (state: Summary) => models.put([{ state, before: NOT_STORED }]),
        read: async (subject: Subject): Promise<Stored> => (await open().get([subject], { consistent: true })).get(subject) ?? NOT_STORED,
      };
    }

    it("gives back what was put, counted from 1, and nothing for what was not", async (context) => {
      const { models, create } = opened(context);
      const subject: Subject = `change:${newScope()}/pull/1`;
      const state: Summary = {
        ...change(subject, minute(1)),
        pull: { at: minute(1), id: "é \u{1F600}", author: { login: "ada" }, head: "a", baseRef: "main", state: "open", labels: ["", "'"] },
        links: [["deployment:codedeploy/1/eu-west-1/d-1", { version: 1, on: true }]],
      };
      expect(await create(state)).toEqual(["written"]);
      const got = await models.get([subject, `${subject}0`, subject], { consistent: true });
      expect([...got]).toEqual([[subject, { state, version: 1 }]]);
      expect(await models.get([])).toEqual(new Map());
      expect(await models.put([])).toEqual([]);
    });

    it("is read by everybody as soon as a write has resolved, by who asks for it", async (context) => {
      const { create, read } = opened(context);
      await Promise.all(
        Array.from({ length: WRITERS }, async (_, n) => {
          const state = ticket(`ticket:${newScope()}-${n}`, minute(n));
          await create(state);
          expect(await read(state.subject)).toEqual({ state, version: 1 });
        }),
      );
    });

    it.for([25, 26, 130])("writes and reads %i subjects in one call", async (count, context) => {
      const { models } = opened(context);
      const home = newScope();
      const states = Array.from({ length: count }, (_, n) => change(`change:${home}/pull/${n}`, minute(n)));
      expect(await models.put(states.map((state) => ({ state, before: NOT_STORED })))).toEqual(states.map(() => "written"));
      const got = await models.get(
        states.map(({ subject }) => subject),
        { consistent: true },
      );
      expect(states.map(({ subject }) => got.get(subject))).toEqual(states.map((state) => ({ state, version: 1 })));
    });

    it("answers for each write of a call in its place: made, changed, moved and lost", async (context) => {
      const { models, create, read } = opened(context);
      const home = newScope();
      const subject = (n: number): Subject => `change:${home}/pull/${n}`;
      for (const n of [1, 2, 3, 4]) await create(change(subject(n), minute(10 + n)));
      const before = await Promise.all([1, 2, 3, 4].map((n) => read(subject(n))));
      await models.put([{ state: change(subject(4), minute(14), 2), before: before[3] as Stored }]);
      const writes = [
        { state: change(subject(0), minute(10)), before: NOT_STORED },
        { state: change(subject(1), minute(10)), before: NOT_STORED },
        { state: change(subject(2), minute(12), 2), before: before[1] as Stored },
        { state: change(subject(3), minute(1), 2), before: before[2] as Stored },
        { state: change(subject(4), minute(2), 3), before: before[3] as Stored },
      ];
      expect(await models.put(writes)).toEqual(["written", "lost", "written", "written", "lost"]);
      const now = await Promise.all([0, 1, 2, 3, 4].map((n) => read(subject(n))));
      expect(now.map(({ state, version }) => [state?.next, version])).toEqual([
        [1, 1],
        [1, 1],
        [2, 2],
        [2, 2],
        [2, 2],
      ]);
      expect((await models.places("change", home, 10)).map((place) => place.subject.at(-1))).toEqual(["4", "2", "1", "0", "3"]);
    });

    it("lets one of those who race make an item, and one change it, and the others after they have read again", async (context) => {
      const { open, read } = opened(context);
      const subject: Subject = `change:${newScope()}/pull/1`;
      let before: Stored = NOT_STORED;
      for (let next = 1; next < 5; next++) {
        const racing = Array.from({ length: WRITERS }, (_, n) => ({ ...change(subject, minute(100)), next, head: `writer ${n}` }));
        const answers = (await Promise.all(racing.map((state) => open().put([{ state, before }])))).flat();
        expect(answers.filter((answer) => answer === "written")).toHaveLength(1);
        before = await read(subject);
        expect(before).toEqual({ state: racing[answers.indexOf("written")], version: next });
      }
    });

    it("lets one of those who race move an item in its list", async (context) => {
      const { models, open, create, read } = opened(context);
      const subject: Subject = `change:${newScope()}/pull/1`;
      await create(change(subject, minute(50)));
      const before = await read(subject);
      const racing = Array.from({ length: WRITERS }, (_, n) => change(subject, minute(n), 2));
      const answers = (await Promise.all(racing.map((state) => open().put([{ state, before }])))).flat();
      expect(answers.filter((answer) => answer === "written")).toHaveLength(1);
      const winner = racing[answers.indexOf("written")];
      expect(await read(subject)).toEqual({ state: winner, version: 2 });
      expect(await models.places("change", scopeOf(subject), 10)).toEqual([{ at: winner?.firstAt, subject }]);
    });

    it("does not change an item that is not there", async (context) => {
      const { models, read } = opened(context);
      const subject: Subject = `change:${newScope()}/pull/1`;
      const state = change(subject, minute(1));
      expect(await models.put([{ state, before: { state, version: 1 } }])).toEqual(["lost"]);
      expect(await models.put([{ state, before: { state: undefined, version: 1 } }])).toEqual(["lost"]);
      expect(await read(subject)).toEqual(NOT_STORED);
      expect(await models.places("change", scopeOf(subject), 10)).toEqual([]);
    });

    it("lists newest first, of one instant by subject, as many as asked, strictly behind a place that need not be listed", async (context) => {
      const { models, create } = opened(context);
      const home = newScope();
      const places = Array.from({ length: 30 }, (_, n): Place => ({ at: minute(Math.floor(n / 3)), subject: `change:${home}/pull/${n}` }));
      for (const { subject, at } of shuffled(places)) await create(change(subject, at));
      const ordered = places.toSorted(comparePlaces);
      expect(ordered.map(({ at }) => at)).toEqual(
        ordered
          .map(({ at }) => at)
          .sort()
          .reverse(),
      );
      expect(await models.places("change", home, 100)).toEqual(ordered);
      expect(await models.places("change", home, 7)).toEqual(ordered.slice(0, 7));
      for (const after of [0, 1, 28, 29])
        expect(await models.places("change", home, 9, ordered[after])).toEqual(ordered.slice(after + 1, after + 10));
      const between = { at: minute(5), subject: `change:${home}/` as Subject };
      expect(await models.places("change", home, 100, between)).toEqual(ordered.filter(({ at }) => at < minute(5)));
    });

    it("shows each item once to who goes from page to page, while new ones come and old ones move", async (context) => {
      const { models, create, read } = opened(context);
      const home = newScope();
      for (let n = 0; n < 25; n++) await create(change(`change:${home}/pull/${n}`, minute(n * 2)));
      const seen: Subject[] = [];
      let after: Place | undefined;
      for (let page = 0; ; page++) {
        const places = await models.places("change", home, 4, after);
        seen.push(...places.map(({ subject }) => subject));
        after = places.at(-1);
        if (after === undefined) break;
        await create(change(`change:${home}/pull/${100 + page}`, minute(1000 + page)));
        const moved: Subject = `change:${home}/pull/${page}`;
        await models.put([{ state: change(moved, minute(page * 2 - 1), 2), before: await read(moved) }]);
      }
      expect(seen.toSorted()).toEqual(Array.from({ length: 25 }, (_, n) => `change:${home}/pull/${n}`).sort());
    });

    it("shows each item once whatever its subject holds", async (context) => {
      const { models, create } = opened(context);
      const home = newScope();
      const tails = ["\u{1F600}", "\uFF5E", "é", "e\u0301", "#", "'", '"', "~", "/", "x".repeat(900), `${"x".repeat(900)}y`];
      const subjects = tails.map((tail): Subject => `change:${home}/pull/${tail}`);
      for (const subject of subjects) await create(change(subject, minute(1)));
      const seen: Place[] = [];
      for (let page: readonly Place[] = [{ at: "~", subject: "change:~" }]; page.length > 0; seen.push(...page))
        page = await models.places("change", home, 1, page[0]);
      expect(new Set(seen.map(({ subject }) => subject))).toEqual(new Set(subjects));
      expect(seen).toHaveLength(subjects.length);
    });

    it("keeps lists and scopes apart", async (context) => {
      const { models, create } = opened(context);
      const [home, other] = [newScope(), newScope()];
      await create(change(`change:${home}/pull/1`, minute(1)));
      await create(change(`change:${other}/pull/1`, minute(2)));
      await create(ticket(`ticket:${home}/issues/1`, minute(3)));
      await create({ type: "deployment", subject: `deployment:${home}/1`, next: 1, head: "0", firstAt: minute(4) });
      await create({ type: "ref", subject: `ref:${home}/refs/heads/main`, next: 1, head: "0", firstAt: minute(5) });
      expect(await models.places("change", home, 9)).toEqual([{ at: minute(1), subject: `change:${home}/pull/1` }]);
      expect(await models.places("ticket", home, 9)).toEqual([{ at: minute(3), subject: `ticket:${home}/issues/1` }]);
      expect(await models.places("deployment", home, 9)).toEqual([{ at: minute(4), subject: `deployment:${home}/1` }]);
      expect((await models.scopes("change")).filter((scope) => scope === home || scope === other)).toEqual([home, other].sort());
      expect((await models.scopes("ticket")).filter((scope) => scope === home || scope === other)).toEqual([home]);
      expect((await models.scopes("change")).toSorted()).toEqual(await models.scopes("change"));
    });

    it("lists a direct push while its stub stands, and names its scope for ever", async (context) => {
      const { models, create, read } = opened(context);
      const home = newScope();
      const subject: Subject = `change:${home}/push/${"c".repeat(40)}`;
      await create(stubChange(subject, minute(3)));
      expect(await models.places("change", home, 10)).toEqual([{ at: minute(3), subject }]);
      const before = await read(subject);
      expect(await models.put([{ state: withoutStub(subject, before.state as ChangeSummary), before }])).toEqual(["written"]);
      expect(await models.places("change", home, 10)).toEqual([]);
      expect(await models.scopes("change")).toContain(home);
      expect(await read(subject)).toMatchObject({ state: { claimed: true }, version: 2 });
    });

    it("names the scope of an item that comes into the list later", async (context) => {
      const { models, create, read } = opened(context);
      const home = newScope();
      const subject: Subject = `change:${home}/push/${"d".repeat(40)}`;
      await create(change(subject, minute(3)));
      expect([await models.places("change", home, 10), (await models.scopes("change")).includes(home)]).toEqual([[], false]);
      const before = await read(subject);
      await models.put([{ state: stubChange(subject, minute(2), before.state as ChangeSummary), before }]);
      expect(await models.places("change", home, 10)).toEqual([{ at: minute(2), subject }]);
      expect(await models.scopes("change")).toContain(home);
    });

    it("merges the lists of all repositories into one order, from page to page", async (context) => {
      const { models, create } = opened(context);
      const homes = [newScope(), newScope(), newScope()];
      const at = `${2040 + Math.floor(Math.random() * 1000)}-01-01T00:00:0`;
      for (let n = 0; n < 9; n++) await create(change(`change:${homes[n % 3]}/pull/${n}`, `${at}${n}.000Z`));
      const first = await mergedPlaces(models, "change", 5, { at: `${at}9.000Z`, subject: "change:~" });
      const second = await mergedPlaces(models, "change", 4, first.at(-1));
      expect([...first, ...second].map(({ subject }) => subject.split("/").at(-1))).toEqual(["8", "7", "6", "5", "4", "3", "2", "1", "0"]);
    });

    it("lists what lies within a time, in either order, from page to page", async (context) => {
      const { models, create } = opened(context);
      const home = newScope();
      for (let n = 0; n < 12; n++) await create(change(`change:${home}/pull/${n}`, minute(n)));
      const numbers = (places: readonly Place[]) => places.map(({ subject }) => Number(subject.split("/").at(-1)));
      const within = { from: minute(3), to: minute(9) };
      expect(numbers(await models.places("change", home, 100, undefined, within))).toEqual([8, 7, 6, 5, 4, 3]);
      expect(numbers(await models.places("change", home, 100, undefined, { ...within, oldestFirst: true }))).toEqual([3, 4, 5, 6, 7, 8]);
      for (const oldestFirst of [false, true]) {
        const seen: Place[] = [];
        for (let page = await models.places("change", home, 4, undefined, { ...within, oldestFirst }); page.length > 0; ) {
          seen.push(...page);
          page = await models.places("change", home, 4, page.at(-1), { ...within, oldestFirst });
        }
        expect(numbers(seen)).toEqual(oldestFirst ? [3, 4, 5, 6, 7, 8] : [8, 7, 6, 5, 4, 3]);
      }
      const after: Place = { at: minute(20), subject: `change:${home}/pull/0` };
      expect(numbers(await models.places("change", home, 2, after, within))).toEqual([8, 7]);
      expect(await models.places("change", home, 2, after, { ...within, oldestFirst: true })).toEqual([]);
      expect(await models.places("change", home, 2, undefined, { from: minute(9), to: minute(3) })).toEqual([]);
    });

    it("lists a change with its open findings by the oldest of them, and among the resolved once they are gone", async (context) => {
      const { models, create, read } = opened(context);
      const home = newScope();
      const subject: Subject = `change:${home}/pull/1`;
      const judged = (open: readonly string[], next: number, more: object = {}): ChangeSummary => ({
        ...change(subject, minute(1), next),
        judged: { at: minute(next), outcome: "not-satisfied", type: "normal", open, since: open.map(() => minute(next)), ...more },
      });
      const lists = async () => [await models.places("finding-open", home, 9), await models.places("finding-resolved", home, 9)];
      await create(change(subject, minute(1)));
      expect([await lists(), (await models.scopes("finding-open")).includes(home)]).toEqual([[[], []], false]);
      await models.put([{ state: judged(["T4/no-approval"], 2), before: await read(subject) }]);
      expect(await lists()).toEqual([[{ at: minute(2), subject }], []]);
      expect(await models.scopes("finding-open")).toContain(home);
      await models.put([{ state: judged([], 3, { resolved: [["T4/no-approval", minute(3)]] }), before: await read(subject) }]);
      expect(await lists()).toEqual([[], [{ at: minute(3), subject }]]);
      // Whoever lags behind, and loses, has not moved it back.
      expect(
        await models.put([{ state: judged(["T4/no-approval"], 2), before: { state: change(subject, minute(1)), version: 1 } }]),
      ).toEqual(["lost"]);
      expect(await lists()).toEqual([[], [{ at: minute(3), subject }]]);
    });

    it("lists a deployment that went wrong besides, at its own place", async (context) => {
      const { models, create, read } = opened(context);
      const home = newScope();
      const deployment = (n: number, more: Partial<DeploymentSummary>): DeploymentSummary => {
        return { type: "deployment", subject: `deployment:${home}/${n}`, next: 1, head: "0", firstAt: minute(n), ...more };
      };
      await create(deployment(1, { state: "Succeeded" }));
      await create(deployment(2, { state: "Failed" }));
      await create(deployment(3, { state: "InProgress" }));
      const failed = async () => (await models.places("deployment-failed", home, 9)).map(({ at }) => at);
      expect(await failed()).toEqual([minute(2)]);
      await models.put([
        { state: deployment(3, { next: 2, state: "Failed", firstAt: minute(0) }), before: await read(`deployment:${home}/3`) },
      ]);
      expect(await failed()).toEqual([minute(2), minute(0)]);
    });
  });
}
