import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { present, some, told } from "../present.ts";
import { id, maybeText, moment, read, sha, text } from "../read.ts";
import type { Reading } from "../source.ts";
import { commitSubject, type GithubEvent, repository } from "./shapes.ts";

const MAX_PULL_REQUESTS = 100;
const pulls = z.array(z.object({ number: id })).nullish();
const app = z.object({ slug: maybeText, name: maybeText }).nullish();

function numbers(list: z.output<typeof pulls>): string[] | undefined {
  return some(list?.slice(0, MAX_PULL_REQUESTS).map((pull) => pull.number));
}

const checkRunEvent = z.object({
  action: text,
  repository,
  check_run: z.object({
    id,
    name: text,
    head_sha: sha,
    status: text,
    conclusion: maybeText,
    started_at: moment,
    completed_at: moment,
    pull_requests: pulls,
    check_suite: z.object({ pull_requests: pulls }).nullish(),
  }),
});

/** `check_run`, every action. Asking for a run again tells no time. */
export function checkRun(event: GithubEvent): Reading {
  const { action, check_run: run, repository: repo } = read(checkRunEvent, event.body);
  const when = action === "completed" ? run.completed_at : action === "created" ? run.started_at : undefined;
  return {
    kind: "check-run",
    subject: commitSubject(repo.full_name, run.head_sha),
    occurredAt: firstInstant("check_run.completed_at", when) ?? event.receivedAt,
    facts: present({
      action,
      id: run.id,
      name: run.name,
      status: run.status,
      conclusion: told(run.conclusion),
      pullRequests: numbers(run.pull_requests) ?? numbers(run.check_suite?.pull_requests),
    }),
  };
}

const checkSuiteEvent = z.object({
  action: text,
  repository,
  check_suite: z.object({
    id,
    head_sha: sha,
    status: maybeText,
    conclusion: maybeText,
    updated_at: moment,
    app,
    pull_requests: pulls,
  }),
});

/** `check_suite`, every action; named after the app that it belongs to. */
export function checkSuite(event: GithubEvent): Reading {
  const { action, check_suite: suite, repository: repo } = read(checkSuiteEvent, event.body);
  return {
    kind: "check-suite",
    subject: commitSubject(repo.full_name, suite.head_sha),
    occurredAt: (action === "rerequested" ? undefined : firstInstant("check_suite.updated_at", suite.updated_at)) ?? event.receivedAt,
    facts: present({
      action,
      id: suite.id,
      name: told(suite.app?.slug) ?? told(suite.app?.name) ?? "check-suite",
      status: told(suite.status) ?? action,
      conclusion: told(suite.conclusion),
      pullRequests: numbers(suite.pull_requests),
    }),
  };
}

const statusEvent = z.object({ id, sha, context: text, state: text, created_at: moment, updated_at: moment, repository });

/** `status`: a commit status of the older API. */
export function status(event: GithubEvent): Reading {
  const sent = read(statusEvent, event.body);
  return {
    kind: "status",
    subject: commitSubject(sent.repository.full_name, sent.sha),
    occurredAt: firstInstant("updated_at", sent.updated_at, sent.created_at) ?? event.receivedAt,
    facts: { id: sent.id, context: sent.context, state: sent.state },
  };
}

const workflowRunEvent = z.object({
  action: text,
  repository,
  workflow_run: z.object({
    id,
    name: maybeText,
    head_sha: sha,
    event: maybeText,
    status: text,
    conclusion: maybeText,
    run_attempt: id.nullish(),
    updated_at: moment,
  }),
});

/** `workflow_run`, every action. */
export function workflowRun(event: GithubEvent): Reading {
  const { action, workflow_run: run, repository: repo } = read(workflowRunEvent, event.body);
  return {
    kind: "workflow-run",
    subject: commitSubject(repo.full_name, run.head_sha),
    occurredAt: firstInstant("workflow_run.updated_at", run.updated_at) ?? event.receivedAt,
    facts: present({
      action,
      id: run.id,
      attempt: run.run_attempt ?? undefined,
      name: told(run.name),
      event: told(run.event),
      status: run.status,
      conclusion: told(run.conclusion),
    }),
  };
}
