import { type DrillCase, type DrillClass, type Findings, same } from "../case.ts";
import { NOTE_SIGNERS } from "../keys.ts";
import { hourPath, hoursOf } from "../mirror.ts";
import { entryOf, fileOf, headOf, heldHour, leavesOf, relog, signAsCurrent, signHour, sizeOf } from "../operator.ts";
import { CHANGE, rewrittenWorld, silencedWorld, type World } from "../world.ts";

/** An hour in the middle. */
const MIDDLE = "2026-11-02T20";

const HOURS: readonly DrillCase[] = [
  {
    name: "hours-middle",
    operator: "deletes a run of hourly checkpoints",
    tamper: ({ kept }) => {
      for (const hour of ["2026-11-02T18", "2026-11-02T19", "2026-11-02T20"]) kept.log.delete(hourPath(hour));
      return same({ check: "hour-missing" });
    },
  },
  {
    name: "hours-end",
    operator: "deletes the hourly checkpoints since some time; the auditor took one of them",
    tamper: (world) => {
      for (const hour of hoursOf(world.kept.log)) if (hour >= heldHour(world)) world.kept.log.delete(hourPath(hour));
      return same({ check: "hour-missing" });
    },
  },
  {
    name: "hours-all",
    operator: "deletes all of them",
    tamper: ({ kept }) => {
      for (const hour of hoursOf(kept.log)) kept.log.delete(hourPath(hour));
      return same({ check: "hour-missing" });
    },
  },
  {
    name: "hour-moved",
    operator: "puts one hour's checkpoint in another one's place",
    tamper: ({ kept }) => {
      kept.log.set(hourPath("2026-11-02T21"), fileOf(kept, hourPath(MIDDLE)));
      return same({ check: "hour-differs", file: hourPath("2026-11-02T21") });
    },
  },
  {
    name: "hour-root",
    operator: "signs an hour again with another root hash",
    tamper: async ({ kept }) => {
      const size = sizeOf(fileOf(kept, hourPath(MIDDLE)));
      await signHour(kept, MIDDLE, { size, root: Buffer.alloc(32, 7) });
      return same({ check: "fork", file: hourPath(MIDDLE) });
    },
  },
  {
    name: "hour-later",
    operator: "signs the hour that the auditor took again, as large as the next one, to hide what came late",
    tamper: async (world) => {
      const hour = heldHour(world);
      const next =
        hoursOf(world.kept.log).find(
          (each) => each > hour && sizeOf(fileOf(world.kept, hourPath(each))) > sizeOf(fileOf(world.kept, hourPath(hour))),
        ) ?? "";
      const note = fileOf(world.kept, hourPath(next));
      await signHour(world.kept, hour, headOf(note));
      return same({ check: "hour-differs" });
    },
  },
  {
    name: "hour-shrunk",
    operator: "signs an hour again as the one six hours before was",
    tamper: async ({ kept }) => {
      const note = fileOf(kept, hourPath("2026-11-02T14"));
      await signHour(kept, MIDDLE, headOf(note));
      return same({ check: "hour-differs", file: hourPath(MIDDLE) });
    },
  },
];

/** The log of a world that went otherwise, in this one's place. */
async function showInstead(world: World, other: World): Promise<Findings> {
  world.kept.log.clear();
  for (const [path, bytes] of other.kept.log) world.kept.log.set(path, bytes);
  world.kept.ledger = [...other.kept.ledger];
  world.kept.bundles.clear();
  for (const [key, bytes] of other.kept.bundles) world.kept.bundles.set(key, bytes);
  return same({ check: "fork", file: "held-checkpoint" }, { check: "fork", file: "held-hour" });
}

const FORKS: readonly DrillCase[] = [
  {
    name: "split-view",
    operator:
      "shows the auditor another log than before: the same days, other reviews, all by the same programs and keys, ledger and bundles with it",
    tamper: async (world) => await showInstead(world, await rewrittenWorld()),
  },
  {
    name: "split-view-silenced",
    operator: "shows a log in which some events never came, ledger and bundles with it",
    tamper: async (world) => await showInstead(world, await silencedWorld()),
  },
  {
    name: "split-view-log",
    operator: "shows the other log beside the ledger and the bundles that there were",
    tamper: async (world) => {
      const { ledger, bundles } = { ledger: world.kept.ledger, bundles: new Map(world.kept.bundles) };
      const found = await showInstead(world, await rewrittenWorld());
      world.kept.ledger = ledger;
      world.kept.bundles.clear();
      for (const [key, bytes] of bundles) world.kept.bundles.set(key, bytes);
      const { seq } = entryOf(world, CHANGE, "review").entry;
      return { ours: [...found.ours, { check: "ledger-differs", subject: CHANGE, seq }] };
    },
  },
  {
    name: "rolled-back",
    operator: "puts the lock row back to an earlier size, lets the sequencer go on from there with other entries, and signs",
    tamper: async (world) => {
      const leaves = leavesOf(world);
      const after = leaves.slice(150).map((leaf, nth) => leaves[150 + ((nth + 40) % (leaves.length - 150))] ?? leaf);
      const order = [...leaves.slice(0, 150), ...bySeq(after)];
      await relog(
        world.kept,
        order.map(({ bytes }, was) => ({ bytes, was })),
        { keepHours: true },
      );
      return same({ check: "fork", file: "held-checkpoint" }, { check: "fork", file: hourPath(heldHour(world)) });
    },
  },
  {
    name: "rolled-back-shorter",
    operator: "puts lock row, tiles and checkpoint back to an earlier size and signs; the hours stay",
    tamper: async (world) => {
      await relog(world.kept, leavesOf(world).slice(0, 150), { keepHours: true });
      return same({ check: "truncated", file: "held-checkpoint" }, { check: "truncated", file: hourPath(heldHour(world)) });
    },
  },
  {
    name: "old-checkpoint",
    operator: "serves an earlier checkpoint, rightly signed in its day, as the current one",
    tamper: async ({ kept }) => {
      await signAsCurrent(kept, fileOf(kept, hourPath(MIDDLE)), [NOTE_SIGNERS.present]);
      return same({ check: "truncated", file: "held-hour" });
    },
  },
];

/** The same leaves, each chain's in its own order. */
function bySeq(leaves: readonly { readonly bytes: Uint8Array }[]): { readonly bytes: Uint8Array }[] {
  const of = (bytes: Uint8Array): { subject: string; seq: number } => JSON.parse(Buffer.from(bytes).toString("utf8"));
  const chains = Map.groupBy(leaves, ({ bytes }) => of(bytes).subject);
  for (const chain of chains.values()) chain.sort((a, b) => of(b.bytes).seq - of(a.bytes).seq);
  return leaves.map(({ bytes }) => chains.get(of(bytes).subject)?.pop() ?? { bytes });
}

export const HISTORY_CASES: readonly DrillClass[] = [
  { title: "Hourly checkpoints", cases: HOURS },
  { title: "Fork the log, roll it back, rewrite all of it", cases: FORKS },
];
