import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Retention } from "../../packages/local/object-index.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";

const DAY_MS = 86_400_000;
let folder: string;
let now: number;
let stores: ObjectStore[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "change-ledger-objects-"));
  now = Date.UTC(2026, 0, 1);
  stores = [];
});
afterEach(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true });
});

function open(): ObjectStore {
  const store = new ObjectStore(folder, () => now);
  stores.push(store);
  return store;
}

const anything = () => {};

/** How many bodies are kept, named by a version or not: rows and files. */
function kept(): number {
  const database = new DatabaseSync(join(folder, "index.db"), { readOnly: true });
  try {
    const rows = Number(database.prepare("SELECT count(*) AS n FROM body").get()?.["n"]);
    const objects = join(folder, "objects");
    const files = existsSync(objects) ? readdirSync(objects, { recursive: true, withFileTypes: true }) : [];
    return rows + files.filter((entry) => entry.isFile()).length;
  } finally {
    database.close();
  }
}

describe.each([
  { size: "small", bytes: 3 },
  { size: "large", bytes: 300_000 },
])("$size objects", ({ bytes }) => {
  const object = (key: string, text: string, retention?: Retention) => ({
    key,
    bytes: Buffer.from(text.padEnd(bytes, ".")),
    etag: '"e"',
    headers: {},
    checksums: {},
    retention,
    legalHold: false,
  });

  it("are there when the store is opened again, versions and locks included", async () => {
    const first = open();
    first.createBucket("archive", true);
    const until = { mode: "COMPLIANCE", untilMs: now + DAY_MS } as const;
    const one = await first.put("archive", object("k", "one", until), anything);
    await first.put("archive", object("k", "two"), anything);
    const again = open();
    expect([...again.versions("archive", "")].map(({ version, latest }) => [version.size, latest])).toEqual([
      [bytes, true],
      [bytes, false],
    ]);
    expect((await again.read(one)).toString()).toBe("one".padEnd(bytes, "."));
    expect((await again.read(one, 1, 2)).toString()).toBe("ne");
    expect((await again.read(one, bytes - 1, 1)).toString()).toBe("one".padEnd(bytes, ".").at(-1));
    await expect(again.remove("archive", "k", one.versionId, true)).rejects.toMatchObject({ code: "AccessDenied" });
  });

  it("can be deleted once the retention is over, and then leave nothing", async () => {
    const store = open();
    store.createBucket("archive", true);
    const version = await store.put("archive", object("k", "one", { mode: "COMPLIANCE", untilMs: now + DAY_MS }), anything);
    now += DAY_MS - 1;
    await expect(store.remove("archive", "k", version.versionId, true)).rejects.toMatchObject({ code: "AccessDenied" });
    now += 1;
    await store.remove("archive", "k", version.versionId, false);
    expect(store.current("archive", "k")).toBeUndefined();
    expect(kept()).toBe(0);
  });

  it("are one of several that are written at once on the same condition, and leave nothing but theirs", async () => {
    const store = open();
    store.createBucket("archive", true);
    const unlessHeld = (current: unknown) => {
      if (current !== undefined) throw new Error("somebody was faster");
    };
    const puts = await Promise.allSettled(["one", "two", "three"].map((text) => store.put("archive", object("k", text), unlessHeld)));
    expect(puts.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(kept()).toBe(1);
  });

  it("leave one body where versions are not kept", async () => {
    const store = open();
    store.createBucket("inbox", false);
    for (const text of ["one", "two"]) await store.put("inbox", object("k", text), anything);
    expect(kept()).toBe(1);
  });

  it("expire after their days", async () => {
    const store = open();
    store.createBucket("inbox", false);
    await store.put("inbox", object("old", "1"), anything);
    now += 10 * DAY_MS;
    await store.put("inbox", object("new", "2"), anything);
    now += 5 * DAY_MS;
    await store.expire("inbox", 14);
    expect([...store.versions("inbox", "")].map(({ version }) => version.key)).toEqual(["new"]);
    expect(kept()).toBe(1);
  });
});
