import { withUnderWay } from "@change-ledger/api/under-way.ts";
import type { Subject } from "@change-ledger/model";
import { beforeEach, describe, expect, it } from "vitest";
import { chainOf, foldAll, type Told } from "../query/chain.ts";
import { MemoryChains, MemoryModels } from "../query/memory.ts";
import { UNREAD_PORTS } from "./unread.ts";

const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, "0")}:00.000Z`;
const state = (minute: number, said: "InProgress" | "Failed" | "Succeeded"): Told => ({
  kind: "deployment-state",
  at: at(minute),
  id: `${said} ${minute}`,
  facts: { state: said, application: "pay", group: "production" },
});
const one = (n: number): Subject => `deployment:codedeploy/123456789012/us-east-1/d-${n}`;

describe("a deployment under way", () => {
  let models: MemoryModels;
  let chains: MemoryChains;
  beforeEach(() => {
    models = new MemoryModels();
    chains = new MemoryChains();
  });
  /** All of it is on record, of which `projected` entries are in the read models. */
  const record = async (subject: Subject, told: readonly Told[], projected: number) => {
    const chain = chainOf(subject, told);
    chains.add(chain);
    await models.put([{ state: foldAll(chain.slice(0, projected)), before: { state: undefined, version: 0 } }]);
  };
  const stateOf = async (subject: Subject) => {
    const stored = (await withUnderWay({ ...UNREAD_PORTS, models, chains }).models.get([subject])).get(subject)?.state;
    return stored?.type === "deployment" ? stored.state : undefined;
  };

  it("is shown as its chain tells it, before the projection has", async () => {
    await record(one(1), [state(0, "InProgress"), state(1, "Failed")], 1);
    expect(await stateOf(one(1))).toBe("Failed");
    expect(models.items.get(one(1))?.state).toMatchObject({ state: "InProgress" });
  });

  it("costs a read each; one that ended costs none, nor does one that nobody projected", async () => {
    await record(one(1), [state(0, "InProgress")], 1);
    await record(one(2), [state(0, "InProgress"), state(1, "Succeeded")], 2);
    chains.add(chainOf(one(3), [state(0, "InProgress")]));
    expect([await stateOf(one(1)), await stateOf(one(2)), await stateOf(one(3)), chains.reads]).toEqual([
      "InProgress",
      "Succeeded",
      undefined,
      1,
    ]);
  });

  it("is looked after as one of at most ten", async () => {
    const all = Array.from({ length: 30 }, (_, n) => one(n));
    for (const subject of all) await record(subject, [state(0, "InProgress")], 1);
    const found = await withUnderWay({ ...UNREAD_PORTS, models, chains }).models.get(all);
    expect([found.size, chains.reads]).toEqual([30, 10]);
  });
});
