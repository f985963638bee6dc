import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { present, some, told } from "../present.ts";
import { id, maybeText, moment, read, text } from "../read.ts";
import type { Reading } from "../source.ts";
import { changeSubject, type GithubEvent, identity, repository, ticketSubject, user } from "./shapes.ts";

const MAX_LABELS = 100;

const issuesEvent = z.object({
  action: text,
  repository,
  issue: z.object({
    number: id,
    state: maybeText,
    state_reason: maybeText,
    type: z.object({ name: maybeText }).nullish(),
    user,
    assignee: user,
    labels: z.array(z.object({ name: text })).nullish(),
    created_at: moment,
    updated_at: moment,
  }),
});

/** `issues`, every action. A deleted or transferred issue does not change in itself: its last update is not the time of the event. */
export function issue(event: GithubEvent): Reading {
  const { action, issue: sent, repository: repo } = read(issuesEvent, event.body);
  const gone = action === "deleted" || action === "transferred";
  return {
    kind: "ticket",
    subject: ticketSubject(repo.full_name, sent.number),
    occurredAt: (gone ? undefined : firstInstant("issue.updated_at", sent.updated_at, sent.created_at)) ?? event.receivedAt,
    facts: present({
      action,
      type: told(sent.type?.name),
      status: told(sent.state),
      statusCategory: sent.state === "closed" ? "done" : sent.state === "open" ? "new" : undefined,
      reporter: sent.user ? identity(sent.user) : undefined,
      assignee: sent.assignee ? identity(sent.assignee) : undefined,
      labels: some(sent.labels?.slice(0, MAX_LABELS).map((label) => label.name)),
      resolution: told(sent.state_reason),
    }),
  };
}

const commentEvent = z.object({
  action: text,
  repository,
  issue: z.object({ number: id, pull_request: z.unknown().optional() }),
  comment: z.object({ id, user, created_at: moment, updated_at: moment }),
});

/** `issue_comment`: GitHub sends it for pull requests too, which are issues that have a `pull_request`. */
export function issueComment(event: GithubEvent): Reading {
  const { action, comment, issue: on, repository: repo } = read(commentEvent, event.body);
  const gone = action === "deleted";
  return {
    kind: "comment",
    subject: on.pull_request ? changeSubject(repo.full_name, on.number) : ticketSubject(repo.full_name, on.number),
    occurredAt: (gone ? undefined : firstInstant("comment.updated_at", comment.updated_at, comment.created_at)) ?? event.receivedAt,
    facts: present({ action, id: comment.id, author: comment.user ? identity(comment.user) : undefined }),
  };
}
