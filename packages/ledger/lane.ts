import { NO_PREVIOUS, type PayloadReference, type SealedEntry, type SourceFact, type Subject } from "@change-ledger/model";
import { LedgerError } from "./fault.ts";
import { bodyOf, identityOf } from "./identity.ts";
import { type Part, partsOf } from "./parts.ts";

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
  /**
   * The whole chain as it was when the fact was worked out, in order: the fact enters behind its last entry and nowhere else, and fails as `contended` where the chain has
   * gone on. What such a fact says holds for that chain alone.
   */
  readonly onto?: readonly SealedEntry[] | undefined;
}

/** What became of a `Pending`: by the time it is told, it is durable. */
export type Appended = { readonly outcome: "appended" | "duplicate" } | { readonly outcome: "failed"; readonly error: LedgerError };

/** What became of each of a batch so far, in its order. */
export type Outcomes = (Appended | undefined)[];

/** One entry still to be written. `of` is its place in the batch. */
export interface Step {
  readonly of: number;
  readonly fact: SourceFact;
  readonly part: Part;
  readonly payload: PayloadReference | undefined;
  readonly identity: string;
  readonly body: string | undefined;
  /** Hash of the entry behind which it belongs; undefined: behind whatever is last. */
  readonly behind: string | undefined;
}

/** One chain's share of a batch. `known` are the identities on record that concern it; `bodies` maps signed bodies to the id they came under. */
export interface Lane {
  readonly subject: Subject;
  readonly steps: Step[];
  /** Its last entries, newest first: the whole chain while it is short. Undefined until it was read, and again when another writer was first. */
  seen: readonly SealedEntry[] | undefined;
  /** The last that was seen, if the chain has to be read again. */
  before: readonly SealedEntry[] | undefined;
  /** `known` holds every event of the chain that could come again: the whole chain is in hand, or its markers were asked. */
  complete: boolean;
  /** `known` and `bodies` hold the whole chain. */
  whole: boolean;
  readonly known: Set<string>;
  readonly bodies: Map<string, string>;
  /** Entries in hand that may have no marker yet, newest first. */
  unmarked: readonly SealedEntry[];
  tried: SealedEntry | undefined;
  lost: number;
}

type Entries = readonly SealedEntry[];

/** The batch by chain, in order. A fact that no entry can hold fails alone. */
export function lanesOf(batch: readonly Pending[], outcomes: Outcomes): Map<Subject, Lane> {
  const lanes = new Map<Subject, Lane>();
  batch.forEach(({ fact, payload, onto }, of) => {
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
        whole: false,
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
      const behind = onto === undefined || (part.part?.index ?? 0) > 0 ? undefined : (onto.at(-1)?.hash ?? NO_PREVIOUS);
      lane.steps.push({ of, fact, part, payload, identity: identityOf(identified), body: bodyOf(identified), behind });
    }
  });
  return lanes;
}

/**
 * Takes in what the chain was seen to hold.
 * @param news those of `entries` that were not seen before
 */
export function take(lane: Lane, entries: Entries, news: Entries, unmarked: Entries, outcomes: Outcomes): void {
  for (const { entry } of news.toReversed()) {
    lane.known.add(identityOf(entry));
    const body = bodyOf(entry);
    // Oldest first: the id under which a body came first is the one that a repetition repeats.
    if (body !== undefined && !lane.bodies.has(body)) lane.bodies.set(body, entry.source.id);
  }
  const [tail] = entries;
  lane.seen = entries.slice(0, UNMARKED_ENTRIES);
  lane.unmarked = unmarked;
  lane.whole ||= tail === undefined || tail.entry.seq < UNMARKED_ENTRIES;
  lane.complete ||= lane.whole;
  const [step] = lane.steps;
  if (step !== undefined && lane.tried !== undefined && news.some(({ hash }) => hash === lane.tried?.hash)) {
    // The write that failed, or seemed to find its place taken, had taken effect.
    lane.steps.shift();
    lane.lost = 0;
    outcomes[step.of] = { outcome: "appended" };
  }
  lane.tried = undefined;
}

/** What was seen of the chain no longer holds. */
export function lose(lane: Lane): void {
  lane.before = lane.seen ?? lane.before;
  lane.seen = undefined;
  lane.lost++;
}

/** Hands back what cannot be written now: of chains on which others were first again and again, or (`error`) whose writes keep failing. */
export function giveUp(lanes: readonly Lane[], outcomes: Outcomes, error: unknown): void {
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
