import { type Actor, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { actorOf, identityOf } from "../identity.ts";
import { firstInstant, instantOf } from "../instant.ts";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { maybeText, moment, read } from "../read.ts";
import { isMac } from "../signature.ts";
import { eventId, type Reading, type Source } from "../source.ts";

/** PagerDuty's ids: `PGR0VU2`, `Q2KTVKLCSMMXD6`. */
const pagerdutyId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const reference = z.object({ id: maybeText, summary: maybeText }).nullish();

const envelope = z.object({
  event: z.object({
    id: z.string().max(200).nullish(),
    event_type: z.string().regex(/^[\w.-]{1,100}$/),
    occurred_at: z.string().max(64),
    agent: reference,
    data: z.unknown().optional(),
  }),
});
type Sent = z.output<typeof envelope>["event"];

const incidentData = z.object({
  event: z.object({
    data: z.object({
      id: pagerdutyId,
      status: maybeText,
      created_at: moment,
      resolved_at: moment,
      urgency: maybeText,
      priority: reference,
      service: reference,
    }),
  }),
});
/** Notes, responders, status updates: what they are about they name, and say no more of it. */
const aboutIncident = z.object({ incident: z.object({ id: pagerdutyId }) });

const SIGNATURE = "x-pagerduty-signature";
const SIGNED = /^v1=([0-9a-f]{64})$/i;

/** PagerDuty's webhooks, version 3. */
export const pagerduty: Source = {
  system: "pagerduty",
  version: 1,
  webhook: {
    keepHeaders: ["content-type", SIGNATURE],
    // A list while a secret is rotated: one signature for each. Other versions of the scheme may stand beside ours.
    authenticate(headers, body, secrets) {
      const sent = (headers[SIGNATURE] ?? "").split(",").flatMap((one) => {
        const digits = SIGNED.exec(one.trim())?.[1];
        return digits === undefined ? [] : [Buffer.from(digits, "hex")];
      });
      return sent.length > 0 && isMac(sent, [body], secrets) ? "hmac-sha256" : undefined;
    },
  },
  // In the body, hence signed: a delivery that PagerDuty repeats is the same event.
  deliveryId({ body }) {
    try {
      return eventId((parseJson(body) as { readonly event?: { readonly id?: unknown } } | null)?.event?.id);
    } catch {
      return undefined;
    }
  },
  normalise(delivery, auth, settings) {
    const body = parseJson(delivery.body);
    const { event } = read(envelope, body);
    const reading = readingOf(event, body);
    const told = { event: event.event_type, id: eventId(event.id), actor: agent(event, settings.identityKey) };
    return assemble(pagerduty, delivery, auth, reading, told);
  },
};

function readingOf(event: Sent, body: unknown): Reading {
  const occurredAt = instantOf(event.occurred_at, "event.occurred_at");
  const action = /^incident\.(.+)$/.exec(event.event_type)?.[1];
  if (event.event_type === "pagey.ping") return { kind: "ping", subject: subject("audit", "pagerduty"), occurredAt, facts: {} };
  if (action === undefined) return { kind: "other", subject: subject("audit", "pagerduty"), occurredAt, facts: {} };
  const about = aboutIncident.safeParse(event.data);
  if (about.success) return { kind: "other", subject: incidentOf(about.data.incident.id), occurredAt, facts: {} };
  const { data } = read(incidentData, body).event;
  return {
    kind: "incident",
    subject: incidentOf(data.id),
    occurredAt,
    facts: present({
      action,
      status: told(data.status),
      openedAt: firstInstant("event.data.created_at", data.created_at),
      // Version 3 does not say when: the event that says resolved does.
      resolvedAt: firstInstant("event.data.resolved_at", data.resolved_at, action === "resolved" ? event.occurred_at : undefined),
      priority: told(data.priority?.summary),
      urgency: told(data.urgency),
      service: told(data.service?.summary) ?? told(data.service?.id),
    }),
  };
}

export function incidentOf(id: string): Subject {
  return subject("incident", "pagerduty", id);
}

/** The user, service or integration that caused it, by its id; what PagerDuty calls a summary is a person's name. */
function agent(event: Sent, key: string): Actor | undefined {
  return actorOf("pagerduty", identityOf(event.agent?.id, undefined, key));
}
