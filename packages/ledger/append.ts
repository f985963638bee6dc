import {
  type Fact,
  NO_PREVIOUS,
  type PayloadReference,
  type SealedEntry,
  type SourceFact,
  type Subject,
  sealEntry,
} from "@change-ledger/model";
import type { ChainMemory } from "./chain-memory.ts";
import { LedgerError } from "./fault.ts";
import { bodyOf, identityOf, markerOf } from "./identity.ts";
import { type Part, partsOf } from "./parts.ts";
import type { ChainStore } from "./ports.ts";

/**
 * How many of a chain's last entries need no deduplication marker: they are read with its tail, in two or three read units, and answer by themselves
 * whether an event is on record. A chain up to here costs one write an entry (most chains stay that short; a ref's does not); beyond, every entry but
 * the last ones has a marker too.
 */
export const UNMARKED_ENTRIES = 8;

/** Rounds without any progress of a chain before its events are given back to the queue. */
const MAX_LOST_ROUNDS = 40;

/** A fact on its way into its chain. */
export interface Pending {
  readonly fact: SourceFact;
  /** Where its raw bytes lie; derived facts have none. */
  readonly payload?: PayloadReference | undefined;
  /** Likely its chain's first: tried at seq 0 without a read. Where that place is held, the chain is read after all. */
  readonly begins?: boolean | undefined;
}

/** What became of a `Pending`: by the time it is told, it is durable. */
export type Appended = { readonly outcome: "appended" | "duplicate" } | { readonly outcome: "failed"; readonly error: LedgerError };

export interface AppendPorts {
  readonly store: ChainStore;
  /** `recordedAt` of what is appended: RFC 3339, UTC, ms. */
  readonly now: () => string;
  /** Waits, with jitter, after the `round`-th time in a row that another writer was first. */
  readonly pause: (round: number) => Promise<void>;
  /** What this process saw last of the chains; absent remembers nothing. */
  readonly memory?: ChainMemory;
}

interface Step {
  readonly of: number;
  readonly fact: SourceFact;
  readonly part: Part;
  readonly payload: PayloadReference | undefined;
  readonly identity: string;
  readonly body: string | undefined;
}

/** One chain's share of a batch. `known` are the identities on record that concern it; `bodies` maps signed bodies to the id they came under. */
interface Lane {
  readonly subject: Subject;
  readonly steps: Step[];
  /** Its last entries, newest first: the whole chain while it is short. Undefined until it was read, and again when another writer was first. */
  seen: readonly SealedEntry[] | undefined;
  /** The last that was seen, if the chain has to be read again. */
  before: readonly SealedEntry[] | undefined;
  /** `known` holds every event of the chain that could come again: the whole chain is in hand, or its markers were asked. */
  complete: boolean;
  readonly known: Set<string>;
  readonly bodies: Map<string, string>;
  /** Entries in hand that may have no marker yet, newest first. */
  unmarked: readonly SealedEntry[];
  tried: SealedEntry | undefined;
  lost: number;
}

/**
 * Appends each fact to its subject's chain, exactly once however often it comes: reads the tails, leaves out what is on record, and inserts
 * at `seq + 1`; where another writer was first, reads again. Facts of one chain enter in the order given; chains go on side by side,
 * one entry a chain a round. Never throws for a single fact: its failure is its outcome.
 */
export async function append(ports: AppendPorts, batch: readonly Pending[]): Promise<Appended[]> {
  const outcomes: (Appended | undefined)[] = new Array(batch.length).fill(undefined);
  const lanes = lanesOf(batch, outcomes);
  for (const lane of lanes.values()) {
    const seen = ports.memory?.get(lane.subject);
    if (seen !== undefined) take(lane, seen.entries, seen.entries, seen.unmarked, outcomes);
    else if (batch[lane.steps[0]?.of ?? -1]?.begins === true) take(lane, [], [], [], outcomes);
  }
  let active = [...lanes.values()];
  while (active.length > 0) {
    try {
      await Promise.all(active.filter(({ seen }) => seen === undefined).map((lane) => readTail(ports.store, lane, outcomes)));
      await dropKnown(ports.store, active, outcomes);
      active = active.filter((lane) => lane.steps.length > 0);
      await markOutOfSight(ports.store, active);
      await insertNext(ports, active, outcomes);
    } catch (error) {
      // Whether this round's writes took effect is unknown: read again what the chains hold.
      for (const lane of active) lose(lane);
      giveUp(active, outcomes, error);
    }
    active = active.filter((lane) => lane.steps.length > 0);
    const lost = Math.max(0, ...active.map((lane) => lane.lost));
    if (lost > 0) await ports.pause(lost);
    giveUp(active, outcomes, undefined);
    active = active.filter((lane) => lane.steps.length > 0);
  }
  for (const { subject, seen, unmarked } of lanes.values()) if (seen !== undefined) ports.memory?.set(subject, { entries: seen, unmarked });
  return outcomes.map((outcome) => outcome ?? { outcome: "duplicate" });
}

/** What was seen of the chain no longer holds. */
function lose(lane: Lane): void {
  lane.before = lane.seen ?? lane.before;
  lane.seen = undefined;
  lane.lost++;
}

function lanesOf(batch: readonly Pending[], outcomes: (Appended | undefined)[]): Map<Subject, Lane> {
  const lanes = new Map<Subject, Lane>();
  batch.forEach(({ fact, payload }, of) => {
    let parts: readonly Part[];
    try {
      parts = partsOf(fact);
    } catch (error) {
      outcomes[of] = {
        outcome: "failed",
        error: error instanceof LedgerError ? error : new LedgerError("too-long", String(error), { cause: error }),
      };
      return;
    }
    let lane = lanes.get(fact.subject);
    if (lane === undefined) {
      lane = {
        subject: fact.subject,
        steps: [],
        seen: undefined,
        before: undefined,
        complete: false,
        known: new Set(),
        bodies: new Map(),
        unmarked: [],
        tried: undefined,
        lost: 0,
      };
      lanes.set(fact.subject, lane);
    }
    for (const part of parts) {
      const identified = { subject: fact.subject, source: fact.source, payload, part: part.part };
      lane.steps.push({ of, fact, part, payload, identity: identityOf(identified), body: bodyOf(identified) });
    }
  });
  return lanes;
}

/** Reads what the chain holds: its tail, or, where some of it was seen before, only what came behind that. */
async function readTail(store: ChainStore, lane: Lane, outcomes: (Appended | undefined)[]): Promise<void> {
  const before = lane.before ?? [];
  const [last] = before;
  if (last === undefined) {
    lane.complete = false;
    const tail = await store.tail(lane.subject, UNMARKED_ENTRIES);
    return take(lane, tail, tail, tail, outcomes);
  }
  const news: SealedEntry[] = [];
  for (;;) {
    const page = await store.read(lane.subject, last.entry.seq + 1 + news.length, NEWS_PAGE);
    news.push(...page);
    if (page.length < NEWS_PAGE) break;
  }
  news.reverse();
  take(lane, [...news, ...before], news, [...news, ...lane.unmarked], outcomes);
}

const NEWS_PAGE = 50;

/** @param news those of `entries` that were not seen before */
function take(lane: Lane, entries: Entries, news: Entries, unmarked: Entries, outcomes: (Appended | undefined)[]): void {
  for (const { entry } of news.toReversed()) {
    lane.known.add(identityOf(entry));
    const body = bodyOf(entry);
    // Oldest first: the id under which a body came first is the one that a repetition repeats.
    if (body !== undefined && !lane.bodies.has(body)) lane.bodies.set(body, entry.source.id);
  }
  const [tail] = entries;
  lane.seen = entries.slice(0, UNMARKED_ENTRIES);
  lane.unmarked = unmarked;
  lane.complete ||= tail === undefined || tail.entry.seq < UNMARKED_ENTRIES;
  const [step] = lane.steps;
  if (step !== undefined && lane.tried !== undefined && news.some(({ hash }) => hash === lane.tried?.hash)) {
    // The write that failed, or seemed to find its place taken, had taken effect.
    lane.steps.shift();
    lane.lost = 0;
    outcomes[step.of] = { outcome: "appended" };
  }
  lane.tried = undefined;
}

type Entries = readonly SealedEntry[];

/** Leaves out what is on record; for chains that are not wholly in hand the markers are asked. Afterwards each lane's first step is new. */
async function dropKnown(store: ChainStore, lanes: readonly Lane[], outcomes: (Appended | undefined)[]): Promise<void> {
  const asking = lanes.filter((lane) => !lane.complete);
  const keys = new Set(asking.flatMap((lane) => lane.steps.flatMap(({ identity, body }) => (body === undefined ? [identity] : [body]))));
  const marked = keys.size === 0 ? new Map<string, string>() : await store.markers([...keys]);
  const repeats: { lane: Lane; identity: string }[] = [];
  for (const lane of asking) {
    for (const { identity, body, fact } of lane.steps) {
      const under = marked.get(body ?? identity);
      if (under === undefined) continue;
      if (body === undefined || under === fact.source.id) lane.known.add(identity);
      else {
        lane.bodies.set(body, under);
        repeats.push({ lane, identity });
      }
    }
    lane.complete = true;
  }
  // The same body under another id: that repetition may itself be on record.
  const again =
    repeats.length === 0 ? new Map<string, string>() : await store.markers([...new Set(repeats.map(({ identity }) => identity))]);
  for (const { lane, identity } of repeats) if (again.has(identity)) lane.known.add(identity);
  for (const lane of lanes) {
    while (lane.steps[0] !== undefined && lane.known.has(lane.steps[0].identity)) {
      const step = lane.steps.shift();
      if (step !== undefined) outcomes[step.of] ??= { outcome: "duplicate" };
    }
  }
}

/**
 * Whoever reads a chain has its last UNMARKED_ENTRIES in hand: before one more comes, whatever that would push out of sight gets its marker, and with it,
 * in one call, all others that have none yet.
 */
async function markOutOfSight(store: ChainStore, lanes: readonly Lane[]): Promise<void> {
  const growing = lanes.filter(({ seen, unmarked }) => {
    const next = (seen?.[0]?.entry.seq ?? -1) + 1;
    return (unmarked.at(-1)?.entry.seq ?? next) <= next - UNMARKED_ENTRIES;
  });
  const markers = new Map(
    growing.flatMap((lane) => lane.unmarked.map(({ entry }) => markerOf(entry))).map(({ key, value }) => [key, value]),
  );
  if (markers.size === 0) return;
  await store.mark(markers);
  for (const lane of growing) lane.unmarked = [];
}

async function insertNext(ports: AppendPorts, lanes: readonly Lane[], outcomes: (Appended | undefined)[]): Promise<void> {
  const sealed: SealedEntry[] = [];
  const inserting: Lane[] = [];
  for (const lane of lanes) {
    const step = lane.steps[0];
    if (step === undefined) continue;
    try {
      lane.tried = sealNext(lane, step, ports.now());
      sealed.push(lane.tried);
      inserting.push(lane);
    } catch (error) {
      // An entry that cannot be written at all fails alone.
      lane.steps.shift();
      outcomes[step.of] = { outcome: "failed", error: new LedgerError("too-long", (error as Error).message, { cause: error }) };
    }
  }
  if (sealed.length === 0) return;
  const results = await ports.store.insert(sealed);
  inserting.forEach((lane, at) => {
    const step = lane.steps[0];
    const entry = sealed[at];
    if (step === undefined || entry === undefined) return;
    if (results[at] !== "inserted") return lose(lane);
    lane.steps.shift();
    lane.lost = 0;
    lane.tried = undefined;
    outcomes[step.of] = { outcome: "appended" };
    lane.known.add(step.identity);
    if (step.body !== undefined && !lane.bodies.has(step.body)) lane.bodies.set(step.body, step.fact.source.id);
    lane.seen = [entry, ...(lane.seen ?? [])].slice(0, UNMARKED_ENTRIES);
    lane.unmarked = [entry, ...lane.unmarked];
  });
}

function sealNext(lane: Lane, step: Step, recordedAt: string): SealedEntry {
  const { fact, part, payload, body } = step;
  const under = body === undefined ? undefined : lane.bodies.get(body);
  const source = under !== undefined && under !== fact.source.id ? { ...fact.source, replays: under } : fact.source;
  const { part: number, kind, facts } = part;
  const [tail] = lane.seen ?? [];
  return sealEntry({
    v: 1,
    subject: lane.subject,
    seq: tail === undefined ? 0 : tail.entry.seq + 1,
    prev: tail?.hash ?? NO_PREVIOUS,
    occurredAt: fact.occurredAt,
    recordedAt,
    source,
    ...(fact.actor === undefined ? {} : { actor: fact.actor }),
    ...(payload === undefined ? {} : { payload }),
    ...(number === undefined ? {} : { part: number }),
    ...({ kind, facts } as Fact),
  });
}

function giveUp(lanes: readonly Lane[], outcomes: (Appended | undefined)[], error: unknown): void {
  for (const lane of lanes) {
    if (lane.lost < (error === undefined ? MAX_LOST_ROUNDS : 4)) continue;
    const reason =
      error === undefined
        ? new LedgerError("contended", `${lane.lost} rounds lost in a row on ${lane.subject}`)
        : new LedgerError("store", `the ledger table did not answer for ${lane.subject}`, { cause: error });
    for (const step of lane.steps) outcomes[step.of] = { outcome: "failed", error: reason };
    lane.steps.length = 0;
  }
}
