import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SealedEntry } from "@change-ledger/model";
import { type ModelStore, NOT_STORED, type ReviewMark } from "@change-ledger/query";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { dynamoChains } from "../../packages/aws/dynamo-chains.ts";
import { dynamoLinks } from "../../packages/aws/dynamo-links.ts";
import { dynamoModels } from "../../packages/aws/dynamo-models.ts";
import type { Meter } from "../../packages/aws/meter.ts";
import { tableName } from "../../packages/local/names.ts";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";
import { entryOf, newSubject } from "./sealed.ts";
import { change, minute, newScope } from "./summaries.ts";

type Used = readonly [table: string, operation: string, readUnits: number, writeUnits: number];
const LEDGER = tableName("ledger");
const MODELS = tableName("models");

/**
 * What the adapters consume, as the engine reports it. A strongly consistent read costs 1 unit per 4 KB and an eventual one half of that,
 * so that the units also show which of them was sent. A write that is refused consumes on AWS as much as one that is not; no engine
 * reports it to who made it: the table's own metric counts it, the meter does not.
 */
export function capacityContract(name: string, start: StartEngine<DynamoDBClient>): void {
  describe(`capacity: ${name}`, () => {
    let engine: Engine<DynamoDBClient> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    function metered(context: TestContext) {
      const client = clientsFor(engine, context);
      let used: Used[] = [];
      const meter: Meter = (...call) => used.push(call);
      return {
        chains: dynamoChains({ client, table: LEDGER, meter }),
        links: dynamoLinks({ client, table: MODELS, meter }),
        models: dynamoModels({ client, table: MODELS, meter }),
        /** What `call` consumed: every report of the meter. */
        async of(call: () => Promise<unknown>): Promise<readonly Used[]> {
          used = [];
          await call();
          return used;
        },
        /** Sums of `of`: read units, write units. */
        async sum(call: () => Promise<unknown>): Promise<readonly [number, number]> {
          used = [];
          await call();
          return [used.reduce((sum, [, , read]) => sum + read, 0), used.reduce((sum, [, , , write]) => sum + write, 0)];
        },
      };
    }
    /** Keys and attribute names count too. */
    const small = (): SealedEntry => entryOf(newSubject(), 0, 900);

    it("writes an entry of up to 1 KB for one unit, and a larger one for one a KB begun", async (context) => {
      const { chains, of } = metered(context);
      expect(await of(() => chains.insert([small()]))).toEqual([[LEDGER, "PartiQLInsert", 0, 1]]);
      expect(await of(() => chains.insert([entryOf(newSubject(), 0, 2500)]))).toEqual([[LEDGER, "PartiQLInsert", 0, 3]]);
    });

    it("writes a marker for one unit", async (context) => {
      const { chains, sum } = metered(context);
      expect(await sum(() => chains.mark(new Map([[newSubject(), "id"]])))).toEqual([0, 1]);
    });

    it("reports the units of entries in one call as those of each", async (context) => {
      const { chains, sum } = metered(context);
      expect(await sum(() => chains.insert(Array.from({ length: 60 }, small)))).toEqual([0, 60]);
    });

    it("reports nothing for an entry whose place is taken: the engine's exception carries no units", async (context) => {
      const { chains, of } = metered(context);
      const entry = small();
      await chains.insert([entry]);
      expect(await of(() => chains.insert([entry]))).toEqual([]);
    });

    it("reports at least what a call with taken places wrote, and at most what AWS would charge", async (context) => {
      const { chains, sum } = metered(context);
      const entries = Array.from({ length: 10 }, small);
      await chains.insert(entries.slice(0, 4));
      const [, write] = await sum(() => chains.insert(entries));
      expect(write).toBeGreaterThanOrEqual(6);
      expect(write).toBeLessThanOrEqual(10);
    });

    it("reads chains and markers strongly consistent, unless it may be eventual", async (context) => {
      const { chains, of } = metered(context);
      const entry = small();
      await chains.insert([entry]);
      const { subject } = entry.entry;
      const key = newSubject();
      await chains.mark(new Map([[key, "id"]]));
      expect(await of(() => chains.read(subject, 0, 8))).toEqual([[LEDGER, "Query", 1, 0]]);
      expect(await of(() => chains.tail(subject, 8))).toEqual([[LEDGER, "Query", 1, 0]]);
      expect(await of(() => chains.read(subject, 0, 8, { eventual: true }))).toEqual([[LEDGER, "Query", 0.5, 0]]);
      expect(await of(() => chains.markers([key]))).toEqual([[LEDGER, "GetItem", 1, 0]]);
    });

    it("reads a tail of eight small entries for two units", async (context) => {
      const { chains, sum } = metered(context);
      const subject = newSubject();
      for (let seq = 0; seq < 8; seq++) await chains.insert([entryOf(subject, seq, 900)]);
      expect(await sum(() => chains.tail(subject, 8))).toEqual([2, 0]);
    });

    it("reads links strongly consistent, and many of them eventually; merges and notes for one unit", async (context) => {
      const { links, of } = metered(context);
      const key = newSubject();
      expect(await of(() => links.merge(key, { in: ["a"] }))).toEqual([[MODELS, "UpdateItem", 0, 1]]);
      expect(await of(() => links.note(key, minute(1), "v"))).toEqual([[MODELS, "PutItem", 0, 1]]);
      expect(await of(() => links.get(key))).toEqual([[MODELS, "GetItem", 1, 0]]);
      expect(await of(() => links.latestBefore(key, minute(2)))).toEqual([[MODELS, "Query", 1, 0]]);
      expect(await of(() => links.getMany([key]))).toEqual([[MODELS, "BatchGetItem", 0.5, 0]]);
    });

    it("writes and reads a plan for one unit each", async (context) => {
      const { links, of } = metered(context);
      const deployment = newSubject();
      const first = { version: 1, carries: [], since: "not-counted" } as const;
      expect(await of(() => links.putPlan(deployment, 0, first))).toEqual([[MODELS, "PutItem", 0, 1]]);
      expect(await of(() => links.getPlan(deployment))).toEqual([[MODELS, "GetItem", 1, 0]]);
    });

    it("makes a listed item in a known scope for two units, and changes it for one, reviews and all", async (context) => {
      const { models, of, sum } = metered(context);
      const home = newScope();
      const subject = `change:${home}/pull/1` as const;
      await models.put([{ state: change(`change:${home}/pull/0`, minute(0)), before: NOT_STORED }]);
      const first = change(subject, minute(1));
      expect(await sum(() => models.put([{ state: first, before: NOT_STORED }]))).toEqual([0, 2]);
      const reviews = Array.from({ length: 4 }, (_, n): [string, ReviewMark] => {
        const at = minute(n + 2);
        const said = { at, id: `0e3f7a9${n}-5d9c-4f0e-9b55-9f6a3f0c2d1${n}`, state: "approved" as const, commit: "d".repeat(40) };
        return [`${n}`, { by: { id: `12345${n}`, login: `reviewer-${n}` }, said, at }];
      });
      const before = await stored(models, subject);
      expect(await of(() => models.put([{ state: { ...first, next: 5, reviews }, before }]))).toEqual([[MODELS, "PartiQLUpdate", 0, 1]]);
    });

    it("moves a listed item for three units: the item, and in the index one key deleted and one put", async (context) => {
      const { models, of } = metered(context);
      const subject = `change:${newScope()}/pull/1` as const;
      await models.put([{ state: change(subject, minute(9)), before: NOT_STORED }]);
      const before = await stored(models, subject);
      expect(await of(() => models.put([{ state: change(subject, minute(5), 2), before }]))).toEqual([[MODELS, "UpdateItem", 0, 3]]);
    });

    it("reads summaries for half a unit, for one when it must be the latest", async (context) => {
      const { models, of } = metered(context);
      const subject = `change:${newScope()}/pull/1` as const;
      await models.put([{ state: change(subject, minute(1)), before: NOT_STORED }]);
      expect(await of(() => models.get([subject]))).toEqual([[MODELS, "BatchGetItem", 0.5, 0]]);
      expect(await of(() => models.get([subject], { consistent: true }))).toEqual([[MODELS, "BatchGetItem", 1, 0]]);
    });

    it("reports entries of 32 KB over pages", async (context) => {
      const { chains, sum } = metered(context);
      const subject = newSubject();
      for (let seq = 0; seq < 40; seq++) await chains.insert([entryOf(subject, seq)]);
      const [read] = await sum(() => chains.read(subject, 0, 100));
      expect(read).toBeGreaterThanOrEqual((40 * 32) / 4);
      expect(read).toBeLessThan((41 * 33) / 4);
    });
  });
}

const stored = async (models: ModelStore, subject: `change:${string}`) =>
  (await models.get([subject], { consistent: true })).get(subject) ?? NOT_STORED;
