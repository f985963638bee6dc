import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Subject } from "@change-ledger/model";
import {
  type ChangeSummary,
  evolveChange,
  type ModelStore,
  mergedPlaces,
  NOT_STORED,
  type Place,
  type Summary,
  scopeOf,
  stubChange,
  withoutStub,
} from "@change-ledger/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoModels } from "../../packages/aws/dynamo-models.ts";
import { createTables, type DynamoDb, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { tableName } from "../../packages/local/names.ts";
import { chainOf, type Told } from "../query/chain.ts";

const TABLE = tableName("models");
/** Where another engine than the local default runs: the same suite holds it to the same port. */
const ENDPOINT = process.env["CHANGE_LEDGER_TEST_DYNAMODB"];

const missing = ENDPOINT === undefined && !engineInstalled();
if (missing) console.warn("test/aws/dynamo-models.test.ts: skipped, since the DynamoDB engine has no build for this platform");

function engineInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
    return true;
  } catch {
    return false;
  }
}

let folder: string;
let engine: DynamoDb;
let client: DynamoDBClient;
let models: ModelStore;
let used: { operation: string; read: number; write: number }[] = [];

beforeAll(async () => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), "change-ledger-"));
  engine = await startDynamoDb(folder, ENDPOINT);
  await createTables(engine.endpoint);
  client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  models = dynamoModels({ client, table: TABLE, meter: (_table, operation, read, write) => used.push({ operation, read, write }) });
});
afterAll(async () => {
  if (missing) return;
  client?.destroy();
  await engine?.close();
  rmSync(folder, { recursive: true, force: true });
});

let repositories = 0;
/** A scope of its own for each test. */
const repository = () => `github/acme/r${repositories++}`;

const opened = (at: string, id = "e1"): Told => ({
  kind: "pull-request",
  at,
  id,
  facts: {
    action: "opened",
    author: { login: "ada" },
    head: "a".repeat(40),
    headRef: "topic",
    base: "b".repeat(40),
    baseRef: "main",
    state: "open",
  },
});

function folded(subject: Subject, told: readonly Told[], state?: ChangeSummary): ChangeSummary {
  let known = state;
  for (const sealed of chainOf(subject, told)) {
    const next = evolveChange(known, sealed);
    if ("state" in next) known = next.state;
  }
  if (known === undefined) throw new Error("expected entries");
  return known;
}

const minute = (n: number) => new Date(Date.UTC(2023, 0, 1, 0, n)).toISOString();
const create = (state: Summary) => models.put([{ state, before: NOT_STORED }]);
const read = async (subject: Subject) => (await models.get([subject], { consistent: true })).get(subject) ?? NOT_STORED;
const writeUnits = () => used.reduce((sum, { write }) => sum + write, 0);

describe.skipIf(missing)("read models in DynamoDB", () => {
  it("gives back what was put, and nothing for what was not", async () => {
    const subject: Subject = `change:${repository()}/pull/1`;
    const state = folded(subject, [opened(minute(1))]);
    expect(await create(state)).toEqual(["written"]);
    const got = await models.get([subject, "change:github/acme/none/pull/1", subject], { consistent: true });
    expect([...got]).toEqual([[subject, { state, version: 1 }]]);
  });

  it("reads more subjects than one batch holds", async () => {
    const home = repository();
    const states = Array.from({ length: 130 }, (_, n) => folded(`change:${home}/pull/${n}`, [opened(minute(n))]));
    expect(await models.put(states.map((state) => ({ state, before: NOT_STORED })))).toEqual(states.map(() => "written"));
    const got = await models.get(
      states.map(({ subject }) => subject),
      { consistent: true },
    );
    expect(states.map(({ subject }) => got.get(subject)?.state)).toEqual(states);
  });

  it("lets one of two writers win, and the other one again after reading", async () => {
    const subject: Subject = `change:${repository()}/pull/1`;
    const first = folded(subject, [opened(minute(1))]);
    expect(await Promise.all([create(first), create(first)]).then((all) => all.flat().sort())).toEqual(["lost", "written"]);
    const before = await read(subject);
    const further = folded(subject, [opened(minute(1)), opened(minute(2), "e2")]);
    const both = await Promise.all([models.put([{ state: further, before }]), models.put([{ state: further, before }])]);
    expect(both.flat().sort()).toEqual(["lost", "written"]);
    expect(await read(subject)).toEqual({ state: further, version: 2 });
    expect(await models.put([{ state: first, before }])).toEqual(["lost"]);
    expect(await models.put([{ state: further, before: await read(subject) }])).toEqual(["written"]);
  });

  it("lets one of two writers win when the place in the list moves, too", async () => {
    const subject: Subject = `change:${repository()}/pull/1`;
    await create(folded(subject, [opened(minute(5))]));
    const before = await read(subject);
    const earlier = folded(subject, [opened(minute(5)), opened(minute(1), "e0")]);
    const both = await Promise.all([models.put([{ state: earlier, before }]), models.put([{ state: earlier, before }])]);
    expect(both.flat().sort()).toEqual(["lost", "written"]);
    expect(await models.places("change", scopeOf(subject), 10)).toEqual([{ at: minute(1), subject }]);
  });

  it("does not write an update for a summary that is not there", async () => {
    const subject: Subject = `change:${repository()}/pull/1`;
    const state = folded(subject, [opened(minute(1))]);
    expect(await models.put([{ state, before: { state, version: 1 } }])).toEqual(["lost"]);
    expect(await models.put([{ state, before: { state: undefined, version: 1 } }])).toEqual(["lost"]);
    expect(await read(subject)).toEqual(NOT_STORED);
  });

  it("answers for each write of a batch in its place", async () => {
    const home = repository();
    const states = [1, 2, 3].map((n) => folded(`change:${home}/pull/${n}`, [opened(minute(n))]));
    await create(states[1] as ChangeSummary);
    expect(await models.put(states.map((state) => ({ state, before: NOT_STORED })))).toEqual(["written", "lost", "written"]);
  });

  it("lists newest first, from page to page, while new ones come and old ones move", async () => {
    const home = repository();
    for (let n = 0; n < 25; n++) await create(folded(`change:${home}/pull/${n}`, [opened(minute(n * 2))]));
    const seen: Subject[] = [];
    let after: Place | undefined;
    for (let page = 0; ; page++) {
      const places = await models.places("change", home, 4, after);
      seen.push(...places.map(({ subject }) => subject));
      after = places.at(-1);
      if (after === undefined) break;
      await create(folded(`change:${home}/pull/${100 + page}`, [opened(minute(1000 + page))]));
      const moved: Subject = `change:${home}/pull/${page}`;
      await models.put([
        { state: folded(moved, [opened(minute(page * 2)), opened(minute(page * 2 - 1), "e0")]), before: await read(moved) },
      ]);
    }
    expect(new Set(seen)).toEqual(new Set(Array.from({ length: 25 }, (_, n) => `change:${home}/pull/${n}`)));
  });

  it("merges the lists of all repositories into one order", async () => {
    const homes = [repository(), repository(), repository()];
    for (let n = 0; n < 9; n++) await create(folded(`change:${homes[n % 3]}/pull/${n}`, [opened(`2031-01-01T00:00:0${n}.000Z`)]));
    expect((await models.scopes("change")).filter((scope) => homes.includes(scope))).toEqual(homes);
    const first = await mergedPlaces(models, "change", 5);
    const second = await mergedPlaces(models, "change", 4, first.at(-1));
    expect([...first, ...second].map(({ subject }) => subject.split("/").at(-1))).toEqual(["8", "7", "6", "5", "4", "3", "2", "1", "0"]);
  });

  it("lists a direct push while its stub or a link stands, and not after", async () => {
    const home = repository();
    const subject: Subject = `change:${home}/push/${"c".repeat(40)}`;
    await create(stubChange(subject, minute(3)));
    expect(await models.places("change", home, 10)).toEqual([{ at: minute(3), subject }]);
    const before = await read(subject);
    await models.put([{ state: withoutStub(subject, before.state as ChangeSummary), before }]);
    expect(await models.places("change", home, 10)).toEqual([]);
  });

  it.skipIf(ENDPOINT !== undefined)("costs two units to make an item in a known scope, one to change it, and says so", async () => {
    const home = repository();
    await create(folded(`change:${home}/pull/0`, [opened(minute(0))]));
    const subject: Subject = `change:${home}/pull/1`;
    used = [];
    await create(folded(subject, [opened(minute(1))]));
    expect(writeUnits()).toBe(2);
    const before = await read(subject);
    const reviews = Array.from(
      { length: 4 },
      (_, n): Told => ({
        kind: "review",
        at: minute(n + 2),
        id: `0e3f7a9${n}-5d9c-4f0e-9b55-9f6a3f0c2d1${n}`,
        facts: {
          action: "submitted",
          id: `${n}`,
          reviewer: { id: `12345${n}`, login: `reviewer-${n}` },
          state: "approved",
          commit: "d".repeat(40),
        },
      }),
    );
    used = [];
    await models.put([{ state: folded(subject, [opened(minute(1)), ...reviews]), before }]);
    expect(used.map(({ operation, write }) => [operation, write])).toEqual([["PartiQLUpdate", 1]]);
  });

  it("stores a long summary deflated, and an empty batch not at all", async () => {
    const subject: Subject = `ticket:jira/BIG${repositories++}-1`;
    const state: Summary = {
      type: "ticket",
      subject,
      next: 1,
      head: "0".repeat(64),
      firstAt: minute(1),
      fields: [["x", { at: minute(1), id: "1", value: "y".repeat(5000) }]],
    };
    await create(state);
    expect((await read(subject)).state).toEqual(state);
    const item = await client.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: subject }, sk: { S: "summary" } } }));
    expect(item.Item?.["m"]?.M?.["z"]?.B?.length).toBeLessThan(500);
    expect(await models.put([])).toEqual([]);
  });

  it("takes a summary of another form for none, and writes over it", async () => {
    const subject: Subject = `change:${repository()}/pull/1`;
    const m = { M: { v: { N: "7" }, f: { N: "0" }, b: { B: new Uint8Array(3) } } };
    await client.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: subject }, sk: { S: "summary" }, m } }));
    const before = await read(subject);
    expect(before).toEqual({ state: undefined, version: 7 });
    const state = folded(subject, [opened(minute(1))]);
    expect(await models.put([{ state, before }])).toEqual(["written"]);
    expect(await read(subject)).toEqual({ state, version: 8 });
    expect(await models.places("change", scopeOf(subject), 10)).toEqual([{ at: minute(1), subject }]);
  });

  it("lists a subject that is as long as a subject may be", async () => {
    const scope = `jira/${"X".repeat(900)}`;
    const subject: Subject = `ticket:${scope}-${"1".repeat(100)}`;
    await create({ type: "ticket", subject, next: 1, head: "0".repeat(64), firstAt: minute(1) });
    const places = await models.places("ticket", scope, 10);
    expect(places).toEqual([{ at: minute(1), subject }]);
    expect(await models.places("ticket", scope, 10, places[0])).toEqual([]);
  });
});
