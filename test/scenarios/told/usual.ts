import type { Subject } from "@change-ledger/model";
import { unmatchedChange } from "../../../packages/local/demonstration/deployment-group.ts";
import type { PullRequest } from "../../../packages/local/demonstration/pull-request.ts";
import { ada, ben, lee, omar, type Story } from "../story.ts";

/** What many scenarios are about, told once. */

export const BOOK = "a change by the book";

export function byTheBook(s: Story): Subject {
  s.repository.protect(lee);
  return s.change().pull.subject;
}

/** Opened, and nothing more yet. */
export function opened(s: Story): Subject {
  return s.repository.pullRequest(ada, { ticket: s.ticket() }).subject;
}

/** Closed without a merge. */
export function abandoned(s: Story): Subject {
  const pull = s.repository.pullRequest(ada, { ticket: s.ticket() });
  pull.review(ben, "changes_requested");
  return pull.abandon(lee).subject;
}

/** Merged by the book, not deployed. */
export function merged(s: Story): Subject {
  return s.change({ deploy: false }).pull.subject;
}

/** A deployment of an archive that names no commit. */
export function unresolved(s: Story): Subject {
  return unmatchedChange(s.deploy({ revision: s.production.archive("nightly", {}) }));
}

/** Pushed straight to main and deployed. */
export function direct(s: Story): Subject {
  s.change();
  const change = s.repository.directPush(omar, ["Merge pull request #77 from acme/looks-reviewed"]);
  s.deploy();
  return change;
}

/** The push that brought the merge never reached us; the deployment is told to carry the change. */
export function pushLost(s: Story): Subject {
  const { pull } = s.change();
  s.lose((fact) => !(fact.kind === "push" && fact.subject === s.repository.subject));
  return pull.subject;
}

/** Only reviews of it are on record. */
export function pullLost(s: Story): Subject {
  const { pull } = s.change();
  s.lose((fact) => fact.kind !== "pull-request");
  return pull.subject;
}

/** An ITSM record that is a change of its own. */
export const RECORD: Subject = "change:servicenow/CHG0030192";
export function record(s: Story): Subject {
  s.tell(
    RECORD,
    "record",
    { action: "inserted", type: "normal", state: "Assess", requestedBy: { id: "sys-ada" }, backOutPlan: true },
    { system: "servicenow" },
  );
  s.tell(
    RECORD,
    "record",
    { action: "updated", state: "Scheduled", approval: "approved", approvedBy: { id: "sys-lee" } },
    { system: "servicenow" },
  );
  s.tell(RECORD, "record", { action: "updated", state: "Closed", outcome: "successful", closedAt: s.now() }, { system: "servicenow" });
  return RECORD;
}

/** SHA of the pull request's merge as main holds it. */
export function mergeOf(s: Story): string {
  return s.repository.head;
}

/** A commit as a look-up lists it. */
export const written = (sha: string, login: string) => ({ sha, author: { login } });

export function emergencyTicket(
  s: Story,
  { reason = true, approved = true }: { readonly reason?: boolean; readonly approved?: boolean } = {},
) {
  const ticket = s.ticket({ type: "Emergency change", reporter: ben, approved: false });
  if (reason) ticket.set(lee, "reason", "Payments time out");
  if (approved) ticket.approve(lee);
  return ticket;
}

/** PagerDuty's incident, which names the change. */
export function incident(s: Story, change: Subject, at = s.now()): void {
  s.tell(
    "incident:pagerduty/Q1",
    "incident",
    { action: "triggered", status: "triggered", openedAt: at, changes: [change] },
    { system: "pagerduty", at },
  );
}

/** An emergency fix on one approval of the lead. */
export function emergencyFix(
  s: Story,
  how: {
    readonly reason?: boolean;
    readonly approved?: boolean;
    readonly incident?: "before" | "after" | "none";
    readonly deploy?: boolean;
    readonly before?: (pull: PullRequest) => void;
  } = {},
): PullRequest {
  const ticket = emergencyTicket(s, how);
  const pull = s.repository.pullRequest(ben, { ticket, unchecked: ["tests-added"] });
  if ((how.incident ?? "before") === "before") incident(s, pull.subject);
  how.before?.(pull);
  pull.merge(ben, "merge");
  if (how.deploy !== false) s.deploy();
  if (how.incident === "after") incident(s, pull.subject);
  return pull;
}

/** Of a deployment nothing reaches us that tells when it started. */
export function startLost(s: Story, deployment: Subject | undefined): void {
  s.lose((fact) => fact.subject !== deployment || (fact.kind === "deployment-state" && fact.facts.state !== "InProgress"));
}
