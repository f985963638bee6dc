import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Subject } from "@change-ledger/model";
import { NOT_STORED } from "@change-ledger/query";
import { afterEach, describe, expect, it } from "vitest";
import { dynamoChains } from "../../packages/aws/dynamo-chains.ts";
import { dynamoLinks } from "../../packages/aws/dynamo-links.ts";
import { dynamoLogPlaces } from "../../packages/aws/dynamo-log-places.ts";
import { dynamoModels } from "../../packages/aws/dynamo-models.ts";
import { clientOptions } from "../contract/engine.ts";
import { entryAt, newSubject } from "../contract/sealed.ts";
import { change, minute, newScope } from "../contract/summaries.ts";
import { type Answer, type Server, serve } from "./wire.ts";

interface Request {
  readonly RequestItems: { readonly t: { readonly Keys: readonly { readonly pk: { readonly S: string } }[] } };
  readonly Statements: readonly unknown[];
}

/** What engines do not do on demand: keys left unread, parts of a batch refused, answers that lack something. */
describe("answers of DynamoDB that no engine here gives", () => {
  let server: Server;
  let client: DynamoDBClient;
  async function answering(answer: (request: Request) => Answer) {
    server = await serve(({ body }) => answer(JSON.parse(body) as Request));
    client = new DynamoDBClient(clientOptions(server.url));
    const paused: number[] = [];
    const options = { client, table: "t", pause: async (tries: number) => void paused.push(tries) };
    return { chains: dynamoChains(options), links: dynamoLinks(options), models: dynamoModels(options), paused };
  }
  afterEach(async () => {
    client.destroy();
    await server.close();
  });
  const refused = (name: string): Answer => ({ status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "no" } });
  /** One answer a statement: undefined took effect, else the code of its error. */
  const each = (...codes: readonly (string | undefined)[]): Answer => ({
    body: { Responses: codes.map((Code) => (Code === undefined ? { TableName: "t" } : { Error: { Code, Message: "no" } })) },
  });
  const entries = (count: number) => Array.from({ length: count }, () => entryAt(newSubject(), 0));
  const writes = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ state: change(`change:${newScope()}/push/${n}`, minute(n)), before: NOT_STORED }));

  it("reads on what was left unread, after a pause that knows how often", async () => {
    const { links, paused } = await answering(({ RequestItems: { t } }) => {
      const [key, ...rest] = t.Keys;
      const Responses = { t: key === undefined ? [] : [{ ...key, in: { SS: ["a"] } }] };
      return { body: { Responses, UnprocessedKeys: rest.length > 0 ? { t: { Keys: rest } } : {} } };
    });
    const keys = Array.from({ length: 5 }, (_, n) => `k${n}`);
    expect(await links.getMany(keys)).toEqual(new Map(keys.map((key) => [key, { in: new Set(["a"]) }])));
    expect(paused).toEqual([1, 2, 3, 4]);
  });

  it("asks for what several want at one time in one call, each key once, and for what is wanted later in another", async () => {
    const asked: string[][] = [];
    const { links } = await answering(({ RequestItems: { t } }) => {
      asked.push(t.Keys.map(({ pk }) => pk.S));
      return {
        body: { Responses: { t: t.Keys.flatMap((key) => (key.pk.S === "link#none" ? [] : [{ ...key, in: { SS: [key.pk.S] } }])) } },
      };
    });
    const found = (key: string) => [key, { in: new Set([`link#${key}`]) }] as const;
    const [one, two, three] = await Promise.all([links.getMany(["a", "b"]), links.getMany(["b", "none"]), links.getMany([])]);
    expect([one, two, three]).toEqual([new Map([found("a"), found("b")]), new Map([found("b")]), new Map()]);
    expect(await links.getMany(["a"])).toEqual(new Map([found("a")]));
    expect(asked).toEqual([["link#a", "link#b", "link#none"], ["link#a"]]);
  });

  it("fails for all who asked together, and asks anew for those who come later", async () => {
    let calls = 0;
    const { links } = await answering(() => (calls++ === 0 ? refused("AccessDeniedException") : { body: { Responses: { t: [] } } }));
    const together = await Promise.allSettled([links.getMany(["a"]), links.getMany(["b"])]);
    expect(together.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await links.getMany(["a"])).toEqual(new Map());
  });

  it("asks for places in the log strongly consistent, and at half the price where it may lack the last moment", async () => {
    const asked: unknown[] = [];
    server = await serve(({ body }) => {
      const { ConsistentRead, RequestItems } = JSON.parse(body);
      asked.push(ConsistentRead ?? RequestItems.t.ConsistentRead);
      return { body: RequestItems === undefined ? { Items: [] } : { Responses: { t: [] } } };
    });
    client = new DynamoDBClient(clientOptions(server.url));
    const places = dynamoLogPlaces({ client, table: "t", pause: async () => {} });
    for (const eventual of [undefined, false, true])
      for (const [from, to] of [
        [0, 1],
        [4, 5],
        [4, 9],
      ] as const)
        await places.runs("change:a/1", from, to, eventual === undefined ? undefined : { eventual });
    expect(asked).toEqual([...Array(8).fill(true), ...Array(4).fill(false)]);
  });

  it("gives up on keys that are left unread again and again", async () => {
    const { models, paused } = await answering(({ RequestItems }) => ({ body: { Responses: {}, UnprocessedKeys: RequestItems } }));
    await expect(models.get(["change:a/1" as Subject])).rejects.toMatchObject({ code: "batch-incomplete" });
    expect(paused).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("takes each of the names of a held key for taken", async () => {
    const { chains } = await answering(() => each("DuplicateItem", undefined, "DuplicateItemException"));
    expect(await chains.insert(entries(3))).toEqual(["taken", "inserted", "taken"]);
  });

  it.for(["DuplicateItem", "DuplicateItemException"])("takes the exception %s of a single insert for taken", async (name) => {
    const { chains } = await answering(() => refused(name));
    expect(await chains.insert(entries(1))).toEqual(["taken"]);
    await chains.mark(new Map([["key", "value"]]));
  });

  it("throws when a single insert is refused for another reason", async () => {
    const { chains } = await answering(() => refused("AccessDeniedException"));
    await expect(chains.insert(entries(1))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it.for(["ThrottlingError", "AccessDenied", "ProvisionedThroughputExceeded", "InternalServerError"])(
    "throws when one insert of a batch meets %s: what was not written is not called taken",
    async (code) => {
      const { chains, links, models } = await answering(({ Statements }) =>
        Statements === undefined ? { body: {} } : each(undefined, code, "DuplicateItem"),
      );
      await expect(chains.insert(entries(3))).rejects.toMatchObject({ code: "ledger-write-refused" });
      await expect(chains.mark(new Map([..."abc"].map((key) => [key, "v"])))).rejects.toMatchObject({ code: "ledger-write-refused" });
      await expect(models.put(writes(3))).rejects.toMatchObject({ code: "model-write-refused" });
      const merges = [..."abc"].map((key) => ({ key, add: { in: ["v"] } }));
      await expect(links.mergeMany(merges)).rejects.toMatchObject({ code: "model-write-refused" });
    },
  );

  it("calls a model lost whose condition did not hold, by each of its names", async () => {
    const { models } = await answering(({ Statements }) =>
      Statements === undefined
        ? { body: {} }
        : each("ConditionalCheckFailed", "ConditionalCheckFailedException", "DuplicateItem", undefined),
    );
    expect(await models.put(writes(4))).toEqual(["lost", "lost", "lost", "written"]);
  });

  it("throws when a batch has fewer answers than statements", async () => {
    const { chains, links, models } = await answering(({ Statements }) => (Statements === undefined ? { body: {} } : each(undefined)));
    await expect(chains.insert(entries(2))).rejects.toMatchObject({ code: "batch-incomplete" });
    await expect(models.put(writes(2))).rejects.toMatchObject({ code: "batch-incomplete" });
    await expect(links.mergeMany([..."ab"].map((key) => ({ key, add: { in: ["v"] } })))).rejects.toMatchObject({
      code: "batch-incomplete",
    });
  });

  it("sends no more than DynamoDB takes in one call", async () => {
    const asked: number[] = [];
    const { chains, links } = await answering(({ Statements, RequestItems }) => {
      asked.push(Statements?.length ?? RequestItems.t.Keys.length);
      return Statements === undefined ? { body: { Responses: { t: [] } } } : each(...Statements.map(() => undefined));
    });
    await chains.insert(entries(52));
    await links.getMany(Array.from({ length: 201 }, (_, n) => `k${n}`));
    expect(asked.sort((a, b) => a - b)).toEqual([1, 2, 25, 25, 100, 100]);
  });
});
