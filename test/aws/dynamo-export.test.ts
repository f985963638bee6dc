import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SealedEntry, Subject } from "@change-ledger/model";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoChains } from "../../packages/aws/dynamo-chains.ts";
import { dynamoExport } from "../../packages/aws/dynamo-export.ts";
import { createTables, type DynamoDb, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { tableName } from "../../packages/local/names.ts";
import { clientOptions } from "../contract/engine.ts";
import { entryAt, entryOf, stored } from "../contract/sealed.ts";

const table = tableName("ledger");
const missing = !engineInstalled();
if (missing) console.warn("test/aws/dynamo-export.test.ts: skipped, since the DynamoDB engine has no build for this platform");

function engineInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
    return true;
  } catch {
    return false;
  }
}

const LENGTHS = { "ticket:a/1": 1, "ticket:a/2": 40, "change:b/ü%20x": 12, "audit:default": 7 } as const;
const chainOf = (subject: Subject, length: number) => Array.from({ length }, (_, seq) => entryAt(subject, seq));

describe.skipIf(missing)("the export of the ledger table", () => {
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  let engine: DynamoDb;
  let client: DynamoDBClient;
  const exported = () => dynamoExport({ client, table });

  beforeAll(async () => {
    engine = await startDynamoDb(folder);
    await createTables(engine.endpoint);
    client = new DynamoDBClient(clientOptions(engine.endpoint));
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function all(limit: number): Promise<SealedEntry[]> {
    const found: SealedEntry[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await exported().page(limit, cursor);
      expect(page?.entries.length).toBeLessThanOrEqual(limit);
      found.push(...(page?.entries ?? []));
      if (page?.next === undefined) return found;
      expect(page.next).toMatch(/^[\w-]+$/);
      cursor = page.next;
    }
  }

  it("of an empty table is one empty page", async () => {
    expect(await exported().page(10)).toEqual({ entries: [] });
  });

  it("gives whole chains, one after the other and each in order, to the bit; markers are no entries", async () => {
    const chains = dynamoChains({ client, table });
    const written = Object.entries(LENGTHS).map(([subject, length]) => chainOf(subject as Subject, length));
    for (const chain of written) await chains.insert(chain);
    await chains.mark(new Map(Array.from({ length: 120 }, (_, n) => [`github:${n}`, "ticket:a/2 1"])));
    for (const limit of [1, 7, 1000]) {
      const found = await all(limit);
      const order = [...new Set(found.map(({ entry }) => entry.subject))];
      expect(order.toSorted()).toEqual(Object.keys(LENGTHS).toSorted());
      const expected = order.flatMap((subject) => written.find(([first]) => first?.entry.subject === subject) ?? []);
      expect(stored(found)).toEqual(stored(expected));
    }
  });

  it("ends a page of large entries before an answer could not hold it", async () => {
    const subject: Subject = "ticket:large/1";
    const chain = Array.from({ length: 200 }, (_, seq) => entryOf(subject, seq));
    await dynamoChains({ client, table }).insert(chain);
    const sizes: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await exported().page(1000, cursor);
      sizes.push((page?.entries ?? []).reduce((sum, { bytes }) => sum + bytes.length, 0));
      if (page?.next === undefined) break;
      cursor = page.next;
    }
    expect(sizes.length).toBeGreaterThan(1);
    // In base64, with room for what else an answer holds.
    for (const size of sizes) expect((size * 4) / 3).toBeLessThan(6_000_000);
    expect((await all(1000)).filter(({ entry }) => entry.subject === subject)).toHaveLength(200);
  });

  it("goes on from nowhere but its own cursors", async () => {
    const genuine = (await exported().page(5))?.next ?? "";
    const other = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const cursor of [
      "",
      "x",
      "!",
      `${genuine}=`,
      `${genuine}A`,
      other(["ticket:a/2"]),
      other(["", "1"]),
      other(["ticket:a/2", 1]),
      other(["ticket:a/2", "-1"]),
      other({ pk: "x" }),
      other(["x".repeat(3000), "1"]),
    ])
      expect([cursor, await exported().page(5, cursor)]).toEqual([cursor, undefined]);
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        expect(await exported().page(5, Buffer.from(text).toString("base64url"))).toBe(undefined);
      }),
    );
  });
});
