import { canonicalBytes, type Subject } from "@change-ledger/model";
import type { Undetected } from "./case.ts";
import { edited, leavesOf, relinked, relog } from "./operator.ts";
import { copyOf, honestWorld, rewrittenWorld, silencedWorld, type World } from "./world.ts";

const without = (world: World): World => ({ ...world, held: { ...world.held, checkpoints: [] } });
/** The last leaf that no bundle speaks of: a ticket's. */
async function last(change: (bytes: Uint8Array) => Uint8Array | undefined): Promise<World> {
  const world = copyOf(await honestWorld());
  const leaves = leavesOf(world).flatMap((leaf) => {
    const bytes = leaf.was === world.leaves.length - 1 ? change(leaf.bytes) : leaf.bytes;
    return bytes === undefined ? [] : [{ ...leaf, bytes }];
  });
  await relog(world.kept, relinked(leaves));
  return world;
}

/** What nobody can tell. Each is done here, and found sound by every verifier: the list is true. */
export const UNDETECTED: readonly Undetected[] = [
  {
    name: "before-the-first-checkpoint",
    operator: "rewrites the whole history, log, hours, ledger and bundles, and signs all of it",
    why: "An auditor who holds no checkpoint from before has nothing that the operator cannot make anew. From the first checkpoint that leaves the operator's hands on, all that is in it stays.",
    done: async () => without(await rewrittenWorld()),
  },
  {
    name: "after-the-last-checkpoint",
    operator:
      "edits an entry that came after the latest checkpoint that the auditor took, makes the log anew from there and signs the hours again",
    why: "The checkpoints that the auditor holds do not cover it, and he has no other. Object Lock keeps the hours for whoever reads versions; a witness, or another auditor's checkpoint, closes the window.",
    done: async () => await last((bytes) => edited(bytes, { occurredAt: "2026-11-03T00:00:00.000Z" })),
  },
  {
    name: "drop-after-the-last-checkpoint",
    operator: "drops an entry that came after it from ledger and log, and signs the hours again",
    why: "As before.",
    done: async () => await last(() => undefined),
  },
  {
    name: "split-view",
    operator: "keeps two logs that part after the latest checkpoint that both auditors took, and shows each auditor one",
    why: "Each view is whole. It shows as `fork` as soon as one auditor's checkpoint is held to the other's log: auditors exchange checkpoints, or a witness signs only one.",
    done: async () => await last((bytes) => edited(bytes, { "source.id": "another-view" })),
  },
  {
    name: "never-taken-in",
    operator: "throws events away before anything writes them down",
    why: "What never came leaves no leaf. The senders know: a push missed shows as a gap between one's `after` and the next one's `before`, and the reconciler asks GitHub for what it failed to deliver.",
    done: async () => without(await silencedWorld()),
  },
  {
    name: "forged-webhook",
    operator: "makes up webhooks, signs them with the secret that the sender shares with the ledger, and lets them be taken in",
    why: "A shared secret signs for both who hold it. Only the sender can contradict: its own audit log has no such delivery.",
    done: async () => without(await rewrittenWorld()),
  },
  {
    name: "made-up-today",
    operator: "writes an entry by hand that says it happened now, and lets the log take it in",
    why: "Whoever may append, may append. It cannot be moved to an earlier time (`late`), nor be taken back. Without a raw record that bears it out, an entry of a sender says itself that it is none.",
    done: async () => {
      const world = copyOf(await honestWorld());
      const like = world.leaves.findLast(({ entry }) => entry.kind === "ticket");
      if (like === undefined) throw new Error("no ticket");
      const at = world.held.now;
      const made = edited(like.bytes, {
        subject: "ticket:jira/OPS-9999" as Subject,
        recordedAt: at,
        occurredAt: at,
        "source.id": "made-up",
      });
      await relog(world.kept, relinked([...leavesOf(world), { bytes: canonicalBytes(JSON.parse(Buffer.from(made).toString("utf8"))) }]), {
        keepHours: true,
      });
      return world;
    },
  },
];
