import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { FactsOf, SealedEntry } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_BUS } from "../../packages/local/names.ts";
import { auditsByThePage } from "./audited.ts";
import { changeOf, differing, judged, saidOf, TOKEN, told } from "./judged.ts";
import { CREDENTIALS, type Running } from "./running.ts";

describe("the demonstration, judged", () => {
  let running: Running;
  let ledger: readonly SealedEntry[];
  let said: ReturnType<typeof saidOf>;
  beforeAll(async () => {
    ({ running, ledger } = await judged(told.events));
    said = saidOf(ledger);
  });
  afterAll(() => running.close());

  it("by a configuration that came into force first", () => {
    const chain = ledger
      .filter(({ entry }) => entry.subject === "config:default")
      .map(({ entry }) => entry.facts as FactsOf<"configuration">);
    expect(chain.map(({ status }) => status)).toEqual(["offered", "in-force"]);
    expect(new Set([...said.values()].map(({ facts }) => facts.configuration))).toEqual(new Set([chain[0]?.version]));
  });

  it.each([
    [1, "normal", []],
    [2, "emergency", []],
    [3, "normal", ["T3/unticketed"]],
    [4, "normal", []],
    [5, "normal", ["T4/author-not-covered", "T7/inferred-bypass"]],
    [6, "normal", ["T5/stale-approval"]],
    [7, "normal", ["T5/approval-dismissed"]],
    [8, "normal", ["T5/change-request-stands"]],
    [9, "normal", ["T4/no-approval"]],
    [14, "normal", ["T6/direct-push"]],
    [16, "normal", ["T8/forced-push"]],
    [18, "normal", []],
    [30, "normal", ["T12/one-person"]],
  ] as const)("says of scenario %i: %s, %o", (number, type, findings) => {
    const one = said.get(changeOf(number));
    expect(one?.facts.type).toBe(type);
    expect(one?.open).toEqual(expect.arrayContaining([...findings]));
    if (findings.length === 0) expect(one?.open).toEqual([]);
  });

  it("never because of its own words", () => {
    for (const [, chain] of Map.groupBy(ledger, ({ entry }) => entry.subject)) {
      const words = chain.toSorted((a, b) => a.entry.seq - b.entry.seq).filter(({ entry }) => entry.kind === "assessed");
      for (const [at, { entry }] of words.entries())
        if (entry.kind === "assessed" && at > 0) {
          const before = words[at - 1]?.entry.facts as FactsOf<"assessed">;
          const { opened, resolved, outcomes, type } = entry.facts;
          expect([opened.length + resolved.length > 0, outcomes, type]).not.toEqual([false, before.outcomes, before.type]);
        }
    }
  });

  it("tells the bus of each finding that opens and resolves", async () => {
    const events = readFileSync(join(running.dataDir, "events.jsonl"), "utf8").trim().split("\n");
    const told = new Set<string>();
    for (const line of events) {
      const found = /"detail-type":"(Finding (?:opened|resolved))"/.exec(line);
      if (found === null) continue;
      const { event = JSON.parse(line) } = JSON.parse(line) as { event?: BusEvent };
      const { finding, entry } = (event as BusEvent).detail;
      told.add(`${found[1]} ${finding.id} ${entry.seq}`);
    }
    const expected = ledger.flatMap(({ entry }) =>
      entry.kind === "assessed"
        ? [
            ...entry.facts.opened.map(({ test, code }) => `Finding opened ${entry.subject}#${test}/${code} ${entry.seq}`),
            ...entry.facts.resolved.map((name) => `Finding resolved ${entry.subject}#${name} ${entry.seq}`),
          ]
        : [],
    );
    expect([...told].filter((one) => one.includes("change:")).toSorted()).toEqual(expected.toSorted());
  });

  it("keeps the last good configuration when a bad one is offered, and says so", async () => {
    const bus = new EventBridgeClient({ endpoint: running.stack.endpoints.aws, region: "us-east-1", credentials: CREDENTIALS });
    const Detail = JSON.stringify({ version: 1, text: "format: 1\npeople:\n  - id: ada\n    roles: [king]\n" });
    await bus.send(
      new PutEventsCommand({ Entries: [{ EventBusName: OWN_BUS, Source: "acme", DetailType: "configuration.offered", Detail }] }),
    );
    bus.destroy();
    await running.stack.quiet();
    const chain = (await running.ledger())
      .filter(({ entry }) => entry.subject === "config:default")
      .toSorted((a, b) => a.entry.seq - b.entry.seq)
      .map(({ entry }) => entry.facts as FactsOf<"configuration">);
    expect(chain.map(({ status }) => status)).toEqual(["offered", "in-force", "offered", "refused"]);
    expect(chain[3]?.faults?.length).toBeGreaterThan(0);
    const { configurations } = (await import("@change-ledger/aws/wiring.ts")).assessPorts();
    await configurations.refresh();
    expect((await configurations.at(new Date().toISOString())).version).toBe(chain[0]?.version);
    expect(readFileSync(join(running.dataDir, "events.jsonl"), "utf8")).toContain("config:default#configuration/refused");
  });

  it("and what was said last is what the record says now", async () => {
    expect(await differing(said)).toEqual([]);
  });

  auditsByThePage(() => running, TOKEN);
});

interface BusEvent {
  readonly detail: { readonly finding: { readonly id: string }; readonly entry: { readonly seq: number } };
}
