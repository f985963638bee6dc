import { type Subject, subjectType } from "@change-ledger/model";
import type { InForce, TicketRules } from "../configuration/in-force.ts";
import type { Buckets } from "./buckets.ts";
import { EVER, type Of, type Recorded } from "./recorded.ts";

/** A ticket's own events, in order. */
export type TicketHistory = readonly Of<"ticket">[];

/** The tickets of a dossier, by subject. */
export function ticketsOf({ tickets }: Pick<Buckets, "tickets">): Map<Subject, TicketHistory> {
  const chains = new Map<Subject, Of<"ticket">[]>();
  for (const recorded of tickets) {
    const known = chains.get(recorded.entry.subject);
    if (known === undefined) chains.set(recorded.entry.subject, [recorded]);
    else known.push(recorded);
  }
  return chains;
}

/** The latest word on an attribute until then; senders leave out what did not change. */
export function latestWord<T>(
  history: TicketHistory,
  read: (facts: Of<"ticket">["entry"]["facts"]) => T | undefined,
  until = EVER,
): { readonly value: T; readonly told: Recorded } | undefined {
  for (let at = history.length - 1; at >= 0; at--) {
    const told = history[at] as Of<"ticket">;
    if (told.entry.occurredAt > until) continue;
    const value = read(told.entry.facts);
    if (value !== undefined) return { value, told };
  }
  return undefined;
}

/** When an attribute first had the value that stood to the end: the first event of the last run of events that all agree. */
export function sinceWhen<R extends Recorded>(
  history: readonly R[],
  holds: (facts: R["entry"]["facts"]) => boolean | undefined,
  until = EVER,
): R | undefined {
  let since: R | undefined;
  for (let at = history.length - 1; at >= 0; at--) {
    const told = history[at] as R;
    if (told.entry.occurredAt > until) continue;
    const value = holds(told.entry.facts);
    if (value === false) break;
    if (value === true) since = told;
  }
  return since;
}

/** How a ticket stands to the change that names it. */
export type Authorisation =
  | { readonly state: "authorised"; readonly words: string; readonly told: readonly Recorded[] }
  | {
      readonly state: "refused" | "open" | "unknown-project" | "not-on-record";
      readonly words: string;
      readonly told: readonly Recorded[];
    };

/**
 * Whether a ticket authorised the change by then: it is of an approved type, or its approval stood.
 * @param until the instant by which it must have been, by the sender's clock; left out: at any time
 */
export function authorisationOf(ticket: Subject, history: TicketHistory | undefined, inForce: InForce, until?: string): Authorisation {
  if (subjectType(ticket) !== "ticket") return { state: "unknown-project", words: `${ticket} is no ticket`, told: [] };
  const rules = inForce.ticketRules(ticket);
  if (rules === undefined) return { state: "unknown-project", words: `${ticket} belongs to no project of the configuration`, told: [] };
  if (rules.linked) return { state: "authorised", words: `${ticket} is linked, which authorises by configuration`, told: [] };
  const known = until === undefined ? history : history?.filter(({ entry }) => entry.occurredAt <= until);
  if (known === undefined || known.length === 0)
    return {
      state: "not-on-record",
      words: `${ticket} is not on record${until === undefined ? "" : ` until ${until}`}`,
      told: history ?? [],
    };
  const gone = known.find(({ entry }) => entry.facts.action.endsWith("deleted"));
  if (gone !== undefined) return { state: "refused", words: `${ticket} was deleted`, told: [gone] };
  const type = latestWord(known, (facts) => facts.type);
  if (type !== undefined && rules.approvedTypes.includes(type.value))
    return { state: "authorised", words: `${ticket} is of the approved type ${type.value}`, told: [type.told] };
  return approvalOf(ticket, known, rules, inForce);
}

/** What an event says of its ticket's approval: that it stands, that it does not, or nothing. A refusal outweighs whatever else it says. */
export function approvalSaid({
  field,
  values,
  statuses,
  refused,
}: ApprovalWords): (facts: Of<"ticket">["entry"]["facts"]) => boolean | undefined {
  return (facts) => {
    const { status } = facts;
    const value = field && (facts.fields?.[field] ?? cleared(facts, field));
    if (refused.includes(value) || refused.includes(status)) return false;
    if (values.includes(value) || statuses.includes(status)) return true;
    // A field that says something else says that it is not approved; a status moves on.
    return value !== undefined && values.length > 0 ? false : undefined;
  };
}

/** Of how a project's tickets are approved, the words; none of them is among any list where nothing is said. */
interface ApprovalWords {
  readonly field?: string | undefined;
  readonly values: readonly (string | undefined)[];
  readonly statuses: readonly (string | undefined)[];
  readonly refused: readonly (string | undefined)[];
}

function approvalOf(ticket: Subject, known: TicketHistory, { approval }: TicketRules, inForce: InForce): Authorisation {
  const { roles } = approval;
  const said = approvalSaid(approval);
  const since = sinceWhen(known, said);
  if (since === undefined) {
    const words = `${ticket} was not approved`;
    return { state: known.some(({ entry }) => said(entry.facts) === false) ? "refused" : "open", words, told: known.slice(-1) };
  }
  const approver = inForce.resolve(ticket.slice("ticket:".length, ticket.indexOf("/")), since.entry.actor);
  if (roles.length > 0 && !roles.some((role) => approver?.roles.has(role)))
    return {
      state: "refused",
      words: `${ticket} was approved by ${since.entry.actor?.login ?? since.entry.actor?.id ?? "somebody whom nobody can name"}, who may not`,
      told: [since],
    };
  return { state: "authorised", words: `${ticket} was approved at ${since.entry.occurredAt}`, told: [since] };
}

/** A field that the event emptied. */
export function cleared(facts: Of<"ticket">["entry"]["facts"], field: string): string | undefined {
  return facts.changes?.some((change) => change.field === field && change.to === undefined) ? "" : undefined;
}
