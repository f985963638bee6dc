import { apply, expectSameHead, openOwn, signHead, unlessMoved } from "./apply.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { openEdge } from "./edge-memory.ts";
import { LogError } from "./fault.ts";
import { sameHash } from "./hash.ts";
import { parseNote } from "./note.ts";
import type { LockRow, Published, SequencePorts } from "./sequencer-ports.ts";
import { parseStage } from "./stage.ts";

const MAX_ROUNDS = 40;

/**
 * The lock row, with all that it decided written and its head published. What another process left is finished first.
 * @throws LogError `storage-ahead`, `storage-differs`, `wrong-stage`, `wrong-tile`, `contended`, or as `openCheckpoint` does
 */
export async function settle(ports: SequencePorts): Promise<LockRow | undefined> {
  for (let round = 1; ; round++) {
    const settled = await settleOnce(ports);
    if (settled !== "moved") return settled;
    if (round === MAX_ROUNDS) throw new LogError("contended", `the lock row moved ${MAX_ROUNDS} times while it was settled`);
    await ports.pause(round);
  }
}

/** Reads what is published, and sealed, before the lock row: the log grows, so that the row is never behind it. */
async function settleOnce(ports: SequencePorts): Promise<LockRow | undefined | "moved"> {
  const { store, lock, memory } = ports;
  // What is locked cannot be put back, as lock row and checkpoint can: a process compares itself with that once.
  const sealed = memory.fresh ? await store.latestHour() : undefined;
  const published = await store.published();
  const row = await lock.read();
  if (sealed !== undefined) expectNotAhead(openOwn(ports, sealed.note), row);
  const head = published === undefined ? undefined : openOwn(ports, published.note);
  if (head !== undefined) expectNotAhead(head, row);
  if (row === undefined) return undefined;
  if (published === undefined || head === undefined || head.size < row.size)
    return await unlessMoved(ports, row, () => recover(ports, row));
  await renew(ports, row, head, published);
  return row;
}

/** @throws LogError `storage-ahead`, `storage-differs` */
function expectNotAhead(signed: Checkpoint, row: LockRow | undefined): void {
  if (signed.size > (row?.size ?? 0))
    throw new LogError(
      "storage-ahead",
      `a head of ${signed.size} entries is signed, the lock row says ${row?.size ?? 0}: was it put back?`,
    );
  if (signed.size === row?.size) expectSameHead(signed, row);
}

/** Makes everything again from the stage that the lock row names. */
async function recover(ports: SequencePorts, row: LockRow): Promise<LockRow> {
  const { store, memory } = ports;
  if (row.stage === undefined) throw new LogError("wrong-stage", `the lock row of ${row.size} entries names no stage`);
  const stage = parseStage(await store.staged(row.stage), row.stage);
  const edge = await openEdge(store, stage.from);
  for (const { entries } of stage.stretches) for (const bytes of entries) edge.append(bytes);
  if (edge.size !== row.size || !sameHash(edge.root(), row.root))
    throw new LogError("wrong-stage", `the stage ${row.stage} does not lead to the lock row's head of ${row.size} entries`);
  await apply(ports, { stage, to: row, tiles: edge.takeTiles() });
  memory.leave(row, edge, stage.from, stage.stretches);
  return row;
}

/** While a key is replaced: publishes the same head again, signed by all who sign now. Whoever is first has done it. */
async function renew(ports: SequencePorts, row: LockRow, head: Checkpoint, published: Published): Promise<void> {
  const { signatures } = parseNote(published.note);
  const has = ({ name, id }: { readonly name: string; readonly id: string }) =>
    signatures.some((each) => each.name === name && each.id === id);
  if (head.extensions.length === 0 && ports.signers.every(({ key }) => has(key))) return;
  await ports.store.publish(published, await signHead(ports, row));
}
