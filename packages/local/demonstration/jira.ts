import { signatureOf, type Webhook } from "./emitted.ts";
import { numberOf } from "./identifiers.ts";
import type { Person } from "./people.ts";

/** What every Jira delivery has: who caused it, when (milliseconds of the epoch), and under which identifier and secret it is sent. */
export interface JiraAt {
  readonly by: Person;
  readonly atMs: number;
  /** `X-Atlassian-Webhook-Identifier` */
  readonly delivery: string;
  readonly secret: string;
  readonly lean?: boolean | undefined;
}

/** A ticket as it stands when Jira tells of it. */
export interface TicketState {
  /** `PAY-12` */
  readonly key: string;
  readonly type: string;
  readonly summary: string;
  readonly status: string;
  readonly statusCategory: "new" | "indeterminate" | "done";
  readonly reporter: Person;
  readonly assignee?: Person | undefined;
  readonly labels: readonly string[];
  readonly resolution?: string | undefined;
  readonly createdAtMs: number;
  /** Custom fields by their id, values as Jira writes them: text, or an option. */
  readonly custom: Readonly<Record<string, string | { readonly value: string } | null>>;
}

/** An item of the changelog, in Jira's names but for the last: Jira calls it `toString`. */
export interface TicketChange {
  readonly field: string;
  readonly fieldId: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function account(at: JiraAt, who: Person): Readonly<Record<string, unknown>> {
  const self = `https://acme.example/rest/api/2/user?accountId=${who.jiraAccount}`;
  return at.lean
    ? { accountId: who.jiraAccount }
    : {
        self,
        accountId: who.jiraAccount,
        displayName: who.name,
        emailAddress: who.mail,
        active: true,
        timeZone: "Europe/Paris",
        accountType: "atlassian",
      };
}

function issueObject(at: JiraAt, ticket: TicketState): Readonly<Record<string, unknown>> {
  const project = ticket.key.replace(/-\d+$/, "");
  const id = String(numberOf("ticket", ticket.key));
  return {
    id,
    key: ticket.key,
    ...(at.lean ? {} : { self: `https://acme.example/rest/api/2/issue/${id}` }),
    fields: {
      summary: ticket.summary,
      issuetype: { name: ticket.type, ...(at.lean ? {} : { subtask: false }) },
      ...(at.lean
        ? {}
        : { project: { key: project, name: project, projectTypeKey: "software" }, priority: { name: "Medium" }, description: null }),
      status: { name: ticket.status, statusCategory: { key: ticket.statusCategory } },
      resolution: ticket.resolution === undefined ? null : { name: ticket.resolution },
      reporter: account(at, ticket.reporter),
      assignee: ticket.assignee === undefined ? null : account(at, ticket.assignee),
      labels: ticket.labels,
      created: written(ticket.createdAtMs),
      updated: written(at.atMs),
      ...ticket.custom,
    },
  };
}

/** Jira's offset has no colon. */
function written(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+0000");
}

function jiraWebhook(at: JiraAt, payload: Readonly<Record<string, unknown>>): Webhook {
  const body = JSON.stringify({ timestamp: at.atMs, ...payload });
  const headers = {
    "content-type": "application/json",
    "x-atlassian-webhook-identifier": at.delivery,
    "x-hub-signature": signatureOf(body, at.secret),
  };
  return { headers, body };
}

/** `jira:issue_created` */
export function ticketCreatedEvent(at: JiraAt, ticket: TicketState): Webhook {
  return jiraWebhook(at, {
    webhookEvent: "jira:issue_created",
    issue_event_type_name: "issue_created",
    user: account(at, at.by),
    issue: issueObject(at, ticket),
    changelog: { id: String(numberOf("changelog", at.delivery)), items: [] },
  });
}

/** `jira:issue_updated`; an approval is a change of the field that the configuration calls `approval`. */
export function ticketUpdatedEvent(at: JiraAt, ticket: TicketState, changes: readonly TicketChange[]): Webhook {
  const items = changes.map(({ field, fieldId, from, to }) => {
    const fieldtype = fieldId.startsWith("customfield_") ? "custom" : "jira";
    return { field, fieldtype, fieldId, from: null, fromString: from ?? null, to: null, toString: to ?? null };
  });
  return jiraWebhook(at, {
    webhookEvent: "jira:issue_updated",
    issue_event_type_name: "issue_generic",
    user: account(at, at.by),
    issue: issueObject(at, ticket),
    changelog: { id: String(numberOf("changelog", at.delivery)), items },
  });
}

/** `comment_created` */
export function ticketCommentEvent(at: JiraAt, ticket: TicketState): Webhook {
  const when = written(at.atMs);
  const id = String(numberOf("comment", at.delivery));
  return jiraWebhook(at, {
    webhookEvent: "comment_created",
    comment: { id, author: account(at, at.by), updateAuthor: account(at, at.by), body: "Seen.", created: when, updated: when },
    issue: issueObject(at, ticket),
  });
}
