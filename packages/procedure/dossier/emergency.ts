import type { Subject } from "@change-ledger/model";
import type { Who } from "../configuration/identity.ts";
import { attestationsOf } from "./attestations.ts";
import type { Case } from "./case.ts";
import { type Incident, systemOf } from "./itsm.ts";
import { compareRecorded, compareText, EVER, type Recorded } from "./recorded.ts";
import { approvalSaid, latestWord, sinceWhen } from "./tickets.ts";

/** What is on record of an emergency before it went ahead. */
export interface Emergency {
  /** Incident, authoriser and reason are there, in time. */
  readonly founded: boolean;
  /** The first one opened. */
  readonly incident: Incident | undefined;
  readonly authoriser: { readonly who: Who; readonly told: Recorded } | undefined;
  readonly reason: Recorded | undefined;
  /** The tickets and records that call it an emergency. */
  readonly sources: ReadonlySet<Subject>;
}

export function emergencyOf(of: Case, sources: ReadonlySet<Subject>): Emergency {
  const { releasedAt = EVER } = of;
  const inTime = (at: string) => at < releasedAt;
  const incident = firstIncident(of);
  const authoriser = authoriserOf(of, sources, inTime);
  const reason = reasonOf(of, sources, inTime);
  const founded = incident !== undefined && inTime(incident.openedAt) && authoriser !== undefined && reason !== undefined;
  return { founded, incident, authoriser, reason, sources };
}

/** Of the incidents that the change names, or that name it, the one that was opened first. */
function firstIncident(of: Case): Incident | undefined {
  const { incidentTypes } = of.inForce.configuration.emergency;
  const found: Incident[] = [];
  const named = new Set<Subject | undefined>(of.named);
  for (const [subject, { events }] of of.records)
    if (of.named.has(subject)) for (const { entry } of events) named.add(entry.facts.incident);
  // Whoever makes an incident by hand sets when it was opened: it was not before it was made.
  const made = new Map(
    of.buckets.incidents.flatMap(({ entry }) => (/^insert/.test(entry.facts.action) ? [[entry.subject, entry.occurredAt]] : [])),
  );
  for (const told of of.buckets.incidents) {
    const { subject, facts, occurredAt } = told.entry;
    const openedAt = [facts.openedAt ?? occurredAt, made.get(subject) ?? ""].reduce((a, b) => (a < b ? b : a));
    if (named.has(subject) || facts.changes?.some((change) => of.named.has(change)) === true) found.push({ subject, openedAt, told });
  }
  for (const [subject, history] of of.tickets) {
    const type = latestWord(history, (facts) => facts.type);
    if (type === undefined || !incidentTypes.includes(type.value) || !named.has(subject)) continue;
    const [first] = history as readonly [Recorded];
    const { occurredAt } = first.entry;
    found.push({ subject, openedAt: occurredAt, told: first });
    // Where the ingest's settings call it an incident too, its own opening is on record, whichever of its events came first.
    for (const told of history) found.push({ subject, openedAt: told.entry.facts.incident?.openedAt ?? occurredAt, told });
  }
  return found.sort((a, b) => compareText(a.openedAt, b.openedAt) || compareText(a.subject, b.subject))[0];
}

/** Whoever may, and said so in time: in the emergency's ticket or record, where it stood when the change was released; on the pull request, or attested. */
function authoriserOf(of: Case, sources: ReadonlySet<Subject>, inTime: (at: string) => boolean): Emergency["authoriser"] {
  const { authoriserRoles } = of.inForce.configuration.emergency;
  const found: { who: Who; told: Recorded }[] = [];
  const add = (who: Who | undefined, told: Recorded) => {
    if (who !== undefined && authoriserRoles.some((role) => who.roles.has(role)) && inTime(told.entry.occurredAt))
      found.push({ who, told });
  };
  for (const subject of sources) {
    const approval = of.inForce.ticketRules(subject)?.approval;
    const history = of.tickets.get(subject) ?? [];
    if (approval !== undefined) {
      const since = sinceWhen(history, approvalSaid(approval), of.releasedAt);
      if (since !== undefined) add(of.inForce.resolve(systemOf(subject), since.entry.actor), since);
    }
    const approved = sinceWhen(
      of.records.get(subject)?.events ?? [],
      ({ approval: said, approvedBy }) => (said === undefined ? undefined : said.toLowerCase() === "approved" && approvedBy !== undefined),
      of.releasedAt,
    );
    if (approved !== undefined) add(of.inForce.resolve(systemOf(subject), approved.entry.facts.approvedBy), approved);
  }
  for (const review of of.standing.approvals) add(review.who, review.told);
  for (const told of attestationsOf(of, "authorisation").counted) {
    const { outcome, by, change } = told.entry.facts;
    if (outcome !== "passed" || by === undefined) continue;
    if (told.entry.subject === of.change || change === of.change || sources.has(told.entry.subject))
      add(of.inForce.resolve(by.system, by), told);
  }
  return found.sort((a, b) => compareRecorded(a.told, b.told))[0];
}

function reasonOf(of: Case, sources: ReadonlySet<Subject>, inTime: (at: string) => boolean): Recorded | undefined {
  const { reasonField } = of.inForce.configuration.emergency;
  for (const subject of sources) {
    const given = of.tickets
      .get(subject)
      ?.find(({ entry }) => (entry.facts.fields?.[reasonField] ?? "") !== "" && inTime(entry.occurredAt));
    if (given !== undefined) return given;
    const record = of.records.get(subject)?.events.find(({ entry }) => entry.facts.reason === true && inTime(entry.occurredAt));
    if (record !== undefined) return record;
  }
  return undefined;
}

/** What counts as the review afterwards: a decisive review, the ticket's field, or an attestation, by somebody of the right role who wrote none of it. */
export function retrospectiveOf(of: Case, sources: ReadonlySet<Subject>, from: string): Recorded | undefined {
  const { field, values, roles } = of.inForce.configuration.emergency.retrospective;
  const decisive: readonly (string | undefined)[] = values;
  const authors = new Set(of.coverage.authors.map(({ who }) => who?.id));
  const may = (who: Who | undefined) => who !== undefined && !authors.has(who.id) && roles.some((role) => who.roles.has(role));
  const found: Recorded[] = [];
  for (const review of of.standing.all) if (review.at >= from && review.state !== "dismissed" && may(review.who)) found.push(review.told);
  for (const subject of sources) {
    for (const told of of.tickets.get(subject) ?? []) {
      const { facts, occurredAt, actor } = told.entry;
      const says =
        decisive.includes(facts.fields?.[field]) ||
        facts.changes?.some((change) => change.field === field && decisive.includes(change.to)) === true;
      if (says && occurredAt >= from && may(of.inForce.resolve(systemOf(subject), actor))) found.push(told);
    }
  }
  for (const told of attestationsOf(of, "retrospective-review").counted) {
    const { outcome, by, change } = told.entry.facts;
    if (outcome !== "passed" || by === undefined || told.entry.occurredAt < from) continue;
    if ((told.entry.subject === of.change || change === of.change) && may(of.inForce.resolve(by.system, by))) found.push(told);
  }
  return found.sort(compareRecorded)[0];
}
