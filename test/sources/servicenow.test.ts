import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { delivery, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";
import { ANNE_SYS_ID, CHG, changeRequest, INC, incident, LEE_SYS_ID, NONCE, SIGNED_SECONDS } from "./fixtures/servicenow.ts";

const HEADERS = { "x-servicenow-nonce": NONCE, "x-servicenow-timestamp": String(SIGNED_SECONDS - 2) };
const factOf = (body: unknown, headers: Readonly<Record<string, string>> = HEADERS) =>
  normalise(delivery("servicenow", body, headers), "hmac-sha256", SETTINGS);
const record = (body: unknown) => ofKind("record", factOf(body)).facts;
const fault = (body: unknown) => ofKind("unparsed", factOf(body)).facts.field;

describe("a ServiceNow change_request", () => {
  it("becomes the change's record, in the sender's words, known by the nonce that was signed", () => {
    expect(factOf(changeRequest())).toEqual({
      kind: "record",
      subject: `change:servicenow/${CHG}`,
      occurredAt: "2026-03-02T08:15:30.000Z",
      actor: { system: "servicenow", id: ANNE_SYS_ID, login: "anne" },
      source: { system: "servicenow", event: "change_request.update", id: NONCE, auth: "hmac-sha256", norm: 1 },
      facts: {
        action: "update",
        type: "normal",
        state: "Implement",
        approval: "approved",
        requestedBy: { id: ANNE_SYS_ID, login: "anne" },
        approvedBy: { id: LEE_SYS_ID, login: "lee" },
        approvers: [{ id: ANNE_SYS_ID }, { id: LEE_SYS_ID, login: "lee" }],
        risk: "Moderate",
        backOutPlan: true,
        testPlan: false,
        reason: true,
        service: "Payments",
        plannedStart: "2026-03-02T10:00:00.000Z",
        plannedEnd: "2026-03-02T12:00:00.000Z",
        openedAt: "2026-03-01T09:30:00.000Z",
      },
    });
  });

  it("reads values as text, as pairs and as plain JSON alike", () => {
    const plain = record(changeRequest({ type: "emergency", state: "Implement", risk: 3, close_code: "successful", approval: "approved" }));
    expect(plain).toMatchObject({ type: "emergency", state: "Implement", risk: "3", outcome: "successful" });
    const pairs = record(
      changeRequest({
        type: { value: "standard", display_value: "Standard" },
        close_code: { value: "unsuccessful", display_value: "Nicht erfolgreich" },
        state: { value: "3" },
        risk: { display_value: "High" },
      }),
    );
    // What is stored does not change with the language of whoever looks.
    expect(pairs).toMatchObject({ type: "standard", outcome: "unsuccessful", state: "3", risk: "High" });
  });

  it("says nothing of what was not sent, or is empty", () => {
    const bare = ofKind("record", factOf({ version: 1, event: "insert", table: "change_request", record: { number: CHG } }));
    expect(bare.facts).toEqual({ action: "insert" });
    expect(bare.actor).toBeUndefined();
    expect(bare.occurredAt).toBe("2026-11-21T22:14:43.000Z");
    expect(record(changeRequest({ approval: "", type: null, backout_plan: "  " }))).toMatchObject({ backOutPlan: false });
    expect(record(changeRequest({ backout_plan: false, test_plan: "false", justification: "" }))).not.toHaveProperty("reason");
    const unsigned = factOf({ version: 1, event: "insert", table: "change_request", record: { number: CHG } }, {});
    expect(unsigned.occurredAt).toBe(RECEIVED_AT);
    expect(unsigned.source.id).toMatch(/^sha256:/);
  });

  it("names the catalogue's item with its version, and the incident that it answers to", () => {
    const facts = record(
      changeRequest(
        { type: "standard" },
        { catalogue: { item: "Rotate certificate", version: { value: "9f", display_value: "3" } }, incident: INC },
      ),
    );
    expect(facts).toMatchObject({ catalogue: { item: "Rotate certificate", version: "3" }, incident: `incident:servicenow/${INC}` });
    expect(
      record(changeRequest({}, { catalogue: { version: "3" }, incident: { value: "a9e30c7dc61122760116894de7bcc7bd" } })),
    ).not.toHaveProperty("incident");
    expect(record(changeRequest({}, { catalogue: { version: "3" } }))).not.toHaveProperty("catalogue");
  });

  it("names people by what stays, never by an address, and by their full name only where there is nothing else", () => {
    const by = (requested_by: unknown) => record(changeRequest({ requested_by })).requestedBy;
    expect(by(ANNE_SYS_ID)).toEqual({ id: ANNE_SYS_ID });
    expect(by({ value: ANNE_SYS_ID, display_value: "Anne Example" })).toEqual({ id: ANNE_SYS_ID });
    expect(by("anne")).toEqual({ login: "anne" });
    expect(by({ display_value: "Anne Example" })).toEqual({ login: "Anne Example" });
    expect(by({ user_name: "anne@example.com" })).toEqual({ login: expect.stringMatching(/^mail-[0-9a-f]{16}$/) });
    // Nobody in the one field: whoever opened it.
    expect(by({ sys_id: "", user_name: "" })).toEqual({ id: LEE_SYS_ID });
    expect(factOf(changeRequest({}, { actor: undefined })).actor).toEqual({ system: "servicenow", login: "anne" });
  });

  it("counts whoever approved, in order of time; nobody else", () => {
    const none = record(changeRequest({}, { approvals: [{ approver: { user_name: "lee" }, state: "rejected" }] }));
    expect(none).not.toHaveProperty("approvedBy");
    expect(none).not.toHaveProperty("approvers");
    expect(record(changeRequest({}, { approvals: null }))).not.toHaveProperty("approvers");
  });
});

describe("a ServiceNow incident", () => {
  it("becomes an incident with the changes that it names", () => {
    expect(factOf(incident())).toEqual({
      kind: "incident",
      subject: `incident:servicenow/${INC}`,
      occurredAt: "2026-03-02T02:11:00.000Z",
      actor: { system: "servicenow", login: "anne" },
      source: { system: "servicenow", event: "incident.insert", id: NONCE, auth: "hmac-sha256", norm: 1 },
      facts: {
        action: "insert",
        status: "In Progress",
        openedAt: "2026-03-02T02:10:00.000Z",
        severity: "1 - High",
        priority: "1 - Critical",
        urgency: "1",
        service: "payments-api",
        changes: [`change:servicenow/${CHG}`],
      },
    });
    const over = incident({ closed_at: "2026-03-02 05:00:00", rfc: "" });
    expect(ofKind("incident", factOf(over)).facts).toMatchObject({ resolvedAt: "2026-03-02T05:00:00.000Z" });
    expect(ofKind("incident", factOf(over)).facts).not.toHaveProperty("changes");
  });
});

describe("what ServiceNow's rule would not send", () => {
  it("is recorded as what it is, when it is another table", () => {
    expect(factOf({ version: 1, event: "update", table: "problem", record: { sys_updated_by: "anne" } })).toMatchObject({
      kind: "other",
      subject: "audit:servicenow",
      source: { event: "problem.update" },
      actor: { login: "anne" },
    });
  });
  it.each([
    ["version", { ...changeRequest(), version: 2 }],
    ["table", { ...changeRequest(), table: "../x" }],
    ["event", { ...changeRequest(), event: "two words" }],
    ["record", { ...changeRequest(), record: null }],
    ["record.number", changeRequest({ number: "CHG1/../2" })],
    ["record.number", changeRequest({ number: undefined })],
    ["record.opened_at", changeRequest({ opened_at: "2026-13-01 00:00:00" })],
    ["record.opened_at", changeRequest({ opened_at: "9999-99-99 99:99:99" })],
    ["record.start_date", changeRequest({ start_date: { display_value: "02.03.2026 11:00" } })],
    ["record.sys_updated_on", changeRequest({ sys_updated_on: "0001-01-01 00:00:00" })],
    ["record.sys_updated_on", changeRequest({ sys_updated_on: 1e300 })],
    ["record.state", changeRequest({ state: "x".repeat(1_000_000) })],
    ["approvals", changeRequest({}, { approvals: "all" })],
    ["approvals", changeRequest({}, { approvals: Array.from({ length: 201 }, () => ({})) })],
  ])("is unparsed and names the field %s", (field, body) => {
    expect(fault(body)).toBe(field);
  });
  it("may be as long as it likes where only its being there counts", () => {
    expect(record(changeRequest({ backout_plan: "x".repeat(1_000_000) })).backOutPlan).toBe(true);
  });
});
