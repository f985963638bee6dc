import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { busEvent, EventBuses } from "../../packages/local/event-bus.ts";

let folder: string;
let archive: string;
let delivered: [string, string][];
let refusing: Set<string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "change-ledger-bus-"));
  archive = join(folder, "events.jsonl");
  delivered = [];
  refusing = new Set();
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(): EventBuses {
  const buses = new EventBuses((arn, bodies) => {
    if (refusing.has(arn)) throw new Error("no");
    delivered.push(...bodies.map((body): [string, string] => [arn, body]));
  }, archive);
  buses.putRule("default", "all", { source: [{ prefix: "" }] });
  buses.targets("default", "all").set("t", { id: "t", arn: "queue", deadLetterArn: "dead" });
  return buses;
}

const event = (n: number, atMs = 0) => busEvent({ source: "acme", "detail-type": "t", resources: [], detail: { n } }, atMs);

describe("a bus", () => {
  it("gives an event to the rule's dead letters when the target does not take it, and counts it as lost when they do not either", () => {
    const buses = open();
    refusing.add("queue");
    buses.accept("default", [event(1)]);
    expect(delivered.map(([arn]) => arn)).toEqual(["dead"]);
    refusing.add("dead");
    buses.accept("default", [event(2)]);
    expect(buses.lost).toBe(1);
    buses.close();
  });

  it("archives every event, also one that nobody gets, and replays those of a time without archiving them again", async () => {
    const buses = open();
    buses.createBus("other");
    const sent = [event(1, 1000), event(2, 2000), event(3, 3000)];
    buses.accept("default", sent);
    buses.accept("other", [event(4, 2000)]);
    const kept = readFileSync(archive, "utf8");
    expect(kept.trim().split("\n")).toHaveLength(4);
    delivered = [];
    expect(await buses.replay("default", 2000, 4000)).toBe(2);
    expect(delivered.map(([, body]) => JSON.parse(body) as unknown)).toEqual(sent.slice(1));
    expect(readFileSync(archive, "utf8")).toBe(kept);
    buses.close();
  });

  it("goes on with an archive whose last line a crash cut short", async () => {
    const first = open();
    first.accept("default", [event(1)]);
    first.close();
    appendFileSync(archive, '{"bus":"default","event":{"ver');
    const buses = open();
    buses.accept("default", [event(2)]);
    delivered = [];
    expect(await buses.replay("default", 0, 1)).toBe(2);
    buses.close();
  });

  it("leaves out rules that are switched off", () => {
    const buses = open();
    buses.putRule("default", "all", { source: ["acme"] }, false);
    buses.accept("default", [event(1)]);
    expect(delivered).toEqual([]);
    buses.close();
  });
});
