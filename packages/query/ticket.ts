import type { Entry, FactsOf, Identity, SealedEntry, Subject } from "@change-ledger/model";
import { advance, begin, type Folded, type Folding, foldInto } from "./folding.ts";
import { joined, type Keyed, latest, type Stamp, stampOf } from "./order.ts";

const FIELDS_KEPT = 100;

/** The latest word on one attribute; null: it was cleared. */
export interface Said<V> extends Stamp {
  readonly value: V | null;
}

const TEXTS = ["type", "status", "statusCategory", "resolution"] as const;
const PEOPLE = ["reporter", "assignee"] as const;

/** The folded state of a ticket's chain. Senders leave out what did not change (old Jira servers): each attribute has a latest word of its own. */
export interface TicketSummary extends Folding {
  readonly type: "ticket";
  readonly texts?: Keyed<Said<string>>;
  readonly people?: Keyed<Said<Identity>>;
  readonly labels?: Said<readonly string[]>;
  /** Custom fields that the configuration names: approval, risk, … */
  readonly fields?: Keyed<Said<string>>;
  readonly deleted?: true;
}

export function beginTicket(subject: Subject): TicketSummary {
  return { ...begin(subject), type: "ticket" };
}

/** Folds one entry of a ticket's chain. */
export function evolveTicket(state: TicketSummary | undefined, sealed: SealedEntry): Folded<TicketSummary> {
  return foldInto(state ?? beginTicket(sealed.entry.subject), sealed, apply);
}

function apply(before: TicketSummary, sealed: SealedEntry): TicketSummary {
  const { entry } = sealed;
  const state = advance(before, sealed);
  return entry.kind === "ticket" ? withFacts(state, entry, entry.facts) : state;
}

function withFacts(before: TicketSummary, entry: Entry, facts: FactsOf<"ticket">): TicketSummary {
  const stamp = stampOf(entry);
  const say =
    <V>(value: V | null) =>
    (known: Said<V> | undefined): Said<V> =>
      latest(known, { ...stamp, value });
  const cleared = new Set((facts.changes ?? []).filter((change) => change.to === undefined).map((change) => change.field));
  let { texts, people, fields } = before;
  for (const name of TEXTS) {
    const value = facts[name] ?? (cleared.has(name) ? null : undefined);
    if (value !== undefined) texts = joined(texts, name, say(value), TEXTS.length);
  }
  for (const name of PEOPLE) {
    const value = facts[name] ?? (cleared.has(name) ? null : undefined);
    if (value !== undefined) people = joined(people, name, say(value), PEOPLE.length);
  }
  for (const [name, value] of Object.entries(facts.fields ?? {})) fields = joined(fields, name, say(value), FIELDS_KEPT);
  return {
    ...before,
    ...(texts && { texts }),
    ...(people && { people }),
    ...(fields && { fields }),
    ...(facts.labels && { labels: say<readonly string[]>(facts.labels)(before.labels) }),
    ...(/deleted$/.test(facts.action) && { deleted: true as const }),
  };
}
