import { CompactRange, type Hash, hashFromHex, openCheckpoint, parseCheckpoint, readBundles, sealedHour } from "@change-ledger/log";
import type { SealedEntry } from "@change-ledger/model";
import { describe, expect, it, vi } from "vitest";
import { IDENTITY } from "../log/grown-log.ts";
import { hex } from "../log/naive.ts";
import { type Mischief, type SequencerPlan, SequencerWorld } from "./sequencer-world.ts";

/** As the other simulation: `SIMULATION_SEED=n npm test -- test/simulation/sequencer` runs one seed again; `SIMULATION_RUNS=n` sets how many there are. */
const RUNS = Number(process.env["SIMULATION_RUNS"] ?? 300);
const ONLY = process.env["SIMULATION_SEED"];

// Ed25519 takes most of the time there is, over the same few signatures: each is verified once.
vi.mock("../../packages/log/verifier-key.ts", async (load) => {
  const real = await load<typeof import("../../packages/log/verifier-key.ts")>();
  const known = new Map<string, boolean>();
  const isSignedBy: typeof real.isSignedBy = (key, message, signature) => {
    const which = Buffer.concat([key.publicKey, signature, message]).toString("latin1");
    const is = known.get(which) ?? real.isSignedBy(key, message, signature);
    known.set(which, is);
    return is;
  };
  return { ...real, isSignedBy };
});

const MISCHIEF: readonly Mischief[] = ["lock", "checkpoint", "no-checkpoint", "foreign-checkpoint", "tile"];

function planOf(seed: number): SequencerPlan {
  const rate = seed % 5 === 0 ? 0 : 0.01 + (seed % 7) * 0.01;
  return {
    seed,
    rates: { before: rate, after: rate, crash: rate / 2 },
    sequencers: 2 + (seed % 3),
    doubled: seed % 4 === 0 ? 0 : 0.3,
    dropped: seed % 2 === 0 ? 0 : 0.1,
    late: seed % 2 === 1 ? 0 : 0.04,
    begun: seed % 10 === 3 ? 245 : seed % 40 === 7 ? 500 : 1,
    mischief: seed % 7 === 0 ? MISCHIEF[(seed / 7) % MISCHIEF.length] : undefined,
  };
}

/** What came up at all, over all seeds. */
const seen: Record<string, number> = {};

function note(world: SequencerWorld, plan: SequencerPlan): void {
  const add = (what: string, by: number) => {
    seen[what] = (seen[what] ?? 0) + by;
  };
  add("faults", world.chaos.faults);
  for (const [what, by] of Object.entries(world.seen)) add(what, by);
  add("filled tiles", world.store.contents.has("tile/0/000") || world.store.contents.has("tile/0/001") ? 1 : 0);
  if (plan.mischief !== undefined) add(`refused after: ${plan.mischief}`, world.refusals.length);
}

/** The root hash at every size from `from` on, out of the leaves alone. */
function rootsFrom(from: number, leaves: readonly Hash[]): ReadonlyMap<number, string> {
  const range = new CompactRange();
  const roots = new Map<number, string>();
  for (const leaf of leaves) {
    if (range.size >= from) roots.set(range.size, hex(range.root()));
    range.append(leaf);
  }
  return roots.set(range.size, hex(range.root()));
}

/** Runs one seed and checks every invariant. */
async function simulate(seed: number): Promise<void> {
  const plan = planOf(seed);
  const world = new SequencerWorld(plan);
  await world.run();
  const { lock, store, places, ledger } = world;
  expect(world.differences, "ledger and log do not differ").toEqual([]);
  expect(store.wrong, "files are what they were, and there when a head is published").toEqual([]);

  const head = openCheckpoint(store.current?.note ?? new Uint8Array(), IDENTITY);
  expect([head.size, hex(head.root)], "what is decided is published").toEqual([lock.row?.size, hex(lock.row?.root ?? new Uint8Array())]);

  const leaves: string[] = [];
  for await (const { hashes } of readBundles(store, head)) leaves.push(...hashes);
  const at = new Map(leaves.map((leaf, index) => [leaf, index]));
  const all = [...ledger.chains.values()].flat();
  expect(at.size, "no entry twice").toBe(leaves.length);
  expect(leaves.length, "every entry").toBe(all.length);
  for (const [subject, chain] of ledger.chains) {
    const order = chain.map(({ hash }) => at.get(hash) ?? -1);
    expect(order, `${subject} in order`).toEqual(order.toSorted((a, b) => a - b));
    expect(await placesOf(world, chain), `the places of ${subject} are those of the log`).toEqual(order);
  }
  expect([...places.chains.keys()].filter((subject) => !ledger.chains.has(subject))).toEqual([]);

  const roots = rootsFrom(plan.begun, leaves.map(hashFromHex));
  const decided = new Set(lock.history.map(({ size, root }) => `${size} ${hex(root)}`));
  const heads = {
    signed: world.signed.map(parseCheckpoint),
    published: store.notes.map((each) => openCheckpoint(each, IDENTITY)),
    sealed: [...store.sealed].sort().map(([, sealed]) => openCheckpoint(sealed, IDENTITY)),
  };
  for (const [how, checkpoints] of Object.entries(heads)) {
    const sizes = checkpoints.map(({ size }) => size);
    expect(
      checkpoints.map(({ size, root }) => `${size} ${hex(root)}`),
      `${how} heads are beginnings of the log`,
    ).toEqual(sizes.map((size) => `${size} ${roots.get(size)}`));
    expect(
      checkpoints.filter(({ size, root }) => !decided.has(`${size} ${hex(root)}`)),
      `${how} heads were decided`,
    ).toEqual([]);
    if (how === "sealed" || (how === "published" && plan.mischief === undefined))
      expect(sizes, `${how} heads never shrink`).toEqual(sizes.toSorted((a, b) => a - b));
  }
  expect(heads.sealed.map(sealedHour), "each hour is sealed as itself").toEqual([...store.sealed.keys()].sort());
  note(world, plan);
}

/** Leaf indices of a chain's entries, as the places say. */
async function placesOf({ places }: SequencerWorld, chain: readonly SealedEntry[]): Promise<number[]> {
  const runs = await places.runs(chain[0]?.entry.subject ?? "change:none", 0, chain.length);
  return runs.flatMap(({ index, count }) => Array.from({ length: count }, (_, at) => index + at));
}

describe("simulation of the sequencer", () => {
  const seeds = ONLY === undefined ? Array.from({ length: RUNS }, (_, at) => at + 1) : [Number(ONLY)];
  const CHUNK = 100;
  for (let from = 0; from < seeds.length; from += CHUNK) {
    const chunk = seeds.slice(from, from + CHUNK);
    it(`holds its invariants under faults, crashes, races and mischief, seeds ${chunk[0]}–${chunk.at(-1)}`, {
      timeout: 300_000,
    }, async () => {
      for (const seed of chunk) {
        try {
          await simulate(seed);
        } catch (error) {
          throw new Error(
            `seed ${seed} fails: run it again with SIMULATION_SEED=${seed} npm test -- test/simulation/sequencer\n${(error as Error).message}`,
            { cause: error },
          );
        }
      }
    });
  }

  it.skipIf(ONLY !== undefined)("has had faults, crashes, lost races, and all the mischief there is", () => {
    // A simulation in which nothing happens would hold every invariant.
    const whats = ["faults", "crashes", "lost", "appended", "healed", "hours", "filled tiles"];
    const refused = MISCHIEF.filter((each) => !each.includes("checkpoint") || each.startsWith("foreign")).map(
      (each) => `refused after: ${each}`,
    );
    for (const what of [...whats, ...refused]) expect(seen[what] ?? 0, what).toBeGreaterThan(0);
  });
});
