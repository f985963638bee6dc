import type { Webhook } from "./emitted.ts";
import { type GithubAt, githubWebhook, nodeId, user } from "./github-event.ts";
import { toSecond } from "./identifiers.ts";

export type Conclusion = "success" | "failure" | "cancelled" | "timed_out";

/** A check of a commit, told when it is done. Times are milliseconds of the epoch. */
export interface Check {
  readonly id: number;
  readonly name: string;
  readonly sha: string;
  readonly branch: string;
  readonly conclusion: Conclusion;
  readonly startedAtMs: number;
  readonly completedAtMs: number;
  /** Numbers of the pull requests that GitHub ties it to. */
  readonly pullRequests: readonly number[];
}

const pulls = (check: Check) => check.pullRequests.map((number) => ({ number }));

/** `check_run`, completed */
export function checkRunEvent(at: GithubAt, check: Check): Webhook {
  return githubWebhook(at, "check_run", {
    action: "completed",
    check_run: {
      id: check.id,
      ...(at.lean ? {} : { node_id: nodeId("CR", check.id), details_url: "https://ci.acme.example" }),
      name: check.name,
      head_sha: check.sha,
      status: "completed",
      conclusion: check.conclusion,
      started_at: toSecond(check.startedAtMs),
      completed_at: toSecond(check.completedAtMs),
      pull_requests: pulls(check),
      check_suite: { id: check.id + 1, head_branch: check.branch, head_sha: check.sha, pull_requests: pulls(check) },
    },
  });
}

/** `check_suite`, completed; `name` is the app's. */
export function checkSuiteEvent(at: GithubAt, check: Check): Webhook {
  return githubWebhook(at, "check_suite", {
    action: "completed",
    check_suite: {
      id: check.id,
      ...(at.lean ? {} : { node_id: nodeId("CS", check.id) }),
      head_branch: check.branch,
      head_sha: check.sha,
      status: "completed",
      conclusion: check.conclusion,
      created_at: toSecond(check.startedAtMs),
      updated_at: toSecond(check.completedAtMs),
      app: { slug: check.name, name: check.name },
      pull_requests: pulls(check),
    },
  });
}

/** `workflow_run`, completed */
export function workflowRunEvent(at: GithubAt, check: Check): Webhook {
  return githubWebhook(at, "workflow_run", {
    action: "completed",
    workflow_run: {
      id: check.id,
      ...(at.lean ? {} : { node_id: nodeId("WFR", check.id), path: `.github/workflows/${check.name}.yml` }),
      name: check.name,
      head_branch: check.branch,
      head_sha: check.sha,
      event: "pull_request",
      status: "completed",
      conclusion: check.conclusion,
      run_attempt: 1,
      created_at: toSecond(check.startedAtMs),
      updated_at: toSecond(check.completedAtMs),
    },
  });
}

/** `status`: a commit status of the older API. */
export function statusEvent(
  at: GithubAt,
  status: {
    readonly id: number;
    readonly sha: string;
    readonly context: string;
    readonly state: "success" | "failure" | "pending" | "error";
    readonly atMs: number;
  },
): Webhook {
  const when = toSecond(status.atMs);
  return githubWebhook(at, "status", {
    id: status.id,
    sha: status.sha,
    name: at.repository.fullName,
    context: status.context,
    state: status.state,
    description: null,
    target_url: null,
    created_at: when,
    updated_at: when,
  });
}

export interface HostDeployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly environment: string;
  readonly createdAtMs: number;
}

function deploymentObject(at: GithubAt, made: HostDeployment): Readonly<Record<string, unknown>> {
  return {
    id: made.id,
    sha: made.sha,
    ref: made.ref,
    task: "deploy",
    environment: made.environment,
    creator: user(at, at.sender),
    created_at: toSecond(made.createdAtMs),
    updated_at: toSecond(made.createdAtMs),
  };
}

/** `deployment`: GitHub's own record of one. */
export function hostDeploymentEvent(at: GithubAt, made: HostDeployment): Webhook {
  return githubWebhook(at, "deployment", { action: "created", deployment: deploymentObject(at, made) });
}

/** `deployment_status` */
export function hostDeploymentStatusEvent(
  at: GithubAt,
  made: HostDeployment,
  state: "in_progress" | "success" | "failure" | "inactive",
  atMs: number,
): Webhook {
  const when = toSecond(atMs);
  return githubWebhook(at, "deployment_status", {
    action: "created",
    deployment_status: {
      id: made.id + 1,
      state,
      environment: made.environment,
      creator: user(at, at.sender),
      created_at: when,
      updated_at: when,
    },
    deployment: deploymentObject(at, made),
  });
}
