import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Delivery } from "@change-ledger/model";
import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { DEMONSTRATION_SETTINGS, PEOPLE } from "../../packages/local/demonstration/index.ts";
import { Story } from "../scenarios/story.ts";
import { delivery, githubDelivery, SETTINGS } from "./fixtures/deliveries.ts";
import { incidentEvent, note } from "./fixtures/pagerduty.ts";
import { changeRequest, incident } from "./fixtures/servicenow.ts";

/** What nobody may write into a ticket, a message or a plan, and somebody does. */
const HEALTH = "Jane Doe, MRN 4711-88, born 1961, takes insulin";

/** Members in which senders keep what people wrote, or call people by their names. */
const PROSE =
  /^(title|body|message|description|text|summary|zen|content|note|notes|comment|output|reason|display_?name|displayname|name_and_address|short_description|work_notes|close_notes|comments|justification|backout_plan|test_plan|implementation_plan|head_commit_message|email|emailaddress)$/i;

/** The same, every prose replaced; boxes of a checklist stay boxes. */
function told(value: unknown, isCommit = false): unknown {
  if (Array.isArray(value)) return value.map((one) => told(one, isCommit));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const prose = typeof member === "string" && (PROSE.test(key) || (key === "name" && isCommit));
      return [key, prose ? `${HEALTH}\n\n- [x] ${HEALTH}\n- [ ] ${HEALTH}` : told(member, key === "author" || key === "committer")];
    }),
  );
}

function write(of: Delivery, auth: Parameters<typeof normalise>[1] = "hmac-sha256"): string {
  return JSON.stringify(normalise(of, auth, SETTINGS));
}

const clean = (written: string, what: string): void => {
  expect(/Jane|Doe|4711|insulin|1961/.exec(written)?.[0], what).toBeUndefined();
};

describe("prose, and whatever of somebody's health is in it,", () => {
  it("gets into no entry of GitHub's, of any event", () => {
    const examples = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@octokit/webhooks-examples"), "utf8")) as {
      name: string;
      examples: object[];
    }[];
    let replaced = 0;
    for (const { name, examples: some } of examples)
      for (const example of some) {
        const body = told(example);
        if (JSON.stringify(body).includes("4711")) replaced++;
        clean(write(githubDelivery(name, body)), name);
      }
    expect(replaced).toBeGreaterThan(100);
  });
  it("gets into no entry of Jira's: summaries, descriptions, comments, plans and reasons", () => {
    const story = new Story(1);
    const ticket = story.ticket({ summary: HEALTH });
    ticket.set(PEOPLE.ada, "backOutPlan", HEALTH).set(PEOPLE.ada, "reason", HEALTH).comment(PEOPLE.ada);
    const sent = story.acme.events.flatMap((event) => (event.channel === "webhook" && event.source === "jira" ? [event] : []));
    expect(sent.length).toBeGreaterThan(3);
    for (const { headers, body, at } of sent) {
      const of = { system: "jira", receivedAt: at, headers, body: Buffer.from(JSON.stringify(told(JSON.parse(body)))) };
      clean(JSON.stringify(normalise(of, "hmac-sha256", DEMONSTRATION_SETTINGS)), "jira");
      clean(JSON.stringify(normalise({ ...of, body: Buffer.from(body) }, "hmac-sha256", DEMONSTRATION_SETTINGS)), "jira, as sent");
    }
  });
  it("gets into no entry of ServiceNow's: only that a plan or a reason is there", () => {
    const prose = { short_description: HEALTH, description: HEALTH, work_notes: HEALTH, close_notes: HEALTH, comments: HEALTH };
    const plans = { backout_plan: HEALTH, test_plan: HEALTH, justification: HEALTH };
    for (const body of [changeRequest({ ...prose, ...plans }), incident(prose)]) clean(write(delivery("servicenow", body)), "servicenow");
    expect(write(delivery("servicenow", changeRequest(plans)))).toContain('"backOutPlan":true,"testPlan":true,"reason":true');
  });
  it("gets into no entry of PagerDuty's: titles and notes", () => {
    const bodies = [incidentEvent("incident.triggered", { title: HEALTH, description: HEALTH, summary: HEALTH }), told(note())];
    for (const body of bodies) clean(write(delivery("pagerduty", body)), "pagerduty");
  });
});
