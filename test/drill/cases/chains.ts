import { type DrillClass, type Findings, same } from "../case.ts";
import { edited, entryOf, leafOf, leavesOf, lineOf, linesOf, rechained, relinked, relog, replaceChain, told } from "../operator.ts";
import { CHANGE, type World } from "../world.ts";

const length = ({ kept }: World): number => linesOf(kept.ledger, CHANGE).length;
const review = (world: World) => entryOf(world, CHANGE, "review");
const missing = (world: World, seq: number) => ({ check: "ledger-missing", subject: CHANGE, seq, leaf: leafOf(world, CHANGE, seq) });
const forked = { check: "fork", file: "held-checkpoint" };

function dropTail(world: World, count: number): Findings {
  const before = length(world);
  replaceChain(world.kept, CHANGE, (lines) => lines.slice(0, -count));
  return { ours: Array.from({ length: count }, (_, nth) => missing(world, before - count + nth)) };
}

/** The whole log and ledger without the leaves that `drop` names, and everything signed again. */
async function rewriteWithout(world: World, drop: (subject: string, seq: number) => boolean): Promise<Findings> {
  const kept = leavesOf(world).filter((_, leaf) => {
    const entry = world.leaves[leaf]?.entry;
    return entry !== undefined && !drop(entry.subject, entry.seq);
  });
  await relog(world.kept, relinked(kept));
  return same(forked, { check: "fork", file: "held-hour" });
}

export const CHAIN_CASES: readonly DrillClass[] = [
  {
    title: "Edit, and link the chain again",
    cases: [
      {
        name: "rechain",
        operator: "edits a review and links every later entry of the chain again",
        tamper: (world) => {
          const { seq } = review(world).entry;
          replaceChain(world.kept, CHANGE, (lines) =>
            rechained(lines.map((line, at) => (at === seq ? edited(line, { "facts.state": "dismissed" }) : line))),
          );
          return same(
            { check: "ledger-differs", subject: CHANGE, seq },
            { check: "ledger-differs", subject: CHANGE, seq: length(world) - 1 },
          );
        },
      },
      {
        name: "rechain-log",
        operator: "edits a review, links the chain again, makes all tiles anew, signs the checkpoint and every hour again",
        tamper: async (world) => {
          const { seq } = review(world).entry;
          const leaf = leafOf(world, CHANGE, seq);
          await relog(
            world.kept,
            relinked(
              leavesOf(world).map((each) =>
                each.was === leaf ? { ...each, bytes: edited(each.bytes, { "facts.state": "dismissed" }) } : each,
              ),
            ),
          );
          return same(forked, { check: "fork", file: "held-hour" });
        },
      },
      {
        name: "rechain-log-keep-hours",
        operator: "the same, but cannot replace the hours, which are locked",
        tamper: async (world) => {
          const leaf = leafOf(world, CHANGE, review(world).entry.seq);
          await relog(
            world.kept,
            relinked(
              leavesOf(world).map((each) =>
                each.was === leaf ? { ...each, bytes: edited(each.bytes, { "facts.state": "dismissed" }) } : each,
              ),
            ),
            { keepHours: true },
          );
          return same({ check: "fork", file: "hours/2026/11/02/23" }, forked);
        },
      },
    ],
  },
  {
    title: "Drop the tail",
    cases: [
      { name: "tail-1", operator: "drops the last entry of a chain", tamper: (world) => dropTail(world, 1) },
      { name: "tail-3", operator: "drops the last three", tamper: (world) => dropTail(world, 3) },
      { name: "tail-all-but-first", operator: "drops all but the first", tamper: (world) => dropTail(world, length(world) - 1) },
      {
        name: "tail-log",
        operator: "drops a chain's tail from ledger and log, signs everything again",
        tamper: (world) => rewriteWithout(world, (subject, seq) => subject === CHANGE && seq >= 8),
      },
      {
        name: "tail-of-log",
        operator: "drops the last 20 leaves with their entries and signs the checkpoint again; the hours stay",
        tamper: async (world) => {
          await relog(world.kept, leavesOf(world).slice(0, -20), { keepHours: true });
          return same({ check: "truncated", file: "hours/2026/11/03/" });
        },
      },
      {
        name: "tail-of-log-hours",
        operator: "drops all that came after a certain day from ledger and log, hours and all",
        tamper: async (world) => {
          await relog(world.kept, leavesOf(world).slice(0, 200));
          return same({ check: "truncated", file: "held-checkpoint" }, { check: "truncated", file: "held-hour" });
        },
      },
    ],
  },
  {
    title: "Drop from the middle",
    cases: [
      {
        name: "middle",
        operator: "drops a review",
        tamper: (world) => {
          const { seq } = review(world).entry;
          world.kept.ledger.splice(lineOf(world.kept.ledger, CHANGE, seq), 1);
          return same({ check: "chain-gap", subject: CHANGE, seq: seq + 1 }, missing(world, seq));
        },
      },
      {
        name: "middle-rechain",
        operator: "drops a review, numbers and links the rest again",
        tamper: (world) => {
          const { seq } = review(world).entry;
          const last = length(world) - 1;
          replaceChain(world.kept, CHANGE, (lines) => rechained(lines.filter((_, at) => at !== seq)));
          return same({ check: "ledger-differs", subject: CHANGE, seq }, missing(world, last));
        },
      },
      {
        name: "middle-log",
        operator: "the same in ledger and log, everything signed again",
        tamper: (world) => rewriteWithout(world, (subject, seq) => subject === CHANGE && seq === review(world).entry.seq),
      },
    ],
  },
  {
    title: "Delete a change",
    cases: [
      {
        name: "change",
        operator: "deletes a change's chain",
        tamper: (world) => {
          replaceChain(world.kept, CHANGE, () => []);
          return same(missing(world, 0), missing(world, 10));
        },
      },
      {
        name: "change-bundles",
        operator: "deletes a change's chain and its bundles",
        tamper: (world) => {
          replaceChain(world.kept, CHANGE, () => []);
          const keys = [...world.kept.bundles.keys()].filter((key) => key.startsWith("evidence/github/acme/01-happy-path/pull/1/"));
          for (const key of keys) world.kept.bundles.delete(key);
          return { ours: [missing(world, 0), ...keys.map((key) => ({ check: "sealed-missing", file: key }))] };
        },
      },
      {
        name: "change-log",
        operator: "deletes a change from ledger and log, signs everything again",
        tamper: (world) => rewriteWithout(world, (subject) => subject === CHANGE),
      },
    ],
  },
  {
    title: "Swap entries",
    cases: [
      {
        name: "swap",
        operator: "swaps two entries of a chain",
        tamper: (world) => {
          const { seq } = review(world).entry;
          replaceChain(world.kept, CHANGE, (lines) => swapped(lines, seq, seq + 1));
          return same({ check: "chain-gap", subject: CHANGE, seq: seq + 1 }, { check: "chain-doubled", subject: CHANGE, seq });
        },
      },
      {
        name: "swap-rechain",
        operator: "swaps two entries, numbers and links the chain again",
        tamper: (world) => {
          const { seq } = review(world).entry;
          replaceChain(world.kept, CHANGE, (lines) => rechained(swapped(lines, seq, seq + 1)));
          return same({ check: "ledger-differs", subject: CHANGE, seq }, { check: "ledger-differs", subject: CHANGE, seq: seq + 1 });
        },
      },
      {
        name: "swap-log",
        operator: "swaps two leaves of different chains, makes all tiles anew, signs everything again",
        tamper: async (world) => {
          const leaves = leavesOf(world);
          const at = leaves.findIndex(
            (_, leaf) => leaf > 10 && world.leaves[leaf]?.entry.subject !== world.leaves[leaf + 1]?.entry.subject,
          );
          await relog(
            world.kept,
            swapped(leaves, at, at + 1).map(({ bytes }, was) => ({ bytes, was })),
          );
          return same(forked);
        },
      },
      {
        name: "swap-chains",
        operator: "exports two chains in the other order",
        tamper: ({ kept }) => {
          const first = told(kept.ledger[0] as Uint8Array)["subject"];
          const chain = kept.ledger.filter((line) => told(line)["subject"] === first);
          kept.ledger = [...kept.ledger.slice(chain.length), ...chain];
          return same({ check: "ledger-order", subject: String(first), seq: 0 });
        },
      },
    ],
  },
];

function swapped<T>(items: readonly T[], one: number, other: number): T[] {
  return items.map((item, at) => (at === one ? (items[other] as T) : at === other ? (items[one] as T) : item));
}
