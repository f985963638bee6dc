/** A log's checkpoints: the current one, the hourly ones, those that the auditor held before, and those of bundles: by whom they are signed, and what each says of the log. */
import {
  type Checkpoint,
  LogError,
  logIdentity,
  openCheckpoint,
  openTrusted,
  parseCheckpoint,
  parseNote,
  sealedHour,
  type TrustFile,
} from "@change-ledger/log";
import type { Check, Fault } from "./fault.ts";
import type { LogFiles } from "./sources.ts";
import type { Mark, SealedSize } from "./walk-log.ts";

const NOTE_MAX_BYTES = 1_000_000;
const HOUR_MS = 3_600_000;

/** A checkpoint that somebody else than the log keeps. */
export interface HeldCheckpoint {
  readonly name: string;
  readonly note: Uint8Array;
}

export interface OpenedLog {
  readonly head: Checkpoint;
  readonly marks: readonly Mark[];
  readonly sealed: readonly SealedSize[];
  /** The first and the last sealed hour. */
  readonly hours?: { readonly first: string; readonly last: string; readonly count: number };
}

/** How a checkpoint that cannot be opened is called. */
export function checkOf(error: LogError): Check {
  switch (error.code) {
    case "bad-signature":
      return "signature";
    case "not-signed":
    case "retired-key":
    case "wrong-origin":
      return error.code;
    default:
      return "checkpoint";
  }
}

/** Opens a note; where it is not to be trusted, says so, and goes on with what it states; undefined where that cannot be read. */
export function* openOrTell(open: () => Checkpoint, note: Uint8Array, file: string): Generator<Fault, Checkpoint | undefined> {
  let stated: Checkpoint | undefined;
  try {
    stated = parseCheckpoint(parseNote(note).text);
    return open();
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    yield { check: checkOf(error), file, expected: "a checkpoint that the log's key signed", found: error.message };
    return stated;
  }
}

/** @returns undefined when there is no checkpoint that says how large the log is */
export async function* openLog(
  log: LogFiles,
  trust: TrustFile,
  held: readonly HeldCheckpoint[],
  now: string,
): AsyncGenerator<Fault, OpenedLog | undefined> {
  const note = await log.read("checkpoint", NOTE_MAX_BYTES);
  if (note === undefined) {
    yield { check: "checkpoint", file: "checkpoint", expected: "a checkpoint", found: "no such file" };
    return undefined;
  }
  const head = yield* openOrTell(() => openTrusted(note, trust, now), note, "checkpoint");
  if (head === undefined) return undefined;
  const marks: Mark[] = [];
  const sealed: SealedSize[] = [];
  let before: { readonly hour: string; readonly size: number } | undefined;
  let first: string | undefined;
  for await (const hour of log.hours()) {
    const opened = yield* openHour(log, trust, hour, now);
    if (opened === undefined) continue;
    const file = hourPath(hour);
    if (before !== undefined && nextHour(before.hour) !== hour)
      yield { check: "hour-missing", file, expected: `the hour after ${before.hour}`, found: hour };
    if (before !== undefined && opened.size < before.size)
      yield { check: "hour-differs", file, field: "size", expected: `at least ${before.size}`, found: String(opened.size) };
    yield* markOf(opened, file, head, marks);
    sealed.push({ hour: Number(hour.replace(/\D/g, "")), size: opened.size });
    before = { hour, size: opened.size };
    first ??= hour;
  }
  for (const { name, note: old } of held) {
    const opened = yield* openOrTell(() => openCheckpoint(old, logIdentity(trust)), old, name);
    if (opened === undefined) continue;
    yield* markOf(opened, name, head, marks);
    const hour = sealedHour(opened);
    if (hour !== undefined) yield* checkHeldHour(log, hour, opened);
  }
  return {
    head,
    marks,
    sealed,
    ...(before === undefined || first === undefined ? {} : { hours: { first, last: before.hour, count: sealed.length } }),
  };
}

async function* openHour(log: LogFiles, trust: TrustFile, hour: string, now: string): AsyncGenerator<Fault, Checkpoint | undefined> {
  const file = hourPath(hour);
  const note = await log.read(file, NOTE_MAX_BYTES);
  if (note === undefined) {
    yield { check: "hour-missing", file, expected: "a checkpoint", found: "no such file" };
    return undefined;
  }
  const opened = yield* openOrTell(() => openTrusted(note, trust, now), note, file);
  const says = opened === undefined ? undefined : (sealedHour(opened) ?? "no hour");
  if (opened === undefined || says === hour) return opened;
  yield { check: "hour-differs", file, field: "hour", expected: hour, found: says ?? "" };
  return undefined;
}

/** An hour that the auditor holds is still where it was. */
async function* checkHeldHour(log: LogFiles, hour: string, held: Checkpoint): AsyncGenerator<Fault> {
  const file = hourPath(hour);
  const note = await log.read(file, NOTE_MAX_BYTES);
  if (note === undefined) {
    yield { check: "hour-missing", file, expected: rootText(held.root), found: "no such file" };
    return;
  }
  try {
    const { root } = parseCheckpoint(parseNote(note).text);
    if (rootText(root) !== rootText(held.root))
      yield { check: "hour-differs", file, field: "root", expected: rootText(held.root), found: rootText(root) };
  } catch {
    // Told with the hours.
  }
}

/** What a checkpoint says of the log: that it is no smaller, and what its root hash was at that size. */
export function* markOf({ size, root }: Checkpoint, file: string, head: Checkpoint, marks: Mark[]): Generator<Fault> {
  if (size > head.size) yield { check: "truncated", file, expected: `at least ${size} leaves`, found: String(head.size) };
  else
    marks.push({
      size,
      root,
      differs: (found) => ({ check: "fork", file, field: "root", expected: rootText(root), found: `${rootText(found)} at size ${size}` }),
    });
}

export function rootText(root: Uint8Array): string {
  return Buffer.from(root).toString("base64");
}

/** `2026-11-21T22` as the mirror's path. */
export function hourPath(hour: string): string {
  return `hours/${hour.replace(/[-T]/g, "/")}`;
}

function nextHour(hour: string): string {
  return new Date(Date.parse(`${hour}:00:00Z`) + HOUR_MS).toISOString().slice(0, 13);
}
