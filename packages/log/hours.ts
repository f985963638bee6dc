/**
 * Hourly checkpoints: each says, under Object Lock, what the log was after an hour had ended, so that who puts lock row and checkpoint
 * back cannot put these back. A quiet hour is sealed as well: its head is the one before, and that is the statement. A line of the
 * checkpoint names the hour, so that no other one passes for it:
 *
 *     hour 2026-11-21T22
 *
 * It was signed when that hour was over; every entry that was sequenced by then is below its size.
 */
import { expectPrefix, openOwn, unlessMoved } from "./apply.ts";
import { signCheckpoint } from "./checkpoint.ts";
import { LogError } from "./fault.ts";
import { sameHash } from "./hash.ts";
import type { LockRow, SequencePorts } from "./sequencer-ports.ts";
import { settle } from "./settle.ts";
import { HOURS_SEALED_LATE, sealedHour } from "./trust.ts";

const HOUR_MS = 3_600_000;
const MAX_ROUNDS = 40;

/**
 * Seals every hour that has ended since the latest sealed one, `HOURS_SEALED_LATE` at most; of a log that has none sealed, the last one.
 * A log that was not begun has no hours. Any number may run at once, and sizes never fall from hour to hour: all who seal begin with the
 * hour after the latest, and go on only from one that is as they wrote it. (But the very first hour, and the first after more than a week
 * without any, is the one that its sealer's clock says: two who race for it with clocks an hour apart seal two heads in any order.)
 * @param now RFC 3339
 * @returns the hours that this call has sealed, in order, as in `2026-11-21T22`
 * @throws LogError as `sequence` does; `storage-differs` when the log does not start with what the latest hour says: nothing was signed
 */
export async function sealHours(ports: SequencePorts, now: string): Promise<readonly string[]> {
  const sealed: string[] = [];
  for (let round = 1; ; round++) {
    const outcome = await sealOnce(ports, Date.parse(now), sealed);
    if (outcome === "done") return sealed;
    if (round === MAX_ROUNDS) throw new LogError("contended", `others were first ${MAX_ROUNDS} times while hours were sealed`);
    await ports.pause(round);
  }
}

/** The latest hour is read before the lock row, which therefore covers it. */
async function sealOnce(ports: SequencePorts, nowMs: number, sealed: string[]): Promise<"done" | "moved"> {
  const latest = await ports.store.latestHour();
  const row = await settle(ports);
  if (row === undefined) return "done";
  if (latest !== undefined && (await unlessMoved(ports, row, () => expectGrown(ports, latest, row))) === "moved") return "moved";
  for (const hour of hoursBetween(latest?.hour, nowMs)) {
    const note = await signCheckpoint(
      { origin: ports.log.origin, size: row.size, root: row.root, extensions: [`hour ${hour}`] },
      ports.signers,
    );
    await ports.store.sealHour(hour, note);
    // Of two who seal at once, the one whose hour is not kept may hold an older row than that hour's.
    if (!sameHash(await ports.store.hour(hour), note)) return "moved";
    sealed.push(hour);
  }
  return "done";
}

/** @throws LogError `storage-ahead`, `storage-differs`, or as `openCheckpoint` does */
async function expectGrown(
  ports: SequencePorts,
  { hour, note }: { readonly hour: string; readonly note: Uint8Array },
  row: LockRow,
): Promise<void> {
  const checkpoint = openOwn(ports, note);
  if (sealedHour(checkpoint) !== hour) throw new LogError("storage-differs", `the checkpoint kept for the hour ${hour} does not seal it`);
  if (checkpoint.size > row.size)
    throw new LogError("storage-ahead", `hour ${hour} has ${checkpoint.size} entries, the lock row says ${row.size}: was it put back?`);
  await expectPrefix(ports, checkpoint, row);
}

/** Hours after `latest` that are over at `nowMs`. */
function hoursBetween(latest: string | undefined, nowMs: number): string[] {
  const end = Math.floor(nowMs / HOUR_MS);
  const next = latest === undefined ? end - 1 : Date.parse(`${latest}:00:00Z`) / HOUR_MS + 1;
  const first = Math.max(next, end - HOURS_SEALED_LATE);
  return Array.from({ length: Math.max(0, end - first) }, (_, at) => new Date((first + at) * HOUR_MS).toISOString().slice(0, 13));
}
