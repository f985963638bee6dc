import { type Checkpoint, openCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { proveConsistency, verifyConsistency } from "./consistency.ts";
import type { WrittenTile } from "./edge.ts";
import { sameRow } from "./edge-memory.ts";
import { LogError } from "./fault.ts";
import { sameHash } from "./hash.ts";
import type { LockRow, Published, SequencePorts } from "./sequencer-ports.ts";
import { runsOf, type Stage } from "./stage.ts";
import { edgeTiles, tilePath } from "./tile.ts";
import { TileHashes } from "./tile-hashes.ts";
import type { TreeHead } from "./tree-head.ts";

/** What the lock row has decided, made from its stage: all that is still to be written. */
export interface Decided {
  readonly stage: Stage;
  readonly to: LockRow;
  readonly tiles: readonly WrittenTile[];
}

/**
 * Writes what was decided, and publishes its head. All of it may have been written before, by anybody.
 * @throws LogError `storage-ahead`, `storage-differs` when what is published has not led to this head: nothing was written, nothing signed
 */
export async function apply(ports: SequencePorts, { stage, to, tiles }: Decided): Promise<void> {
  const { store, places } = ports;
  if ((await standing(ports, stage.from, to)).done) return;
  const { stage: former } = stage.from;
  await Promise.all([
    store.write(tiles),
    places.write(runsOf(stage)),
    store.discard(unneeded(stage.from, to)),
    former === undefined ? undefined : store.unstage(former),
  ]);
  await publish(ports, stage.from, to);
}

/** Signs and publishes the head of `to`, unless it is, or a later one. */
async function publish(ports: SequencePorts, from: TreeHead, to: LockRow): Promise<void> {
  let note: Uint8Array | undefined;
  for (;;) {
    const { done, published } = await standing(ports, from, to);
    if (done) return;
    note ??= await signHead(ports, to);
    // Lost: somebody else has published, this head or a later one; or, late, an earlier one.
    if (await ports.store.publish(published, note)) return;
  }
}

/** The current checkpoint of a head: no extensions. The same head gives the same bytes, as long as the keys are the same. */
export async function signHead({ log, signers }: SequencePorts, { size, root }: TreeHead): Promise<Uint8Array> {
  return await signCheckpoint({ origin: log.origin, size, root, extensions: [] }, signers);
}

/** @throws LogError as `openCheckpoint` does: what is published or sealed is not this log's */
export function openOwn({ log, signers }: SequencePorts, note: Uint8Array): Checkpoint {
  return openCheckpoint(note, { origin: log.origin, keys: [...log.keys, ...signers.map(({ key }) => key)] });
}

/**
 * Whether `to` may be published where the log went on from `from`, or is already. It may where `from` is published. Otherwise somebody has
 * put another checkpoint there, or the lock row back: a head that leads to this one is passed over, any other is not.
 */
async function standing(
  ports: SequencePorts,
  from: TreeHead,
  to: LockRow,
): Promise<{ readonly done: boolean; readonly published: Published | undefined }> {
  const published = await ports.store.published();
  const head = published === undefined ? undefined : openOwn(ports, published.note);
  if (head === undefined || sameHead(head, from)) return { done: false, published };
  if (head.size === to.size) expectSameHead(head, to);
  if (head.size > to.size && ((await ports.lock.read())?.size ?? 0) < head.size)
    throw new LogError("storage-ahead", `a head of ${head.size} entries is published, the lock row says ${to.size}: was it put back?`);
  if (head.size >= to.size) return { done: true, published };
  if (head.size >= from.size) throw new LogError("storage-differs", `the log never had the published head of ${head.size} entries`);
  await expectPrefix(ports, head, from);
  return { done: false, published };
}

/** @throws LogError `storage-differs` */
export function expectSameHead(published: TreeHead, row: TreeHead): void {
  if (!sameHead(published, row))
    throw new LogError("storage-differs", `another head of ${published.size} entries is signed than the lock row's of ${row.size}`);
}

/**
 * Returns when the tree `now`, whose tiles are written, starts with the tree `before`, which was signed.
 * @throws LogError `storage-differs`; `wrong-tile`
 */
export async function expectPrefix({ store }: Pick<SequencePorts, "store">, before: TreeHead, now: TreeHead): Promise<void> {
  if (before.size === 0) return;
  try {
    verifyConsistency(before, now, await proveConsistency(new TileHashes(now.size, store), before.size, now.size));
  } catch (cause) {
    if (!(cause instanceof LogError && cause.code === "not-consistent")) throw cause;
    throw new LogError("storage-differs", `the log of ${now.size} entries does not start with the signed one of ${before.size}`, { cause });
  }
}

function sameHead(a: TreeHead, b: TreeHead): boolean {
  return a.size === b.size && sameHash(a.root, b.root);
}

/** The partial tiles of those sizes that are kept no longer, but for what they share with later ones. */
function unneeded(from: LockRow, to: LockRow) {
  const kept = new Set([to.size, ...to.before].flatMap(edgeTiles).map(tilePath));
  return [from.size, ...from.before].flatMap(edgeTiles).filter((tile) => !kept.has(tilePath(tile)));
}

/** What `act` gives; `moved` when it fails, and the lock row is not `row` any more: what it read may have been another's, or gone. */
export async function unlessMoved<T>({ lock }: SequencePorts, row: LockRow | undefined, act: () => Promise<T>): Promise<T | "moved"> {
  try {
    return await act();
  } catch (error) {
    if (sameRow(await lock.read(), row)) throw error;
    return "moved";
  }
}
