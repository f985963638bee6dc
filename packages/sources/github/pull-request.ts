import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { flag, present, some, told } from "../present.ts";
import { flagged, id, maybeText, moment, read, sha, text } from "../read.ts";
import type { Reading } from "../source.ts";
import { checklists } from "./checklist.ts";
import { changeSubject, type GithubEvent, identity, repository, user } from "./shapes.ts";
import { ticketsOf } from "./tickets.ts";

const named = z.object({ name: text });
const side = z.object({ sha, ref: text, repo: z.object({ full_name: maybeText }).nullish() });

const pullRequestEvent = z.object({
  action: text,
  before: sha.nullish(),
  label: named.nullish(),
  assignee: user,
  requested_reviewer: user,
  requested_team: z.object({ name: maybeText, slug: maybeText }).nullish(),
  repository,
  pull_request: z.object({
    number: id,
    state: z.string(),
    merged: flagged,
    draft: flagged,
    title: z.string().nullish(),
    body: z.string().nullish(),
    user,
    author_association: maybeText,
    head: side,
    base: side,
    labels: z.array(named).nullish(),
    merge_commit_sha: sha.nullish(),
    merged_by: user,
    created_at: moment,
    updated_at: moment,
    closed_at: moment,
    merged_at: moment,
  }),
});

/** GitHub allows 100 labels on an issue. */
const MAX_LABELS = 100;

/** `pull_request`, every action. */
export function pullRequest(event: GithubEvent): Reading {
  const sent = read(pullRequestEvent, event.body);
  const pull = sent.pull_request;
  const repo = sent.repository.full_name;
  // An open or abandoned pull request has a `merge_commit_sha` too: that of a test merge, which is no merge.
  const merged = pull.merged === true || (pull.merged_at !== null && pull.merged_at !== undefined);
  const texts = { title: pull.title ?? "", body: pull.body ?? "", branch: pull.head.ref };
  return {
    kind: "pull-request",
    subject: changeSubject(repo, pull.number),
    occurredAt: occurredAt(sent, event.receivedAt),
    facts: present({
      action: sent.action,
      openedAt: firstInstant("pull_request.created_at", pull.created_at),
      author: identity(pull.user),
      association: told(pull.author_association),
      head: pull.head.sha,
      headRef: pull.head.ref,
      headRepository: elsewhere(pull.head.repo?.full_name, repo),
      base: pull.base.sha,
      baseRef: pull.base.ref,
      state: merged ? ("merged" as const) : pull.state === "closed" ? ("closed" as const) : ("open" as const),
      draft: flag(pull.draft),
      mergeSha: merged ? (pull.merge_commit_sha ?? undefined) : undefined,
      mergedAt: merged ? firstInstant("pull_request.merged_at", pull.merged_at, pull.closed_at) : undefined,
      mergedBy: merged && pull.merged_by ? identity(pull.merged_by) : undefined,
      before: sent.action === "synchronize" ? (sent.before ?? undefined) : undefined,
      labels: some(pull.labels?.slice(0, MAX_LABELS).map((label) => label.name)),
      about: about(sent),
      tickets: some(ticketsOf(repo, texts, event.settings)),
      checklists: checklists(texts.body, event.settings.checklist),
    }),
  };
}

function occurredAt(sent: z.output<typeof pullRequestEvent>, receivedAt: string): string {
  const pull = sent.pull_request;
  const own =
    sent.action === "opened"
      ? firstInstant("pull_request.created_at", pull.created_at)
      : sent.action === "closed"
        ? (firstInstant("pull_request.merged_at", pull.merged_at) ?? firstInstant("pull_request.closed_at", pull.closed_at))
        : undefined;
  return own ?? firstInstant("pull_request.updated_at", pull.updated_at) ?? receivedAt;
}

/** The label, reviewer, team or assignee that the action is about. */
function about(sent: z.output<typeof pullRequestEvent>): string | undefined {
  if (sent.action.endsWith("labeled")) return sent.label?.name;
  if (sent.action.endsWith("assigned")) return told(sent.assignee?.login);
  if (!sent.action.startsWith("review_request")) return undefined;
  return told(sent.requested_reviewer?.login) ?? told(sent.requested_team?.slug) ?? told(sent.requested_team?.name);
}

function elsewhere(head: string | null | undefined, base: string): string | undefined {
  return head === base ? undefined : told(head);
}

const STATES = ["approved", "changes_requested", "commented", "dismissed", "pending"] as const;

const reviewEvent = z.object({
  action: text,
  repository,
  pull_request: z.object({ number: id, updated_at: moment }),
  review: z.object({
    id,
    user,
    author_association: maybeText,
    // Upper case in some versions of Enterprise Server.
    state: z.string().max(64).toLowerCase().pipe(z.enum(STATES)),
    commit_id: sha.nullish(),
    submitted_at: moment,
    updated_at: moment,
  }),
});

/** `pull_request_review`. A dismissed or edited review keeps the time when it was submitted: the event's own time is that of the update. */
export function review(event: GithubEvent): Reading {
  const sent = read(reviewEvent, event.body);
  const submitted = firstInstant("review.submitted_at", sent.review.submitted_at);
  const updated =
    firstInstant("review.updated_at", sent.review.updated_at) ?? firstInstant("pull_request.updated_at", sent.pull_request.updated_at);
  return {
    kind: "review",
    subject: changeSubject(sent.repository.full_name, sent.pull_request.number),
    occurredAt: (sent.action === "submitted" ? (submitted ?? updated) : (updated ?? submitted)) ?? event.receivedAt,
    facts: present({
      action: sent.action,
      id: sent.review.id,
      reviewer: identity(sent.review.user),
      association: told(sent.review.author_association),
      state: sent.review.state,
      commit: sent.review.commit_id ?? undefined,
    }),
  };
}
