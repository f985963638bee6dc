import { type Actor, type FactsOf, type Identity, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { actorOf } from "../identity.ts";
import { parseJson } from "../json.ts";
import { flag, present, some } from "../present.ts";
import { maybeText, read } from "../read.ts";
import type { Reading, Source } from "../source.ts";
import { isSignedInTime, NONCE, nonceOf, SIGNATURE, signedAt, TIMESTAMP } from "./signed.ts";
import { field, given, identityIn, person, shown, stored, time } from "./values.ts";

/** `CHG0030192`, `INC0010023`: prefixes are a company's own. */
const number = z.string().regex(/^[A-Z]{2,10}\d{4,15}$/);

const envelope = z.object({
  version: z.literal(1),
  event: z.string().regex(/^[\w.-]{1,64}$/),
  table: z.string().regex(/^[a-z0-9_]{1,80}$/),
  actor: person,
});
const changeRequest = z.object({
  record: z.object({
    number: field,
    type: field,
    state: field,
    approval: field,
    risk: field,
    close_code: field,
    requested_by: person,
    opened_by: person,
    backout_plan: given,
    test_plan: given,
    justification: given,
    business_service: field,
    cmdb_ci: field,
    start_date: field,
    end_date: field,
    opened_at: field,
    closed_at: field,
    sys_updated_on: field,
    sys_updated_by: maybeText.catch(undefined),
  }),
  approvals: z
    .array(z.object({ approver: person, state: field, sys_updated_on: field }))
    .max(200)
    .nullish(),
  catalogue: z.object({ item: field, version: field }).nullish(),
  incident: field,
});
const incidentRecord = z.object({
  record: z.object({
    number: field,
    state: field,
    severity: field,
    priority: field,
    urgency: field,
    business_service: field,
    cmdb_ci: field,
    rfc: field,
    opened_at: field,
    resolved_at: field,
    closed_at: field,
    sys_updated_on: field,
    sys_updated_by: maybeText.catch(undefined),
  }),
});
const anyRecord = z.object({ record: z.object({ sys_updated_by: maybeText.catch(undefined) }).nullish() });

/** ServiceNow's `change_request` and `incident`, as the business rule of docs/connect-servicenow.md sends them. */
export const servicenow: Source = {
  system: "servicenow",
  version: 1,
  webhook: {
    keepHeaders: ["content-type", TIMESTAMP, NONCE, SIGNATURE],
    authenticate: (headers, body, secrets, receivedAt) => (isSignedInTime(headers, body, secrets, receivedAt) ? "hmac-sha256" : undefined),
  },
  deliveryId: ({ headers }) => nonceOf(headers),
  normalise(delivery, auth, settings) {
    const body = parseJson(delivery.body);
    const sent = read(envelope, body);
    const at = signedAt(delivery.headers) ?? delivery.receivedAt;
    const key = settings.identityKey;
    const reading = readingOf(sent, body, at, key);
    const actor = actorIn(sent, body, key);
    return assemble(servicenow, delivery, auth, reading, { event: `${sent.table}.${sent.event}`, actor });
  },
};

function readingOf(sent: z.output<typeof envelope>, body: unknown, at: string, key: string): Reading {
  switch (sent.table) {
    case "change_request":
      return change(sent.event, read(changeRequest, body), at, key);
    case "incident":
      return incident(sent.event, read(incidentRecord, body), at);
    default:
      return { kind: "other", subject: subject("audit", "servicenow"), occurredAt: at, facts: {} };
  }
}

/** Whoever the rule says acted, else whoever last updated the record. */
function actorIn(sent: z.output<typeof envelope>, body: unknown, key: string): Actor | undefined {
  const who = identityIn(sent.actor, key) ?? identityIn(read(anyRecord, body).record?.sys_updated_by, key);
  return who === undefined ? undefined : actorOf("servicenow", who);
}

export function changeOf(id: string): Subject {
  return subject("change", "servicenow", id);
}
export function incidentOf(id: string): Subject {
  return subject("incident", "servicenow", id);
}

function change(event: string, sent: z.output<typeof changeRequest>, at: string, key: string): Reading {
  const { record } = sent;
  const approvers = approversOf(sent, key);
  return {
    kind: "record",
    subject: changeOf(numberOf(record.number)),
    occurredAt: time(record.sys_updated_on, "record.sys_updated_on") ?? at,
    facts: present({
      action: event,
      type: stored(record.type),
      state: shown(record.state),
      approval: stored(record.approval),
      requestedBy: identityIn(record.requested_by, key) ?? identityIn(record.opened_by, key),
      approvedBy: approvers.at(-1),
      approvers: some(approvers),
      risk: shown(record.risk),
      backOutPlan: record.backout_plan,
      testPlan: record.test_plan,
      reason: flag(record.justification),
      catalogue: catalogueOf(sent),
      incident: referenced(sent.incident, incidentOf),
      service: shown(record.business_service) ?? shown(record.cmdb_ci),
      plannedStart: time(record.start_date, "record.start_date"),
      plannedEnd: time(record.end_date, "record.end_date"),
      openedAt: time(record.opened_at, "record.opened_at"),
      closedAt: time(record.closed_at, "record.closed_at"),
      outcome: stored(record.close_code),
    }),
  };
}

/** Everybody who approved, in order of time; who is told without one stands first. */
function approversOf(sent: z.output<typeof changeRequest>, key: string): Identity[] {
  const approvals = (sent.approvals ?? []).flatMap((one, nth) => {
    const who = stored(one.state)?.toLowerCase() === "approved" ? identityIn(one.approver, key) : undefined;
    return who === undefined ? [] : [{ who, at: time(one.sys_updated_on, `approvals.${nth}.sys_updated_on`) ?? "" }];
  });
  return approvals.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ who }) => who);
}

function catalogueOf({ catalogue }: z.output<typeof changeRequest>): FactsOf<"record">["catalogue"] {
  const item = shown(catalogue?.item);
  return item === undefined ? undefined : present({ item, version: shown(catalogue?.version) });
}

function incident(event: string, { record }: z.output<typeof incidentRecord>, at: string): Reading {
  const rfc = referenced(record.rfc, changeOf);
  return {
    kind: "incident",
    subject: incidentOf(numberOf(record.number)),
    occurredAt: time(record.sys_updated_on, "record.sys_updated_on") ?? at,
    facts: present({
      action: event,
      status: shown(record.state),
      openedAt: time(record.opened_at, "record.opened_at"),
      resolvedAt: time(record.resolved_at, "record.resolved_at") ?? time(record.closed_at, "record.closed_at"),
      severity: shown(record.severity),
      priority: shown(record.priority),
      urgency: shown(record.urgency),
      service: shown(record.business_service) ?? shown(record.cmdb_ci),
      changes: rfc === undefined ? undefined : [rfc],
    }),
  };
}

function numberOf(of: z.output<typeof field>): string {
  return read(z.object({ record: z.object({ number }) }), { record: { number: shown(of) } }).record.number;
}

/** The record that a reference shows by its number; one that shows something else names nothing. */
function referenced(of: z.output<typeof field>, as: (id: string) => Subject): Subject | undefined {
  const named = number.safeParse(shown(of));
  return named.success ? as(named.data) : undefined;
}
