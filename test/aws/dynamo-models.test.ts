import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Subject } from "@change-ledger/model";
import { type ChangeSummary, mergedPlaces, NOT_STORED, type Summary, scopeOf } from "@change-ledger/query";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { dynamoModels, modelItems } from "../../packages/aws/dynamo-models.ts";
import { createTables } from "../../packages/local/dynamodb.ts";
import { tableName } from "../../packages/local/names.ts";
import { type EngineAt, installedEngine } from "../contract/dynamodb-local.ts";
import { clientOptions } from "../contract/engine.ts";
import { change, minute, newScope, ticket } from "../contract/summaries.ts";

const TABLE = tableName("models");
/** Bytes as text: an engine's are a view of another kind. */
function plain(item: unknown): unknown {
  return JSON.parse(
    JSON.stringify(item, function (this: Record<string, unknown>, key, value) {
      const raw = this[key];
      return raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : value;
    }),
  );
}

describe("how read models lie in their table", () => {
  let engine: EngineAt | string;
  let client: DynamoDBClient | undefined;
  beforeAll(async () => {
    engine = await installedEngine();
    if (typeof engine === "string") return;
    await createTables(engine.endpoint);
    client = new DynamoDBClient(clientOptions(engine.endpoint));
  });
  afterAll(async () => {
    client?.destroy();
    if (typeof engine === "object") await engine.close();
  });
  function opened(context: TestContext) {
    if (client === undefined) return context.skip(String(engine));
    const models = dynamoModels({ client, table: TABLE });
    const read = async (subject: Subject) => (await models.get([subject], { consistent: true })).get(subject) ?? NOT_STORED;
    return { client, models, read };
  }

  it("deflates a long summary", async (context) => {
    const { client: own, models, read } = opened(context);
    const subject: Subject = `ticket:jira/${newScope()}-1`;
    const state: Summary = {
      ...ticket(subject, minute(1)),
      type: "ticket",
      fields: [["x", { at: minute(1), id: "1", value: "y".repeat(5000) }]],
    };
    await models.put([{ state, before: NOT_STORED }]);
    expect((await read(subject)).state).toEqual(state);
    const item = await own.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: subject }, sk: { S: "summary" } } }));
    expect(item.Item?.["m"]?.M?.["z"]?.B?.length).toBeLessThan(500);
  });

  it("lies there in the items that a bulk load is made of", async (context) => {
    const { client: own, models } = opened(context);
    const scope = newScope();
    const judged = { at: minute(2), outcome: "not-satisfied", type: "normal", open: ["T4/a"], since: [minute(2)] } as const;
    const state: ChangeSummary = { ...change(`change:${scope}/pull/1`, minute(1)), judged };
    await models.put([{ state, before: NOT_STORED }]);
    const items = modelItems(state);
    expect(items.map(({ sk }) => sk?.S).sort()).toEqual(["scope", "scope", "sparse", "summary"]);
    for (const { pk, sk, ...rest } of items) {
      const found = await own.send(new GetItemCommand({ TableName: TABLE, Key: { pk: pk ?? { S: "" }, sk: sk ?? { S: "" } } }));
      expect(plain(found.Item)).toEqual(plain({ pk, sk, ...rest }));
    }
  });

  it("takes a summary of another form for none, and writes over it", async (context) => {
    const { client: own, models, read } = opened(context);
    const subject: Subject = `change:${newScope()}/pull/1`;
    const m = { M: { v: { N: "7" }, f: { N: "0" }, b: { B: new Uint8Array(3) } } };
    await own.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: subject }, sk: { S: "summary" }, m } }));
    const before = await read(subject);
    expect(before).toEqual({ state: undefined, version: 7 });
    const state = change(subject, minute(1));
    expect(await models.put([{ state, before }])).toEqual(["written"]);
    expect(await read(subject)).toEqual({ state, version: 8 });
    expect(await models.places("change", scopeOf(subject), 10)).toEqual([{ at: minute(1), subject }]);
  });

  it.for<[string, Record<string, { M: object }>]>([
    ["without a summary", {}],
    ["without a version", { m: { M: { f: { N: "1" } } } }],
    ["without bytes", { m: { M: { v: { N: "1" }, f: { N: "1" } } } }],
  ])("refuses an item %s", async ([, rest], context) => {
    const { client: own, read } = opened(context);
    const subject: Subject = `change:${newScope()}/pull/1`;
    const Item = { pk: { S: subject }, sk: { S: "summary" }, ...rest } as PutItemCommand["input"]["Item"];
    await own.send(new PutItemCommand({ TableName: TABLE, Item }));
    await expect(read(subject)).rejects.toMatchObject({ code: "corrupt-item" });
  });

  it("lists a subject that is as long as a subject may be", async (context) => {
    const { models } = opened(context);
    const scope = `jira/${"X".repeat(900)}`;
    const subject: Subject = `ticket:${scope}-${"1".repeat(100)}`;
    await models.put([{ state: ticket(subject, minute(1)), before: NOT_STORED }]);
    const places = await models.places("ticket", scope, 10);
    expect(places).toEqual([{ at: minute(1), subject }]);
    expect(await models.places("ticket", scope, 10, places[0])).toEqual([]);
  });

  it("shows each item of several lists once when scopes hold characters beyond U+FFFF", async (context) => {
    const { models } = opened(context);
    const at = "2999-01-01T00:00:00.000Z";
    const subjects = ["\uFF5E", "\u{1F600}"].map((tail): Subject => `deployment:codedeploy/1/${tail}/d-1`);
    const state = (subject: Subject): Summary => ({ type: "deployment", subject, next: 1, head: "0", firstAt: at });
    await models.put(subjects.map((subject) => ({ state: state(subject), before: NOT_STORED })));
    const first = await mergedPlaces(models, "deployment", 1);
    const second = await mergedPlaces(models, "deployment", 1, first[0]);
    expect([...first, ...second].map(({ subject }) => subject).sort()).toEqual(subjects.toSorted());
  });
});
