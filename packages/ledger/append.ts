import { type Fact, NO_PREVIOUS, type SealedEntry, sealEntry } from "@change-ledger/model";
import type { ChainMemory, Seen } from "./chain-memory.ts";
import { dropKnown, markOutOfSight } from "./deduplicate.ts";
import { LedgerError } from "./fault.ts";
import { type Appended, giveUp, type Lane, lanesOf, lose, type Outcomes, type Pending, type Step, take, UNMARKED_ENTRIES } from "./lane.ts";
import type { ChainStore } from "./ports.ts";
import { Turns } from "./turns.ts";

export interface AppendPorts {
  readonly store: ChainStore;
  /** `recordedAt` of what is appended: RFC 3339, UTC, ms. */
  readonly now: () => string;
  /** Waits, with jitter, after the `round`-th time in a row that another writer was first. */
  readonly pause: (round: number) => Promise<void>;
  /** What this process saw last of the chains; absent remembers nothing. */
  readonly memory?: ChainMemory;
}

/**
 * Appends each fact to its subject's chain, exactly once however often it comes: reads the tails, leaves out what is on record, and inserts
 * at `seq + 1`; where another writer was first, reads again. Facts of one chain enter in the order given; chains go on side by side,
 * one entry a chain a round. Batches that share a memory take turns at a chain: the later one goes on with its other chains meanwhile.
 * Never throws for a single fact: its failure is its outcome.
 */
export async function append(ports: AppendPorts, batch: readonly Pending[]): Promise<Appended[]> {
  const outcomes: Outcomes = new Array(batch.length).fill(undefined);
  const lanes = [...lanesOf(batch, outcomes).values()];
  const turns = new Turns(ports, lanes);
  try {
    let active: Lane[] = [];
    for (;;) {
      for (const lane of await turns.come(active.length > 0)) {
        begin(ports, lane, batch, outcomes);
        active.push(lane);
      }
      if (active.length === 0) break;
      await round(ports, active, outcomes);
      const lost = Math.max(0, ...active.map((lane) => lane.lost));
      if (lost > 0) await ports.pause(lost);
      giveUp(active, outcomes, undefined);
      for (const lane of active) if (lane.steps.length === 0) end(ports, lane, turns);
      active = active.filter((lane) => lane.steps.length > 0);
    }
  } finally {
    turns.endAll();
  }
  return outcomes.map((outcome) => outcome ?? { outcome: "duplicate" });
}

/** Takes what is known of the chain without a read. */
function begin({ memory }: AppendPorts, lane: Lane, batch: readonly Pending[], outcomes: Outcomes): void {
  const first = batch[lane.steps[0]?.of ?? -1];
  const seen = memory?.get(lane.subject);
  if (first?.onto !== undefined) takeWhole(lane, first.onto, outcomes);
  else if (seen !== undefined) recall(lane, seen, outcomes);
  else if (first?.begins === true) take(lane, [], [], [], outcomes);
}

/** One entry of each chain, at most. */
async function round(ports: AppendPorts, lanes: readonly Lane[], outcomes: Outcomes): Promise<void> {
  try {
    await Promise.all(lanes.filter(({ seen }) => seen === undefined).map((lane) => readTail(ports.store, lane, outcomes)));
    await dropKnown(ports.store, lanes, outcomes);
    const writing = lanes.filter((lane) => lane.steps.length > 0);
    await markOutOfSight(ports.store, writing);
    await insertNext(ports, writing, outcomes);
  } catch (error) {
    // Whether this round's writes took effect is unknown: read again what the chains hold.
    const unsure = lanes.filter((lane) => lane.steps.length > 0);
    for (const lane of unsure) lose(lane);
    giveUp(unsure, outcomes, error);
  }
}

/** Keeps what was seen of the chain for whoever has the next turn. */
function end({ memory }: AppendPorts, { subject, seen, unmarked, whole, known, bodies }: Lane, turns: Turns): void {
  if (seen !== undefined) memory?.set(subject, { entries: seen, unmarked, whole: whole ? { known, bodies } : undefined });
  turns.end(subject);
}

/** Takes a chain that the caller has read from its beginning on. */
function takeWhole(lane: Lane, chain: readonly SealedEntry[], outcomes: Outcomes): void {
  const entries = chain.toReversed();
  take(lane, entries, entries, entries.slice(0, UNMARKED_ENTRIES), outcomes);
  lane.whole = true;
  lane.complete = true;
}

/** Takes the chain as this process saw it last. */
function recall(lane: Lane, { entries, unmarked, whole }: Seen, outcomes: Outcomes): void {
  for (const identity of whole?.known ?? []) lane.known.add(identity);
  for (const [body, id] of whole?.bodies ?? []) lane.bodies.set(body, id);
  lane.whole = whole !== undefined;
  take(lane, entries, whole === undefined ? entries : [], unmarked, outcomes);
}

const NEWS_PAGE = 50;

/** Reads what the chain holds: its tail, or, where some of it was seen before, only what came behind that. */
async function readTail(store: ChainStore, lane: Lane, outcomes: Outcomes): Promise<void> {
  const before = lane.before ?? [];
  const [last] = before;
  if (last === undefined) {
    lane.complete = false;
    lane.whole = false;
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

async function insertNext(ports: AppendPorts, lanes: readonly Lane[], outcomes: Outcomes): Promise<void> {
  const sealed: SealedEntry[] = [];
  const inserting: Lane[] = [];
  for (const lane of lanes) {
    const step = lane.steps[0];
    if (step === undefined) continue;
    if (step.behind !== undefined && step.behind !== (lane.seen?.[0]?.hash ?? NO_PREVIOUS)) {
      const next = lane.steps.findIndex(({ of }) => of !== step.of);
      lane.steps.splice(0, next < 0 ? lane.steps.length : next);
      outcomes[step.of] = { outcome: "failed", error: new LedgerError("contended", `${lane.subject} has gone on meanwhile`) };
      continue;
    }
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
  for (const [at, lane] of inserting.entries()) {
    const step = lane.steps[0];
    const entry = sealed[at];
    if (step === undefined || entry === undefined) continue;
    if (results[at] !== "inserted") {
      lose(lane);
      continue;
    }
    lane.steps.shift();
    lane.lost = 0;
    lane.tried = undefined;
    outcomes[step.of] = { outcome: "appended" };
    lane.known.add(step.identity);
    if (step.body !== undefined && !lane.bodies.has(step.body)) lane.bodies.set(step.body, step.fact.source.id);
    lane.seen = [entry, ...(lane.seen ?? [])].slice(0, UNMARKED_ENTRIES);
    lane.unmarked = [entry, ...lane.unmarked];
  }
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
