/**
 * The sequencer: puts the ledger's entries into the log, each once, those of a chain in their order. Any number may run at once. Its order
 * of writes, which is Sunlight's:
 *
 *     1 stage    what is to be added
 *     2 swap     the lock row: from here on it is decided, and nothing else than this can come next
 *     3 apply    tiles, places, then the signed checkpoint: published last, so that a published head is complete
 *
 * Whoever finds a lock row whose head is not published finishes step 3 before anything else, with the same code. Only heads that stood in
 * the lock row are ever signed. That an entry is in the log is known from the places, which are complete before the next swap: exactly once.
 */
import type { SealedEntry } from "@change-ledger/model";
import { apply, unlessMoved } from "./apply.ts";
import { BEFORE_ALL, openEdge } from "./edge-memory.ts";
import { LogError } from "./fault.ts";
import { type Batch, byChain, gather } from "./gather.ts";
import type { LockRow, SequencePorts } from "./sequencer-ports.ts";
import { settle } from "./settle.ts";
import { digestOf, formatStage } from "./stage.ts";
import type { TreeHead } from "./tree-head.ts";

/** How many sizes before the present one have their partial tiles kept, for those who read by the checkpoint of then. */
const SIZES_KEPT = 3;
const MAX_ROUNDS = 40;

export interface Sequenced {
  /** A published head. It covers all that was given, but for what is held. */
  readonly head: TreeHead;
  /** Entries that this call put into the log, those among them that lay between the given ones and the log's. */
  readonly appended: number;
  /** When the oldest of them was recorded. */
  readonly oldest: string | undefined;
  /** Of the given entries those that do not follow from what log and ledger hold; they must be given again. */
  readonly held: readonly SealedEntry[];
}

/**
 * Puts these entries into the log, and whatever of their chains lies before them; those that are there are passed over. Entries may come
 * twice and in any order. Without any, finishes what another process left.
 * @throws LogError `storage-ahead`, `storage-differs`, `wrong-tile`, `wrong-stage`, or as `openCheckpoint` does: what is stored is not what the
 *   lock row says, nothing was signed, and somebody has to look; `contended`; or whatever the ports throw: what was decided stands, and the entries may come again
 */
export async function sequence(ports: SequencePorts, entries: readonly SealedEntry[]): Promise<Sequenced> {
  let { waiting, held } = byChain(entries);
  let appended = 0;
  let oldest: string | undefined;
  let lost = 0;
  let row = await settle(ports);
  while (waiting.size > 0) {
    const batch = await gather(ports, waiting, row);
    const next = batch.stretches.length === 0 ? row : await commit(ports, row, batch);
    if (next === "moved") {
      if (++lost === MAX_ROUNDS) throw new LogError("contended", `${MAX_ROUNDS} rounds lost on the lock row`);
      await ports.pause(lost);
      row = await settle(ports);
      continue;
    }
    row = next;
    lost = 0;
    waiting = batch.rest;
    held = [...held, ...batch.held];
    for (const { entries: taken } of batch.stretches) {
      appended += taken.length;
      for (const { entry } of taken) if (oldest === undefined || entry.recordedAt < oldest) oldest = entry.recordedAt;
    }
  }
  const { size, root } = row ?? BEFORE_ALL;
  return { head: { size, root }, appended, oldest, held };
}

/** Appends a batch where `row` stands; `moved`, with nothing decided, when it stands there no more. */
async function commit(ports: SequencePorts, row: LockRow | undefined, batch: Batch): Promise<LockRow | "moved"> {
  const { lock, store, memory } = ports;
  const from = row ?? BEFORE_ALL;
  const edge = memory.take(from) ?? (await unlessMoved(ports, row, () => openEdge(store, from)));
  if (edge === "moved") return "moved";
  const stretches = batch.stretches.map((each) => ({ ...each, entries: each.entries.map(({ bytes }) => bytes) }));
  for (const { entries } of stretches) for (const bytes of entries) edge.append(bytes);
  const stage = { from, stretches };
  const bytes = formatStage(stage);
  const digest = digestOf(bytes);
  const before = row === undefined ? [] : [from.size, ...from.before].slice(0, SIZES_KEPT);
  const next = { size: edge.size, root: edge.root(), stage: digest, before };
  await store.stage(digest, bytes);
  if (!(await lock.swap(row, next))) {
    // The row has left `from` for good, so that nobody needs this stage; but for another who was first with the same one.
    if ((await lock.read())?.stage !== digest) await store.unstage(digest);
    return "moved";
  }
  await apply(ports, { stage, to: next, tiles: edge.takeTiles() });
  memory.leave(next, edge, row, batch.stretches);
  return next;
}
