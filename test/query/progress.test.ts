import type { Subject } from "@change-ledger/model";
import { FoldMemory, foldChains, type ModelStore, progressIn } from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { chainOf, type Told } from "./chain.ts";
import { MemoryChains, MemoryModels } from "./memory.ts";

const CARRIED: Subject = "change:github/acme/cargo/pull/7";
const ABANDONED: Subject = "change:github/acme/cargo/pull/8";
const RECORD: Subject = "change:servicenow/acme/CHG1";
const DEPLOYMENT: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
const at = "2026-03-02T10:00:00.000Z";

const pull = (state: "open" | "closed" | "merged"): Told => ({
  kind: "pull-request",
  at,
  id: state,
  facts: {
    action: "edited",
    author: { login: "ada" },
    head: "a".repeat(40),
    headRef: "topic",
    base: "b".repeat(40),
    baseRef: "main",
    state,
  },
});
const linked = (version: number, kind: "linked" | "unlinked"): Told => ({
  kind,
  at,
  id: `${kind}/${version}`,
  facts: { deployment: DEPLOYMENT, version },
});

describe("how far changes came", () => {
  async function folded(...chains: readonly ReturnType<typeof chainOf>[]) {
    const asked: (readonly Subject[])[] = [];
    const models = new MemoryModels();
    const watched: ModelStore = {
      get: (subjects) => {
        asked.push(subjects);
        return models.get(subjects);
      },
      put: (writes) => models.put(writes),
      places: (...of) => models.places(...of),
      scopes: (list) => models.scopes(list),
    };
    const ledger = new MemoryChains();
    for (const chain of chains) ledger.add(chain);
    const ports = { models: watched, chains: ledger, pause: async () => {}, memory: new FoldMemory() };
    await foldChains(ports, new Map(chains.map((chain) => [chain[0]?.entry.subject as Subject, chain])));
    asked.length = 0;
    return { progress: progressIn(ports), asked };
  }

  it("is what carries them now, and whether they may have ended without that; nothing of those without a read model", async () => {
    const { progress } = await folded(
      chainOf(CARRIED, [pull("merged"), linked(1, "linked")]),
      chainOf(ABANDONED, [pull("closed"), linked(1, "linked"), linked(2, "unlinked")]),
      chainOf(RECORD, [{ kind: "record", at, id: "r", facts: { type: "Change Request", state: "New" } } as Told]),
    );
    const found = await progress([CARRIED, ABANDONED, RECORD, "change:github/acme/cargo/pull/9"], new Set());
    expect(Object.fromEntries(found)).toEqual({
      [CARRIED]: { deployments: [DEPLOYMENT], closed: false },
      [ABANDONED]: { deployments: [], closed: true },
      [RECORD]: { deployments: [], closed: true },
    });
  });

  it("is not asked of the table where the last fold wrote it", async () => {
    const { progress, asked } = await folded(chainOf(CARRIED, [pull("open")]), chainOf(ABANDONED, [pull("closed")]));
    expect(await progress([CARRIED], new Set([CARRIED]))).toEqual(new Map([[CARRIED, { deployments: [], closed: false }]]));
    expect(asked).toEqual([]);
    await progress([CARRIED, ABANDONED], new Set([CARRIED]));
    expect(asked).toEqual([[ABANDONED]]);
  });
});
