import { type Identity, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { SourceError } from "../fault.ts";
import { actorOf, identityOf } from "../identity.ts";
import { instantOf } from "../instant.ts";
import { parseJson } from "../json.ts";
import { present, some, told } from "../present.ts";
import { id, maybeText, read, text } from "../read.ts";
import type { Settings } from "../settings.ts";
import { isShared, isSigned, signatureOf } from "../signature.ts";
import { eventId, type Reading, type Source } from "../source.ts";
import { changelog, changesOf, fieldsOf } from "./fields.ts";
import { incidentFacts } from "./incident.ts";

/** Cloud names people by `accountId`; Server and Data Center by `key` (which stays) and `name` (which may change, and may be an address). */
const person = z.object({ accountId: maybeText, key: maybeText, name: maybeText }).nullish();
const named = z.object({ name: maybeText }).nullish();

const issue = z.object({
  key: z.string().regex(/^[A-Z][A-Z0-9_]{0,30}-\d{1,10}$/),
  // Not copied: there are hundreds, of which we read a few by name.
  fields: z.custom<Readonly<Record<string, unknown>>>((value) => value !== null && typeof value === "object").nullish(),
});
const ticketFields = z.object({
  issue: z.object({
    fields: z.object({
      issuetype: named,
      status: z.object({ name: maybeText, statusCategory: z.object({ key: maybeText }).nullish() }).nullish(),
      resolution: named,
      reporter: person,
      assignee: person,
      labels: z.array(text).nullish(),
      updated: maybeText,
    }),
  }),
});

const envelope = z.object({
  timestamp: z.number().nullish(),
  webhookEvent: maybeText,
  issue_event_type_name: maybeText,
  user: person,
  issue: issue.nullish(),
  comment: z.object({ id, author: person, updateAuthor: person, updated: maybeText }).nullish(),
  changelog,
});
type Sent = z.output<typeof envelope>;

/** The secret itself, as sent by versions that cannot sign: it ends at the door. */
const SHARED_SECRET = "x-change-ledger-secret";
/** What stands for it behind the door. Not among the kept headers, so that nobody can send it to the door. */
const CONCEALED = "x-change-ledger-signature";

/** Jira Cloud, and Server and Data Center back to versions that send neither event types nor signatures. */
export const jira: Source = {
  system: "jira",
  version: 1,
  webhook: {
    keepHeaders: ["content-type", "x-hub-signature", SHARED_SECRET, "x-atlassian-webhook-identifier"],
    // Where Jira signs (Cloud, Data Center 10 and later), the signature is what counts: a shared secret beside a wrong one saves nothing.
    authenticate(headers, body, secrets) {
      const signature = headers["x-hub-signature"];
      if (signature !== undefined) return isSigned(signature, body, secrets) ? "hmac-sha256" : undefined;
      const shared = isShared(headers[SHARED_SECRET], secrets) || isSigned(headers[CONCEALED], body, secrets);
      return shared ? "shared-secret" : undefined;
    },
    // Bus, archive and bundles are read by more people than may forge deliveries. The signature shows as much as the secret did, of this body alone.
    conceal({ [SHARED_SECRET]: secret, ...headers }, body) {
      if (secret === undefined || headers["x-hub-signature"] !== undefined) return headers;
      return { ...headers, [CONCEALED]: signatureOf(body, secret) };
    },
  },
  deliveryId: ({ headers }) => eventId(headers["x-atlassian-webhook-identifier"]),
  normalise(delivery, auth, settings) {
    const sent = read(envelope, parseJson(delivery.body));
    const event = eventName(sent);
    const reading = readingOf(sent, event, delivery.receivedAt, settings);
    const who = sent.user ?? sent.comment?.updateAuthor ?? sent.comment?.author;
    return assemble(jira, delivery, auth, reading, { event, actor: actorOf("jira", identity(who, settings.identityKey)) });
  },
};

/** Jira's own name of the event; where an old version sends none, what the parts of the body say. */
function eventName(sent: Sent): string {
  const given = told(sent.webhookEvent);
  if (given !== undefined) {
    if (!/^[\w:.-]{1,100}$/.test(given)) throw new SourceError("webhookEvent", "expected the name of an event");
    return given;
  }
  if (sent.issue === null || sent.issue === undefined) throw new SourceError("webhookEvent", "expected string");
  if (sent.comment && !sent.changelog) return "comment_created";
  return sent.changelog ? "jira:issue_updated" : "jira:issue_created";
}

const COMMENT_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["issue_commented", "created"],
  ["issue_comment_edited", "updated"],
  ["issue_comment_deleted", "deleted"],
]);

function readingOf(sent: Sent, event: string, receivedAt: string, settings: Settings): Reading {
  const key = settings.identityKey;
  const of = sent.issue;
  if (!of) return { kind: "other", subject: subject("audit", "jira"), occurredAt: time(sent, undefined, receivedAt), facts: {} };
  const at: Subject = subject("ticket", "jira", of.key);
  const comment = commentAction(sent, event);
  if (comment !== undefined && sent.comment) {
    const author = identity(sent.comment.author, key);
    return {
      kind: "comment",
      subject: at,
      occurredAt: time(sent, sent.comment.updated, receivedAt),
      facts: present({ action: comment, id: sent.comment.id, author: Object.keys(author).length === 0 ? undefined : author }),
    };
  }
  // Jira has more events that name an issue (work logs, links, properties): they are on record as what they are.
  const action = /^(?:jira:)?issue_(created|updated|deleted)$/.exec(event)?.[1];
  if (action === undefined) return { kind: "other", subject: at, occurredAt: time(sent, undefined, receivedAt), facts: {} };
  const all = of.fields ?? {};
  const own = read(ticketFields, { issue: { fields: all } }).issue.fields;
  const isIncident = settings.jira.incidentTypes.includes(own.issuetype?.name ?? "");
  return {
    kind: "ticket",
    subject: at,
    occurredAt: time(sent, own.updated, receivedAt),
    facts: present({
      action,
      type: told(own.issuetype?.name),
      status: told(own.status?.name),
      statusCategory: told(own.status?.statusCategory?.key),
      reporter: own.reporter ? identity(own.reporter, key) : undefined,
      assignee: own.assignee ? identity(own.assignee, key) : undefined,
      labels: some(own.labels?.slice(0, 100)),
      resolution: told(own.resolution?.name),
      changes: changesOf(sent.changelog, settings),
      incident: isIncident ? incidentFacts(all) : undefined,
      fields: fieldsOf(all, settings),
    }),
  };
}

/** What happened to a comment; undefined when the event is about the issue. Server sends comments as updates of the issue, without a changelog. */
function commentAction(sent: Sent, event: string): string | undefined {
  const own = /^(?:jira:)?comment_(created|updated|deleted)$/.exec(event)?.[1];
  if (own !== undefined) return own;
  if (!sent.comment || (sent.changelog?.items ?? []).length > 0 || !/^(?:jira:)?issue_updated$/.test(event)) return undefined;
  return COMMENT_ACTIONS.get(told(sent.issue_event_type_name) ?? "") ?? "created";
}

/** The event's own `timestamp` (milliseconds of the epoch), else the time of the last update. */
function time(sent: Sent, updated: string | null | undefined, receivedAt: string): string {
  if (typeof sent.timestamp === "number") return instantOf(sent.timestamp, "timestamp", "milliseconds");
  const last = told(updated);
  return last === undefined ? receivedAt : instantOf(last, "issue.fields.updated");
}

function identity(who: z.output<typeof person>, key: string): Identity {
  const account = told(who?.accountId);
  return account === undefined ? identityOf(who?.key, who?.name, key) : identityOf(account, undefined, key);
}
