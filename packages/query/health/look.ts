import { type Bus, type ChainStore, checkpointTold, type LateCheckpoint } from "@change-ledger/ledger";
import type { LogPlaces, LogStore } from "@change-ledger/log";
import { mergedPlaces } from "../pages.ts";
import type { ModelStore } from "../ports.ts";
import { checkpointLines, readHead } from "./covered.ts";
import type { DeadLetters, Health, HealthStore } from "./health.ts";

export interface HealthPorts {
  /** Messages in each dead-letter queue, those that somebody has in hand among them. Throws when one does not tell. */
  readonly deadLetters: () => Promise<Readonly<Record<string, number>>>;
  readonly models: Pick<ModelStore, "places" | "scopes">;
  readonly chains: Pick<ChainStore, "tail">;
  readonly places: Pick<LogPlaces, "runs">;
  readonly log: Pick<LogStore, "published" | "hours" | "latestHour">;
  readonly bus: Bus;
  readonly kept: HealthStore;
  /** Name of the log. */
  readonly origin: string;
}

/** What is measured besides; it is not kept. */
export interface Looked {
  readonly health: Health;
  /** Deployments that no change explains, first told of within the last day, and within the day before. */
  readonly unlinked: { readonly lastDay: number; readonly dayBefore: number };
}

/** Seconds that an entry may wait until a signed checkpoint covers it; the alarm CheckpointLate has the same. */
const COVER_SECONDS = 60;
/** From the end of an hour until it is sealed: one run of the schedule may fail. */
const SEAL_HOURS = 2;
/** Of the latest changes and of the latest deployments so many are looked at. */
const SAMPLE = 10;
/** A deployment is told of before its revision is known, and linked within a minute of what explains it. */
const LINKED_WITHIN_MINUTES = 15;
const UNLINKED_MAX = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * One look at the ledger's own health. When the log falls behind, and when it has caught up, that is told on the bus, once each (at least: a look that fails after it
 * told tells again).
 * @param now RFC 3339
 */
export async function lookAtHealth(ports: HealthPorts, now: string): Promise<Looked> {
  const [before, depths, late, lastDay, dayBefore] = await Promise.all([
    ports.kept.get(),
    ports.deadLetters(),
    lateness(ports, now),
    unlinkedIn(ports, now, 0),
    unlinkedIn(ports, now, DAY_MS),
  ]);
  const health = {
    asOf: now,
    deadLetters: waitingIn(depths, before, now),
    ...(late && { late: { ...late, since: before?.late?.since ?? late.since } }),
  };
  if ((late === undefined) !== (before?.late === undefined)) await ports.bus.put(checkpointTold(ports.origin, health.late, now));
  await ports.kept.put(health);
  return { health, unlinked: { lastDay, dayBefore } };
}

function waitingIn(depths: Readonly<Record<string, number>>, before: Health | undefined, now: string): DeadLetters[] {
  return Object.entries(depths).map(([queue, waiting]) => {
    if (waiting === 0) return { queue, waiting };
    return { queue, waiting, since: before?.deadLetters.find((one) => one.queue === queue)?.since ?? now };
  });
}

/** Of the latest chains' last entries the one that has waited longest without a checkpoint over it; else an hour that was not sealed. */
async function lateness(ports: HealthPorts, now: string): Promise<LateCheckpoint | undefined> {
  // The checkpoint first: what is recorded after it was read is not held against it for a minute.
  const note = (await ports.log.published())?.note;
  const size = note === undefined ? 0 : checkpointLines(note).size;
  const [changes, deployments, hour] = await Promise.all([
    mergedPlaces(ports.models, "change", SAMPLE),
    mergedPlaces(ports.models, "deployment", SAMPLE),
    hourMissed(ports, now),
  ]);
  const heads = await Promise.all([...changes, ...deployments].map(({ subject }) => readHead(ports, subject, size)));
  const [oldest] = heads
    .flatMap((head) => (head === undefined || head.covered ? [] : [head.last]))
    .sort((a, b) => Date.parse(a.entry.recordedAt) - Date.parse(b.entry.recordedAt));
  if (oldest !== undefined && Date.parse(now) - Date.parse(oldest.entry.recordedAt) > COVER_SECONDS * 1000) {
    const { subject, seq, recordedAt } = oldest.entry;
    return {
      since: recordedAt,
      because: `An entry that was recorded at ${recordedAt} is under no signed checkpoint; the limit is ${COVER_SECONDS} seconds.`,
      entry: { subject, seq, hash: oldest.hash },
    };
  }
  return hour;
}

/** Whether the latest hour that is sealed is too long ago. A log that sealed none yet is new. */
async function hourMissed({ log }: HealthPorts, now: string): Promise<LateCheckpoint | undefined> {
  const nowMs = Date.parse(now);
  // The last one that must be there is over for as long as its sealing may take.
  const wantedMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - (1 + SEAL_HOURS) * HOUR_MS;
  const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
  if ((await log.hours(hourOf(wantedMs - HOUR_MS), 1)).length > 0) return undefined;
  const latest = await log.latestHour();
  if (latest === undefined) return undefined;
  return {
    // What the hour after it should have been sealed by.
    since: new Date(Date.parse(`${latest.hour}:00:00Z`) + (2 + SEAL_HOURS) * HOUR_MS).toISOString(),
    because: `The last hour that was sealed is ${latest.hour} UTC; the limit is ${SEAL_HOURS} hours after an hour has ended.`,
  };
}

/** Counted where they stand in the list of changes: one that was explained since stands there no more. */
async function unlinkedIn({ models }: HealthPorts, now: string, agoMs: number): Promise<number> {
  const toMs = Date.parse(now) - LINKED_WITHIN_MINUTES * 60_000 - agoMs;
  const within = { from: new Date(toMs - DAY_MS).toISOString(), to: new Date(toMs).toISOString() };
  const scopes = (await models.scopes("change")).filter((scope) => /^(?:codedeploy|ecs)\//.test(scope));
  const found = await Promise.all(scopes.map((scope) => models.places("change", scope, UNLINKED_MAX, undefined, within)));
  return found.flat().length;
}
