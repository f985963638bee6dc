import { settingsSchema } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { githubFact, ofKind } from "./fixtures/deliveries.ts";
import { HEAD, pullRequest } from "./fixtures/github.ts";

const SETTINGS = settingsSchema.parse({
  servicenow: { references: true },
  pagerduty: { hosts: ["acme.pagerduty.com"] },
  jira: { projects: ["PAY"] },
});
const named = (title: string, body = "", ref = "topic", settings = SETTINGS) =>
  ofKind("pull-request", githubFact("pull_request", pullRequest("opened", { title, body, head: { sha: HEAD, ref } }), settings)).facts
    .tickets;

describe("records and incidents that a pull request names", () => {
  it("are ServiceNow's by number and PagerDuty's by address, beside tickets", () => {
    expect(
      named("Fix payments (CHG0030192, PAY-12)", "Incident: https://acme.pagerduty.com/incidents/Q2KTVKLCSMMXD6\nand INC0010023."),
    ).toEqual([
      "change:servicenow/CHG0030192",
      "incident:pagerduty/Q2KTVKLCSMMXD6",
      "incident:servicenow/INC0010023",
      "ticket:jira/PAY-12",
    ]);
    expect(named("Fix", "", "emergency/CHG0030192-hotfix")).toEqual(["change:servicenow/CHG0030192"]);
    expect(named("Fix", "", "emergency/CHG0030192")).toEqual(["change:servicenow/CHG0030192"]);
  });
  it("are not what only looks like one", () => {
    expect(
      named("CHG123 XCHG0030192 CHG0030192a INC-0010023", "`CHG0030192` https://evil.example/incidents/Q2KTVKLCSMMXD6"),
    ).toBeUndefined();
    expect(named("see", "https://acme.pagerduty.com.evil.example/incidents/Q2KTVKLCSMMXD6")).toBeUndefined();
  });
  it("are looked for only where the settings say so", () => {
    const none = settingsSchema.parse({});
    expect(named("CHG0030192", "https://acme.pagerduty.com/incidents/Q2KTVKLCSMMXD6", "topic", none)).toBeUndefined();
  });
  it("are at most as many as tickets may be, and a megabyte of text takes no longer than it has to", () => {
    const many = Array.from({ length: 100 }, (_, n) => `CHG${1_000_000 + n}`).join(" ");
    expect(named(many)).toHaveLength(32);
    expect(named("x", `${"CHG".repeat(350_000)} ${"https://".repeat(50_000)}`)).toBeUndefined();
  });
});
