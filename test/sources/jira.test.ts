import { sha256Hex } from "@change-ledger/model";
import { normalise, settingsSchema } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { bytes, delivery, ofKind, RECEIVED_AT } from "./fixtures/deliveries.ts";
import { CLOUD_USER, issue, SERVER_USER, updated } from "./fixtures/jira.ts";

const SETTINGS = settingsSchema.parse({
  identityKey: "a key for tests",
  jira: {
    fields: {
      customfield_10072: { name: "approval" },
      customfield_10073: { name: "back-out-plan", keep: "presence" },
      customfield_10074: { name: "systems" },
      customfield_10075: { name: "approver" },
      "Change risk": { name: "risk" },
    },
  },
});
const factOf = (body: unknown, headers = {}, settings = SETTINGS) => normalise(delivery("jira", body, headers), "hmac-sha256", settings);
const status = { field: "status", fieldtype: "jira", fieldId: "status", from: "1", fromString: "To Do", to: "2", toString: "In Review" };

describe("a Jira issue", () => {
  it("becomes a ticket with its state and the fields that the settings name", () => {
    const fact = factOf(updated([status]), { "x-atlassian-webhook-identifier": "abc-1" });
    expect(fact).toEqual({
      kind: "ticket",
      subject: "ticket:jira/PAY-12",
      occurredAt: "2026-03-02T10:00:00.123Z",
      actor: { system: "jira", id: CLOUD_USER.accountId },
      source: { system: "jira", event: "jira:issue_updated", id: "abc-1", auth: "hmac-sha256", norm: 1 },
      facts: {
        action: "updated",
        type: "Change",
        status: "In Review",
        statusCategory: "indeterminate",
        reporter: { id: CLOUD_USER.accountId },
        labels: ["standard-change"],
        changes: [{ field: "status", from: "To Do", to: "In Review" }],
        fields: { approval: "Approved", "back-out-plan": "given", systems: "A, B", approver: CLOUD_USER.accountId },
      },
    });
  });

  it("follows changes of configured fields, by id or (old servers) by name, and of no others", () => {
    const prose = `${"word ".repeat(40)}`.trim();
    const fact = factOf(
      updated([
        { field: "Approval", fieldId: "customfield_10072", fromString: null, toString: "Approved" },
        { field: "Change risk", fromString: "Low", toString: "High" },
        { field: "Back-out", fieldId: "customfield_10073", fromString: "", toString: "Stop.\nRestore." },
        { field: "Systems", fieldId: "customfield_10074", toString: prose },
        { field: "issuetype", fromString: "Task", toString: "Change" },
        { field: "Resolution", fieldId: "resolution", fromString: "Done", toString: null },
        { field: "description", fieldId: "description", fromString: "a", toString: "secret" },
        { field: "status" },
        { field: 5 },
      ]),
    );
    expect(ofKind("ticket", fact).facts.changes).toEqual([
      { field: "approval", to: "Approved" },
      { field: "risk", from: "Low", to: "High" },
      { field: "back-out-plan", to: "given" },
      { field: "systems", to: `sha256:${sha256Hex(prose).slice(0, 16)}` },
      { field: "type", from: "Task", to: "Change" },
      { field: "resolution", from: "Done" },
      { field: "status" },
    ]);
  });

  it("is created, updated and deleted, under names old and new", () => {
    for (const action of ["created", "updated", "deleted"]) {
      expect(factOf(updated([], { webhookEvent: `jira:issue_${action}` })), action).toMatchObject({ kind: "ticket", facts: { action } });
      expect(factOf(updated([], { webhookEvent: `issue_${action}` })), action).toMatchObject({ kind: "ticket", facts: { action } });
    }
    const nameless = updated([status], { webhookEvent: undefined, issue_event_type_name: undefined });
    expect(factOf(nameless)).toMatchObject({ kind: "ticket", source: { event: "jira:issue_updated" }, facts: { action: "updated" } });
    expect(factOf({ ...nameless, changelog: undefined })).toMatchObject({ kind: "ticket", facts: { action: "created" } });
  });

  it("takes its time from the event, else from the last update, else from us", () => {
    expect(factOf(updated([], { timestamp: undefined })).occurredAt).toBe("2026-03-02T10:00:00.500Z");
    expect(factOf({ webhookEvent: "jira:issue_deleted", issue: { key: "PAY-1" } }).occurredAt).toBe(RECEIVED_AT);
    expect(ofKind("unparsed", factOf(updated([], { timestamp: 1e17 }))).facts.field).toBe("timestamp");
    expect(ofKind("unparsed", factOf(updated([], { timestamp: undefined, issue: issue({ updated: "soon" }) }))).facts.field).toBe(
      "issue.fields.updated",
    );
  });

  it("names people of a server by what stays, and shows no address that serves as a name", () => {
    const fact = factOf(updated([], { user: SERVER_USER, issue: issue({ reporter: SERVER_USER, assignee: { name: "bob" } }) }));
    expect(fact.actor).toEqual({ system: "jira", id: "JIRAUSER10000", login: expect.stringMatching(/^mail-[0-9a-f]{16}$/) });
    expect(ofKind("ticket", fact).facts.assignee).toEqual({ login: "bob" });
    expect(JSON.stringify(fact)).not.toContain("example.com");
    expect(JSON.stringify(factOf(updated([], { user: SERVER_USER }), {}, settingsSchema.parse({})))).toContain("mail-hidden");
  });

  it("is known by its body where Jira gives the event no id", () => {
    const body = updated([]);
    expect(factOf(body).source.id).toBe(`sha256:${sha256Hex(bytes(body))}`);
  });
});

describe("a Jira issue of a type that is an incident", () => {
  const incidents = settingsSchema.parse({ jira: { incidentTypes: ["Incident"] } });
  const own = {
    issuetype: { name: "Incident" },
    created: "2026-03-02T03:10:00.000+0100",
    resolutiondate: "2026-03-02T05:00:00.000+0100",
    priority: { name: "Highest" },
  };
  const facts = (fields: object, settings = incidents) =>
    ofKind("ticket", normalise(delivery("jira", updated([], { issue: issue({ ...own, ...fields }) })), "hmac-sha256", settings)).facts;

  it("says when it was opened and resolved, whichever of its events comes first, and stays a ticket", () => {
    expect(facts({})).toMatchObject({
      action: "updated",
      type: "Incident",
      status: "In Review",
      incident: { openedAt: "2026-03-02T02:10:00.000Z", resolvedAt: "2026-03-02T04:00:00.000Z", severity: "Highest" },
    });
    expect(facts({ resolutiondate: null, priority: null }).incident).toEqual({ openedAt: "2026-03-02T02:10:00.000Z" });
    expect(facts({ created: undefined, resolutiondate: null, priority: undefined }).incident).toEqual({});
  });
  it("is told from others by the settings alone", () => {
    expect(facts({ issuetype: { name: "incident" } })).not.toHaveProperty("incident");
    expect(facts({}, settingsSchema.parse({}))).not.toHaveProperty("incident");
  });
  it("is unparsed when its times are none", () => {
    const body = updated([], { issue: issue({ ...own, created: "today" }) });
    expect(ofKind("unparsed", normalise(delivery("jira", body), "hmac-sha256", incidents)).facts.field).toBe("issue.fields.created");
  });
});

describe("a Jira comment", () => {
  const comment = { id: "10019", author: CLOUD_USER, body: "secret", updated: "2026-03-02T18:00:00.000+0800" };
  it("comes as an event of its own from Cloud", () => {
    const fact = factOf({ timestamp: 1772445600123, webhookEvent: "comment_created", comment, issue: issue() });
    expect(fact).toMatchObject({
      kind: "comment",
      subject: "ticket:jira/PAY-12",
      actor: { id: CLOUD_USER.accountId },
      facts: { action: "created", id: "10019", author: { id: CLOUD_USER.accountId } },
    });
    expect(JSON.stringify(fact)).not.toContain("secret");
  });
  it.each([
    ["issue_commented", "created"],
    ["issue_comment_edited", "updated"],
    ["issue_comment_deleted", "deleted"],
  ])("comes as an update without changes (%s) from Server", (type, action) => {
    const fact = factOf(updated([], { issue_event_type_name: type, changelog: undefined, comment }));
    expect(fact).toMatchObject({ kind: "comment", facts: { action } });
  });
  it("beside a change is part of the change", () => {
    expect(factOf(updated([status], { comment })).kind).toBe("ticket");
  });
});

describe("other events of Jira", () => {
  it("are recorded as what they are", () => {
    expect(factOf({ timestamp: 1772445600123, webhookEvent: "sprint_started", sprint: {} })).toMatchObject({
      kind: "other",
      subject: "audit:jira",
      source: { event: "sprint_started" },
    });
    expect(factOf({ webhookEvent: "issue_property_set", issue: { key: "PAY-12" } })).toMatchObject({
      kind: "other",
      subject: "ticket:jira/PAY-12",
    });
  });
  it.each([
    ["webhookEvent", {}],
    ["webhookEvent", { webhookEvent: "two words" }],
    ["issue.key", { webhookEvent: "jira:issue_updated", issue: { key: "pay 12" } }],
    ["issue.fields.labels", updated([], { issue: issue({ labels: "x" }) })],
    ["changelog.items", updated([], { changelog: { items: "x" } })],
    ["body", "null"],
  ])("that break a rule are unparsed and name the field %s", (field, body) => {
    expect(ofKind("unparsed", factOf(body)).facts.field).toBe(field);
  });
});
