import { canonicalBytes } from "@change-ledger/model";
import { type DrillClass, same } from "../case.ts";
import { edited, entryOf, leafOf, leavesOf, lineOf, linesOf, madeUp, rechained, relinked, relog, replaceChain, told } from "../operator.ts";
import { CHANGE, OTHER_CHANGE, type World } from "../world.ts";

const length = ({ kept }: World): number => linesOf(kept.ledger, CHANGE).length;
const review = (world: World) => entryOf(world, CHANGE, "review");
const forked = { check: "fork", file: "held-checkpoint" };

export const INSERTION_CASES: readonly DrillClass[] = [
  {
    title: "Insert a back-dated entry",
    cases: [
      {
        name: "back-dated-tail",
        operator: "appends an approval that nobody gave to a chain of the ledger",
        tamper: (world) => {
          const seq = length(world);
          replaceChain(world.kept, CHANGE, (lines) => rechained([...lines, approval(world)]));
          return same({ check: "ledger-extra", subject: CHANGE, seq });
        },
      },
      {
        name: "back-dated-middle",
        operator: "puts it before the merge and links the chain again",
        tamper: (world) => {
          const { seq } = review(world).entry;
          replaceChain(world.kept, CHANGE, (lines) => rechained([...lines.slice(0, seq), approval(world), ...lines.slice(seq)]));
          return same({ check: "ledger-differs", subject: CHANGE, seq });
        },
      },
      {
        name: "back-dated-sequenced",
        operator: "appends it to the chain and lets the log take it in today, properly",
        tamper: async (world) => {
          const seq = length(world);
          const leaf = world.leaves.length;
          await relog(world.kept, relinked([...leavesOf(world), { bytes: approval(world) }]), { keepHours: true });
          return same({ check: "late", subject: CHANGE, seq, leaf });
        },
      },
      {
        name: "back-dated-chain",
        operator: "makes up a change of the day before yesterday and lets the log take it in today",
        tamper: async (world) => {
          const subject = "change:github/acme/01-happy-path/pull/2";
          const leaf = world.leaves.length;
          await relog(world.kept, relinked([...leavesOf(world), { bytes: edited(approval(world), { subject }) }]), { keepHours: true });
          return same({ check: "late", subject, seq: 0, leaf });
        },
      },
      {
        name: "back-dated-log",
        operator: "puts it into the log where it would have come, makes everything anew, signs everything again",
        tamper: async (world) => {
          const leaf = leafOf(world, CHANGE, review(world).entry.seq);
          const leaves = leavesOf(world);
          await relog(world.kept, relinked([...leaves.slice(0, leaf), { bytes: approval(world) }, ...leaves.slice(leaf)]));
          return same(forked, { check: "fork", file: "held-hour" });
        },
      },
    ],
  },
  {
    title: "Replay another change's entry",
    cases: [
      {
        name: "replay-bytes",
        operator: "copies another change's approval, as it is, into this one's chain",
        tamper: (world) => {
          const other = entryOf(world, OTHER_CHANGE, "review");
          const { ledger } = world.kept;
          ledger.splice(lineOf(ledger, CHANGE, length(world) - 1) + 1, 0, other.bytes);
          return same({ check: "chain-doubled", subject: OTHER_CHANGE });
        },
      },
      {
        name: "replay-as-own",
        operator: "copies another change's approval under this one's subject",
        tamper: (world) => {
          const seq = length(world);
          const other = madeUp(entryOf(world, OTHER_CHANGE, "review"), { subject: CHANGE });
          replaceChain(world.kept, CHANGE, (lines) => rechained([...lines, other]));
          return same({ check: "ledger-extra", subject: CHANGE, seq });
        },
      },
      {
        name: "replay-same",
        operator: "lets an entry of the chain come twice",
        tamper: (world) => {
          const { bytes, entry } = review(world);
          const { ledger } = world.kept;
          ledger.splice(lineOf(ledger, CHANGE, entry.seq), 0, bytes);
          return same({ check: "chain-doubled", subject: CHANGE, seq: entry.seq });
        },
      },
      {
        name: "replay-log",
        operator:
          "copies another change's approval under this one's subject into ledger and log, back at its time, and signs everything again",
        tamper: async (world) => {
          const other = { bytes: madeUp(entryOf(world, OTHER_CHANGE, "review"), { subject: CHANGE }) };
          const leaf = leafOf(world, CHANGE, review(world).entry.seq);
          const leaves = leavesOf(world);
          await relog(world.kept, relinked([...leaves.slice(0, leaf), other, ...leaves.slice(leaf)]));
          return same(forked);
        },
      },
    ],
  },
];

/** An approval that nobody gave, at the time of one that somebody did. */
function approval(world: World): Uint8Array {
  const { bytes } = review(world);
  return madeUp(
    { ...review(world), bytes: canonicalBytes(told(bytes)) },
    { "facts.id": "9999999", "source.id": "00000000-cc78-11e3-81ab-4c9367dc0958" },
  );
}
