import {
  type Entry,
  type Fact,
  NO_PREVIOUS,
  type PayloadReference,
  type SealedEntry,
  type SourceFact,
  type Subject,
  sealEntry,
} from "@change-ledger/model";
import { LedgerError } from "./fault.ts";
import { bodyOf, identityOf, markerOf } from "./identity.ts";
import { type Part, partsOf } from "./parts.ts";
import type { ChainStore } from "./ports.ts";

/**
 * How many entries a chain may have before its events get deduplication markers. Up to here the whole chain is read with its tail, in
 * at most two or three read units, and answers by itself whether an event is on record: an append costs one write. Beyond, every entry behind
 * the tail has a marker. (Most chains stay short; a ref's does not.)
 */
export const UNMARKED_ENTRIES = 8;

/** Rounds without any progress of a chain before its events are given back to the queue. */
const MAX_LOST_ROUNDS = 40;

/** A fact on its way into its chain. */
export interface Pending {
  readonly fact: SourceFact;
  /** Where its raw bytes lie; derived facts have none. */
  readonly payload?: PayloadReference | undefined;
}

/** What became of a `Pending`: by the time it is told, it is durable. */
export type Appended = { readonly outcome: "appended" | "duplicate" } | { readonly outcome: "failed"; readonly error: LedgerError };

export interface AppendPorts {
  readonly store: ChainStore;
  /** `recordedAt` of what is appended: RFC 3339, UTC, ms. */
  readonly now: () => string;
  /** Waits, with jitter, after the `round`-th time in a row that another writer was first. */
  readonly pause: (round: number) => Promise<void>;
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
  tail: SealedEntry | undefined;
  read: boolean;
  /** `known` holds every event of the chain that could come again: the whole chain is in hand, or its markers were asked. */
  complete: boolean;
  known: Set<string>;
  bodies: Map<string, string>;
  /** Entries in hand whose markers must exist before the chain may grow. */
  unmarked: SealedEntry[];
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
  let active = [...lanes.values()];
  while (active.length > 0) {
    try {
      await Promise.all(active.filter((lane) => !lane.read).map((lane) => readTail(ports.store, lane, outcomes)));
      await dropKnown(ports.store, active, outcomes);
      active = active.filter((lane) => lane.steps.length > 0);
      await markBehindTail(ports.store, active);
      await insertNext(ports, active, outcomes);
    } catch (error) {
      // Whether this round's writes took effect is unknown: read again what the chains hold.
      for (const lane of active) {
        lane.read = false;
        lane.lost++;
      }
      giveUp(active, outcomes, error);
    }
    active = active.filter((lane) => lane.steps.length > 0);
    const lost = Math.max(0, ...active.map((lane) => lane.lost));
    if (lost > 0) await ports.pause(lost);
    giveUp(active, outcomes, undefined);
    active = active.filter((lane) => lane.steps.length > 0);
  }
  return outcomes.map((outcome) => outcome ?? { outcome: "duplicate" });
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
        tail: undefined,
        read: false,
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

async function readTail(store: ChainStore, lane: Lane, outcomes: (Appended | undefined)[]): Promise<void> {
  const entries = await store.tail(lane.subject, UNMARKED_ENTRIES);
  const tail = entries[0];
  lane.tail = tail;
  lane.known = new Set(entries.map(({ entry }) => identityOf(entry)));
  lane.bodies = new Map(entries.flatMap(({ entry }) => bodyEntry(entry)));
  lane.complete = tail === undefined || tail.entry.seq < UNMARKED_ENTRIES;
  // Behind the tail of a long chain everything is marked; of a chain up to the threshold nothing is.
  lane.unmarked = lane.complete ? entries : entries.slice(0, 1);
  lane.read = true;
  const [step] = lane.steps;
  if (step !== undefined && lane.tried !== undefined && entries.some(({ hash }) => hash === lane.tried?.hash)) {
    // The write that failed, or seemed to find its place taken, had taken effect.
    lane.steps.shift();
    lane.lost = 0;
    outcomes[step.of] = { outcome: "appended" };
  }
  lane.tried = undefined;
}

function bodyEntry(entry: Entry): [string, string][] {
  const body = bodyOf(entry);
  return body === undefined ? [] : [[body, entry.source.id]];
}

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

/** Before a chain grows beyond the threshold, all that will lie behind its tail gets its marker. */
async function markBehindTail(store: ChainStore, lanes: readonly Lane[]): Promise<void> {
  const growing = lanes.filter(
    (lane) => lane.tail !== undefined && lane.tail.entry.seq >= UNMARKED_ENTRIES - 1 && lane.unmarked.length > 0,
  );
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
    if (results[at] !== "inserted") {
      lane.read = false;
      lane.lost++;
      return;
    }
    lane.steps.shift();
    lane.lost = 0;
    lane.tried = undefined;
    outcomes[step.of] = { outcome: "appended" };
    lane.known.add(step.identity);
    if (step.body !== undefined && !lane.bodies.has(step.body)) lane.bodies.set(step.body, step.fact.source.id);
    lane.tail = entry;
    lane.unmarked.push(entry);
  });
}

function sealNext(lane: Lane, step: Step, recordedAt: string): SealedEntry {
  const { fact, part, payload, body } = step;
  const under = body === undefined ? undefined : lane.bodies.get(body);
  const source = under !== undefined && under !== fact.source.id ? { ...fact.source, replays: under } : fact.source;
  const { part: number, kind, facts } = part;
  return sealEntry({
    v: 1,
    subject: lane.subject,
    seq: lane.tail === undefined ? 0 : lane.tail.entry.seq + 1,
    prev: lane.tail?.hash ?? NO_PREVIOUS,
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
