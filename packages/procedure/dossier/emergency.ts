import type { Subject } from "@change-ledger/model";
import type { Who } from "../configuration/identity.ts";
import { attestationsOf } from "./attestations.ts";
import type { Case } from "./case.ts";
import { type Incident, systemOf } from "./itsm.ts";
import { compareRecorded, type Recorded } from "./recorded.ts";
import { latestWord, sinceWhen } from "./tickets.ts";

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
  const { releasedAt } = of;
  const inTime = (at: string) => releasedAt === undefined || at < releasedAt;
  const incident = incidentsOf(of)[0];
  const authoriser = authoriserOf(of, sources, inTime);
  const reason = reasonOf(of, sources, inTime);
  const founded = incident !== undefined && inTime(incident.openedAt) && authoriser !== undefined && reason !== undefined;
  return { founded, incident, authoriser, reason, sources };
}

/** Incidents that the change names, or that name it, the first opened first. */
function incidentsOf(of: Case): Incident[] {
  const { incidentTypes } = of.inForce.configuration.emergency;
  const found = new Map<Subject, Incident>();
  const add = (subject: Subject, openedAt: string, told: Recorded) => {
    const known = found.get(subject);
    if (known === undefined || openedAt < known.openedAt) found.set(subject, { subject, openedAt, told });
  };
  const named = new Set(of.named);
  for (const history of of.records.values())
    if (of.named.has(history.subject))
      for (const { entry } of history.events) if (entry.facts.incident !== undefined) named.add(entry.facts.incident);
  for (const recorded of of.buckets.incidents) {
    const { entry } = recorded;
    if (!named.has(entry.subject) && entry.facts.changes?.some((change) => change === of.change || of.named.has(change)) !== true) continue;
    add(entry.subject, entry.facts.openedAt ?? entry.occurredAt, recorded);
  }
  for (const [subject, history] of of.tickets) {
    const type = named.has(subject) ? latestWord(history, (facts) => facts.type) : undefined;
    const first = history[0];
    if (type === undefined || first === undefined || !incidentTypes.includes(type.value)) continue;
    add(subject, first.entry.occurredAt, first);
    // Where the ingest's settings call it an incident too, its own opening is on record, whichever of its events came first.
    for (const told of history) {
      const openedAt = told.entry.facts.incident?.openedAt;
      if (openedAt !== undefined) add(subject, openedAt, told);
    }
  }
  return [...found.values()].sort((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : a.subject < b.subject ? -1 : 1));
}

/** Whoever may, and said so in time: in the emergency's ticket or record, on the pull request, or attested. */
function authoriserOf(of: Case, sources: ReadonlySet<Subject>, inTime: (at: string) => boolean): Emergency["authoriser"] {
  const { authoriserRoles } = of.inForce.configuration.emergency;
  const may = (who: Who | undefined) => who?.kind === "person" && authoriserRoles.some((role) => who.roles.has(role));
  const found: { who: Who; told: Recorded }[] = [];
  const add = (who: Who | undefined, told: Recorded) => {
    if (who !== undefined && may(who) && inTime(told.entry.occurredAt)) found.push({ who, told });
  };
  for (const subject of sources) {
    const approval = of.inForce.ticketRules(subject)?.approval;
    const history = of.tickets.get(subject);
    if (history !== undefined && approval !== undefined) {
      const since = sinceWhen(history, (facts) => {
        const value = approval.field === undefined ? undefined : facts.fields?.[approval.field];
        if (value !== undefined) return approval.values.includes(value);
        return facts.status !== undefined && approval.statuses.includes(facts.status) ? true : undefined;
      });
      if (since !== undefined) add(of.inForce.resolve(systemOf(subject), since.entry.actor), since);
    }
    const record = of.records.get(subject);
    const approved = record?.first((facts) => facts.approval?.toLowerCase() === "approved" && facts.approvedBy !== undefined);
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
  const authors = new Set((of.coverage?.authors ?? []).map(({ who }) => who?.id));
  const may = (who: Who | undefined) => who?.kind === "person" && !authors.has(who.id) && roles.some((role) => who.roles.has(role));
  const found: Recorded[] = [];
  for (const review of of.standing.all) if (review.at >= from && review.state !== "dismissed" && may(review.who)) found.push(review.told);
  for (const subject of sources) {
    for (const told of of.tickets.get(subject) ?? []) {
      const value = told.entry.facts.fields?.[field];
      const changed = told.entry.facts.changes?.some(
        (change) => change.field === field && change.to !== undefined && values.includes(change.to),
      );
      if (told.entry.occurredAt < from || !(changed === true || (value !== undefined && values.includes(value)))) continue;
      if (may(of.inForce.resolve(systemOf(subject), told.entry.actor))) found.push(told);
    }
  }
  for (const told of attestationsOf(of, "retrospective-review").counted) {
    const { outcome, by, change } = told.entry.facts;
    if (outcome !== "passed" || by === undefined || told.entry.occurredAt < from) continue;
    if ((told.entry.subject === of.change || change === of.change) && may(of.inForce.resolve(by.system, by))) found.push(told);
  }
  return found.sort(compareRecorded)[0];
}
