import { sha256Hex } from "@change-ledger/model";
import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { bytes, delivery, ofKind, SETTINGS } from "./fixtures/deliveries.ts";
import { INCIDENT, incidentEvent, note } from "./fixtures/pagerduty.ts";

const factOf = (body: unknown) => normalise(delivery("pagerduty", body), "hmac-sha256", SETTINGS);
const facts = (body: unknown) => ofKind("incident", factOf(body)).facts;
const fault = (body: unknown) => ofKind("unparsed", factOf(body)).facts.field;

describe("a PagerDuty incident", () => {
  it("becomes an incident, known by the event's own id", () => {
    expect(factOf(incidentEvent("incident.triggered"))).toEqual({
      kind: "incident",
      subject: `incident:pagerduty/${INCIDENT}`,
      occurredAt: "2026-03-02T02:10:09.169Z",
      actor: { system: "pagerduty", id: "PLH1HKV" },
      source: { system: "pagerduty", event: "incident.triggered", id: "01DFU77KTDBFUNIJLHVXBRBNCY", auth: "hmac-sha256", norm: 1 },
      facts: {
        action: "triggered",
        status: "triggered",
        openedAt: "2026-03-02T02:10:00.000Z",
        priority: "P1",
        urgency: "high",
        service: "Payments",
      },
    });
  });
  it.each(["acknowledged", "unacknowledged", "escalated", "delegated", "reassigned", "reopened", "priority_updated"])(
    "was %s",
    (action) => {
      const told = facts(incidentEvent(`incident.${action}`, { status: "acknowledged" }));
      expect(told).toMatchObject({ action, status: "acknowledged", openedAt: "2026-03-02T02:10:00.000Z" });
      expect(told).not.toHaveProperty("resolvedAt");
    },
  );
  it("was resolved when the event says so", () => {
    expect(facts(incidentEvent("incident.resolved", { status: "resolved" }))).toMatchObject({ resolvedAt: "2026-03-02T02:10:09.169Z" });
  });
  it("keeps what has no priority, service or agent", () => {
    const fact = factOf(incidentEvent("incident.triggered", { priority: null, service: null, urgency: null }, { agent: null }));
    expect(ofKind("incident", fact).facts).toEqual({ action: "triggered", status: "triggered", openedAt: "2026-03-02T02:10:00.000Z" });
    expect(fact.actor).toBeUndefined();
  });
});

describe("other events of PagerDuty", () => {
  it("stand in the chain of the incident that they name", () => {
    expect(factOf(note())).toMatchObject({
      kind: "other",
      subject: `incident:pagerduty/${INCIDENT}`,
      source: { event: "incident.annotated" },
    });
  });
  it("or are recorded as what they are", () => {
    const { event } = incidentEvent("pagey.ping");
    expect(factOf({ event: { ...event, data: { message: "Hello" } } })).toMatchObject({ kind: "ping", subject: "audit:pagerduty" });
    expect(factOf(incidentEvent("service.updated"))).toMatchObject({ kind: "other", subject: "audit:pagerduty" });
  });
  it("are known by their body where the id cannot name an event", () => {
    for (const id of [null, undefined, "two words", "é"]) {
      const body = incidentEvent("incident.triggered", {}, { id });
      expect(factOf(body).source.id).toBe(`sha256:${sha256Hex(bytes(body))}`);
    }
  });
  it.each([
    ["event", { messages: [] }],
    ["event.event_type", incidentEvent("incident triggered")],
    ["event.occurred_at", incidentEvent("incident.triggered", {}, { occurred_at: "soon" })],
    ["event.occurred_at", incidentEvent("incident.triggered", {}, { occurred_at: "+12026-01-01T00:00:00Z" })],
    ["event.data", incidentEvent("incident.triggered", {}, { data: [] })],
    ["event.data.id", incidentEvent("incident.triggered", { id: "../x" })],
    ["event.data.created_at", incidentEvent("incident.triggered", { created_at: 1e300 })],
    ["event.data.urgency", incidentEvent("incident.triggered", { urgency: "x".repeat(1_000_000) })],
  ])("are unparsed when they break a rule, and name the field %s", (field, body) => {
    expect(fault(body)).toBe(field);
  });
});
