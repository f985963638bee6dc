import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QueueStore, receiptHandle } from "../../packages/local/queue-store.ts";

const SETTINGS = { visibilitySeconds: 30, delaySeconds: 0, redrive: { deadLetters: "dead", maxReceive: 2 } };

function open(database: DatabaseSync, nowMs: () => number = Date.now): QueueStore {
  const store = new QueueStore(database, nowMs);
  store.create("dead", { ...SETTINGS, redrive: undefined });
  store.create("work", SETTINGS);
  return store;
}

describe("a queue that is opened again", () => {
  it("has what was not deleted, in order, and nothing else", () => {
    const database = new DatabaseSync(":memory:");
    const before = open(database);
    before.send("work", [{ body: "a" }, { body: "b" }, { body: "c", attributes: { k: { DataType: "String", StringValue: "v" } } }]);
    const [first] = before.receive("work", 1);
    if (first === undefined) throw new Error("expected a message");
    before.delete("work", [receiptHandle(first)]);
    before.close();
    const after = open(database);
    expect(after.receive("work", 10).map(({ body, attributes }) => [body, attributes])).toEqual([
      ["b", {}],
      ["c", { k: { DataType: "String", StringValue: "v" } }],
    ]);
    after.close();
  });

  it("gives out what was in flight, and remembers how often it was received", () => {
    const database = new DatabaseSync(":memory:");
    open(database).send("work", [{ body: "poison" }]);
    expect(open(database).receive("work", 1)[0]?.receives).toBe(1);
    expect(open(database).receive("work", 1)[0]?.receives).toBe(2);
    const last = open(database);
    expect(last.receive("work", 1)).toEqual([]);
    expect(last.depth("dead").visible).toBe(1);
    expect(open(database).depth("dead").visible).toBe(1);
  });

  it("keeps a delay that is not over", () => {
    const database = new DatabaseSync(":memory:");
    let now = 1000;
    open(database, () => now).send("work", [{ body: "later", delaySeconds: 60 }]);
    const after = open(database, () => now);
    expect(after.depth("work")).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    after.close();
    now += 60_000;
    const late = open(database, () => now);
    expect(late.receive("work", 1).map(({ body }) => body)).toEqual(["later"]);
    late.close();
  });
});

describe("dead letters", () => {
  it("go back to their queue with a fresh count", () => {
    const store = open(new DatabaseSync(":memory:"));
    store.send("dead", [{ body: "x" }, { body: "y" }]);
    expect(store.moveAll("dead", "work")).toBe(2);
    expect(store.receive("work", 10).map(({ body, receives }) => [body, receives])).toEqual([
      ["x", 1],
      ["y", 1],
    ]);
    expect(store.depth("dead")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    store.close();
  });
});

type Step = "send" | "receive" | "delete" | "give back" | "restart";

describe("any sequence of calls and restarts", () => {
  it("leaves every message in exactly one place until it is deleted", () => {
    const step = fc.constantFrom<Step>("send", "send", "receive", "delete", "give back", "restart");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const database = new DatabaseSync(":memory:");
        let store = open(database);
        const alive = new Set<string>();
        let held: { id: string; handle: string }[] = [];
        for (const one of steps) {
          const mine = held.at(-1);
          if (one === "send") for (const { id } of store.send("work", [{ body: "m" }])) alive.add(id);
          else if (one === "receive") held.push(...store.receive("work", 2).map((m) => ({ id: m.id, handle: receiptHandle(m) })));
          else if (one === "restart") {
            store.close();
            store = open(database);
            held = [];
          } else if (mine !== undefined) {
            held.pop();
            if (one === "delete") {
              store.delete("work", [mine.handle]);
              alive.delete(mine.id);
            } else expect(store.changeVisibility("work", mine.handle, 0)).toBe(true);
          }
          const places = ["work", "dead"].map((name) => store.depth(name));
          expect(places.reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0)).toBe(alive.size);
        }
        store.close();
      }),
      { numRuns: 60 },
    );
  });
});
