import { type Subject, subjectId } from "@change-ledger/model";
import type { Buckets } from "./buckets.ts";
import { EVER, type Of, type Recorded } from "./recorded.ts";

type RecordFacts = Of<"record">["entry"]["facts"];

/** A word of a change record, and what says it. */
export interface Said<T> {
  readonly value: T;
  readonly told: Of<"record">;
}

/** A change record's own events, in order; senders may leave out what did not change. */
export class RecordHistory {
  readonly subject: Subject;
  readonly events: readonly Of<"record">[];

  constructor(subject: Subject, events: readonly Of<"record">[]) {
    this.subject = subject;
    this.events = events;
  }

  /** The latest word until then. */
  latest<T>(read: (facts: RecordFacts) => T | undefined, until = EVER): Said<T> | undefined {
    for (let at = this.events.length - 1; at >= 0; at--) {
      const told = this.events[at] as Of<"record">;
      if (told.entry.occurredAt > until) continue;
      const value = read(told.entry.facts);
      if (value !== undefined) return { value, told };
    }
    return undefined;
  }

  /** The first event that says so. */
  first(says: (facts: RecordFacts) => boolean): Of<"record"> | undefined {
    return this.events.find(({ entry }) => says(entry.facts));
  }
}

/** The change records of a dossier, by subject: `change:servicenow/CHG0030192`. */
export function recordsOf({ records }: Pick<Buckets, "records">): Map<Subject, RecordHistory> {
  const chains = new Map<Subject, Of<"record">[]>();
  for (const recorded of records) {
    const known = chains.get(recorded.entry.subject);
    if (known === undefined) chains.set(recorded.entry.subject, [recorded]);
    else known.push(recorded);
  }
  return new Map([...chains].map(([subject, events]) => [subject, new RecordHistory(subject, events)]));
}

/** Systems whose people are another's: whoever asks the Service Catalog is a principal of AWS. */
const PEOPLE_OF: ReadonlyMap<string, string> = new Map([["service-catalog", "aws"]]);

/** Whom an identity of a change record belongs to is asked of the record's own system: `servicenow`. */
export function systemOf(subject: Subject): string {
  const [system] = subjectId(subject).split("/", 1) as [string];
  return PEOPLE_OF.get(system) ?? system;
}

/** An incident that the change answers to. */
export interface Incident {
  readonly subject: Subject;
  readonly openedAt: string;
  readonly told: Recorded;
}
