import type { Subject } from "@change-ledger/model";
import { type Health, type HealthPorts, lookAtHealth } from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { HEALTH_DETAIL_TYPES, TOLD_SOURCE } from "../../../stacks/definitions.ts";
import { chainOf, foldAll, type Told } from "../chain.ts";
import { MemoryChains, MemoryModels } from "../memory.ts";

const NOW = "2026-11-22T10:30:00.000Z";
const later = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toISOString();
const PULL = "change:github/acme/pay/pull/1";
const opened = (recordedAt: string): Told => ({
  kind: "pull-request",
  at: recordedAt,
  id: recordedAt,
  recordedAt,
  facts: {
    action: "opened",
    author: { id: "1", login: "ada" },
    head: "a".repeat(40),
    headRef: "t",
    base: "b".repeat(40),
    baseRef: "main",
    state: "open",
  },
});

class World implements Pick<HealthPorts, "origin"> {
  readonly origin = "ledger.example/acme";
  readonly models = new MemoryModels();
  readonly chains = new MemoryChains();
  readonly told: { readonly type: string; readonly detail: Record<string, unknown> }[] = [];
  depths: Record<string, number> = { ingest: 0, stream: 0 };
  size = 0;
  hour: string | undefined = "2026-11-22T09";
  kept: Health | undefined;

  async record(subject: Subject, recordedAt: string): Promise<void> {
    const chain = chainOf(subject, [opened(recordedAt)]);
    this.chains.add(chain);
    await this.models.put([{ state: foldAll(chain), before: { state: undefined, version: 0 } }]);
  }

  async look(now = NOW) {
    const { hour } = this;
    return await lookAtHealth(
      {
        origin: this.origin,
        models: this.models,
        chains: this.chains,
        deadLetters: async () => this.depths,
        // Each chain is one entry long and lies in the log in order of its being named.
        places: { runs: async (subject) => [{ subject, seq: 0, count: 1, index: [...this.chains.chains.keys()].indexOf(subject) }] },
        log: {
          published: async () =>
            this.size === 0 ? undefined : { note: Buffer.from(`${this.origin}\n${this.size}\nAAAA\n\n— x\n`), version: "1" },
          hours: async (from) => (hour !== undefined && (from === undefined || hour > from) ? [hour] : []),
          latestHour: async () => (hour === undefined ? undefined : { hour, note: Buffer.alloc(0) }),
        },
        bus: {
          put: async ({ source, detailType, detail }) => {
            expect([source, (HEALTH_DETAIL_TYPES as readonly string[]).includes(detailType)]).toEqual([TOLD_SOURCE, true]);
            this.told.push({ type: detailType, detail: JSON.parse(detail) });
          },
        },
        kept: {
          get: async () => this.kept,
          put: async (health) => {
            this.kept = health;
          },
        },
      },
      now,
    );
  }
}

describe("dead letters", () => {
  it("are counted queue by queue, and since when something waits", async () => {
    const world = new World();
    await world.look();
    expect(world.kept).toEqual({
      asOf: NOW,
      deadLetters: [
        { queue: "ingest", waiting: 0 },
        { queue: "stream", waiting: 0 },
      ],
    });
    world.depths = { ingest: 2, stream: 0 };
    await world.look(later(60));
    world.depths = { ingest: 1, stream: 3 };
    await world.look(later(120));
    expect(world.kept).toMatchObject({
      asOf: later(120),
      deadLetters: [
        { queue: "ingest", waiting: 1, since: later(60) },
        { queue: "stream", waiting: 3, since: later(120) },
      ],
    });
    world.depths = { ingest: 0, stream: 3 };
    await world.look(later(180));
    world.depths = { ingest: 4, stream: 3 };
    await world.look(later(240));
    expect(world.kept?.deadLetters[0]).toEqual({ queue: "ingest", waiting: 4, since: later(240) });
  });

  it("are not known when a queue does not tell: what was known stays, with its time", async () => {
    const world = new World();
    await world.look();
    const { kept } = world;
    Object.defineProperty(world, "depths", {
      get: () => {
        throw new Error("AccessDenied");
      },
    });
    await expect(world.look(later(60))).rejects.toThrow("AccessDenied");
    expect(world.kept).toBe(kept);
  });
});

describe("a late checkpoint", () => {
  it("is told once, with the entry that has waited longest, and once more when the log has caught up", async () => {
    const world = new World();
    await world.record(PULL, later(-300));
    await world.record("change:github/acme/pay/pull/2", later(-61));
    await world.record("change:github/acme/pay/pull/3", later(-10));
    world.size = 1;
    await world.look();
    await world.look(later(60));
    await world.look(later(120));
    expect(world.told).toEqual([
      {
        type: "Checkpoint late",
        detail: {
          version: 1,
          subject: "log:ledger.example/acme",
          at: NOW,
          entry: { subject: "change:github/acme/pay/pull/2", seq: 0, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
          checkpoint: { since: later(-61), because: expect.stringContaining("60 seconds") },
        },
      },
    ]);
    expect(world.kept?.late?.since).toBe(later(-61));
    world.size = 3;
    await world.look(later(180));
    await world.look(later(240));
    expect(world.told.slice(1)).toEqual([
      { type: "Checkpoint caught up", detail: { version: 1, subject: "log:ledger.example/acme", at: later(180) } },
    ]);
    expect(world.kept?.late).toBeUndefined();
  });

  it.each([
    ["nothing waits for longer than a minute", async (world: World) => await world.record(PULL, later(-60))],
    ["nothing is on record", async () => {}],
  ])("is none while %s, with or without a checkpoint", async (_name, given) => {
    const world = new World();
    await given(world);
    await world.look();
    expect([world.kept?.late, world.told]).toEqual([undefined, []]);
  });

  it("is one too when there never was a checkpoint", async () => {
    const world = new World();
    await world.record(PULL, later(-61));
    await world.look();
    expect(world.told.map(({ type }) => type)).toEqual(["Checkpoint late"]);
  });

  it.each([
    ["2026-11-22T07", undefined],
    ["2026-11-22T06", "2026-11-22T10:00:00.000Z"],
    ["2026-11-19T06", "2026-11-19T10:00:00.000Z"],
    [undefined, undefined],
  ])("is an hour that was not sealed two hours after it ended: the last one is %s", async (hour, since) => {
    const world = new World();
    await world.record(PULL, later(-300));
    world.size = 1;
    world.hour = hour;
    await world.look();
    expect([world.kept?.late?.since, world.told.map(({ detail }) => detail["entry"])]).toEqual([
      since,
      since === undefined ? [] : [undefined],
    ]);
  });

  it("is told again when it could not be kept that it was told", async () => {
    const world = new World();
    await world.record(PULL, later(-61));
    let refuse = true;
    let stored: Health | undefined;
    Object.defineProperty(world, "kept", {
      get: () => stored,
      set: (health: Health) => {
        if (refuse) throw new Error("throttled");
        stored = health;
      },
    });
    await expect(world.look()).rejects.toThrow("throttled");
    refuse = false;
    await world.look(later(60));
    expect(world.told.map(({ type }) => type)).toEqual(["Checkpoint late", "Checkpoint late"]);
  });
});

describe("deployments that no change explains", () => {
  it("are counted a quarter of an hour after they were told of, in the last day and the day before", async () => {
    const world = new World();
    const hours = (n: number) => later(-n * 3600);
    const told = [
      ["codedeploy/123456789012/us-east-1/d-1", later(-600)],
      ["codedeploy/123456789012/us-east-1/d-2", hours(1)],
      ["ecs/123456789012/us-east-1/main/pay/1", hours(23)],
      ["codedeploy/123456789012/us-east-1/d-3", hours(25)],
      ["codedeploy/123456789012/us-east-1/d-4", hours(49)],
    ] as const;
    for (const [id, at] of told) {
      const chain = chainOf(`change:${id}`, [
        { kind: "linked", at, id, recordedAt: at, facts: { deployment: `deployment:${id}`, version: 1 } },
      ]);
      await world.models.put([{ state: foldAll(chain), before: { state: undefined, version: 0 } }]);
    }
    await world.record(PULL, hours(2));
    expect((await world.look()).unlinked).toEqual({ lastDay: 2, dayBefore: 1 });
  });
});
