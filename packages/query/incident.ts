import type { Entry, FactsOf, SealedEntry, Subject } from "@change-ledger/model";
import type { ChainHead } from "./change-view.ts";
import { advance, begin, type Folded, type Folding, foldInto } from "./folding.ts";
import { compareText, earliest, joined, type Keyed, lastOf, latest, least, type Stamp, stampOf, told } from "./order.ts";
import { scopeOf } from "./place.ts";

const CHANGES_KEPT = 100;
const TEXTS = ["status", "severity", "service"] as const;

/** The folded state of an incident's chain. */
export interface IncidentSummary extends Folding {
  readonly type: "incident";
  readonly openedAt?: string;
  readonly resolvedAt?: string;
  /** The latest word on each of `status`, `severity` and `service`. */
  readonly texts?: Keyed<Stamp & { readonly value: string }>;
  /** Changes that it names. */
  readonly changes?: readonly Subject[];
}

/** Folds one entry of an incident's chain. */
export function evolveIncident(state: IncidentSummary | undefined, sealed: SealedEntry): Folded<IncidentSummary> {
  return foldInto(state ?? { ...begin(sealed.entry.subject), type: "incident" }, sealed, apply);
}

function apply(before: IncidentSummary, sealed: SealedEntry): IncidentSummary {
  const { entry } = sealed;
  if (entry.kind !== "incident") return advance(before, sealed);
  return withFacts(advance(before, sealed, entry.facts.openedAt), entry, entry.facts);
}

function withFacts(state: IncidentSummary, entry: Entry, facts: FactsOf<"incident">): IncidentSummary {
  const { resolvedAt } = facts;
  let { texts } = state;
  for (const name of TEXTS) {
    const value = facts[name];
    if (value !== undefined) texts = joined(texts, name, (known) => latest(known, { ...stampOf(entry), value }), TEXTS.length);
  }
  const changes = least([...(state.changes ?? []), ...(facts.changes ?? [])], compareText, CHANGES_KEPT) as readonly Subject[];
  return {
    ...state,
    openedAt: earliest(state.openedAt, facts.openedAt ?? entry.occurredAt),
    ...(resolvedAt !== undefined && { resolvedAt: lastOf(state.resolvedAt, resolvedAt) }),
    ...(texts && { texts }),
    ...(changes.length > 0 && { changes }),
  };
}

/** What is shown of an incident. */
export interface IncidentRecord {
  readonly subject: Subject;
  readonly scope: string;
  readonly status?: string;
  readonly severity?: string;
  readonly service?: string;
  readonly openedAt?: string;
  readonly resolvedAt?: string;
  readonly changes: readonly Subject[];
  readonly chain: ChainHead;
}

export function viewIncident(state: IncidentSummary): IncidentRecord {
  const { subject, openedAt, resolvedAt, changes = [], next, head } = state;
  const text = (name: (typeof TEXTS)[number]) => state.texts?.find(([known]) => known === name)?.[1].value;
  return told({
    subject,
    scope: scopeOf(subject),
    status: text("status"),
    severity: text("severity"),
    service: text("service"),
    openedAt,
    resolvedAt,
    changes,
    chain: { length: next, hash: head },
  });
}
