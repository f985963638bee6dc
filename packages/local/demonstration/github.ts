import type { Webhook } from "./emitted.ts";
import { type GithubAt, githubWebhook, nodeId, repository, user } from "./github-event.ts";
import { NO_COMMIT, numberOf, toSecond } from "./identifiers.ts";
import { type Person, WEB_FLOW } from "./people.ts";

/** A commit as pushes tell it. */
export interface Commit {
  readonly sha: string;
  readonly author: Person;
  /** Set where GitHub made the commit (squash, merge and rebase by the button). */
  readonly byGithub?: boolean | undefined;
  readonly coAuthors?: readonly Person[] | undefined;
  readonly message: string;
  /** Milliseconds of the epoch; chosen by the author. */
  readonly atMs: number;
}

/** A pull request as it stands when GitHub tells of it. Times are milliseconds of the epoch. */
export interface PullState {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly head: string;
  readonly headRef: string;
  readonly base: string;
  readonly state: "open" | "closed";
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly closedAtMs?: number | undefined;
  readonly merged?: { readonly sha: string; readonly by: Person } | undefined;
  /** Number of commits. */
  readonly commits: number;
}

export type PullRequestAction =
  | "opened"
  | "edited"
  | "synchronize"
  | "labeled"
  | "unlabeled"
  | "review_requested"
  | "review_request_removed"
  | "ready_for_review"
  | "converted_to_draft"
  | "assigned"
  | "closed"
  | "reopened"
  | "enqueued"
  | "dequeued";

/** What the action is about: the head before, a label, the reviewer or assignee. */
export interface PullRequestAbout {
  readonly before?: string | undefined;
  readonly label?: string | undefined;
  readonly person?: Person | undefined;
}

function pullObject(at: GithubAt, pull: PullState): Readonly<Record<string, unknown>> {
  const id = numberOf("pull", at.repository.fullName, pull.number);
  const url = `https://api.github.com/repos/${at.repository.fullName}/pulls/${pull.number}`;
  const repo = { full_name: at.repository.fullName, ...(at.lean ? {} : { id: numberOf("repository", at.repository.fullName) }) };
  return {
    ...(at.lean
      ? {}
      : { url, id, node_id: nodeId("PR", id), html_url: `https://github.com/${at.repository.fullName}/pull/${pull.number}` }),
    number: pull.number,
    state: pull.state,
    title: pull.title,
    user: user(at, pull.author),
    body: pull.body,
    created_at: toSecond(pull.createdAtMs),
    updated_at: toSecond(pull.updatedAtMs),
    closed_at: pull.closedAtMs === undefined ? null : toSecond(pull.closedAtMs),
    merged_at: pull.merged === undefined || pull.closedAtMs === undefined ? null : toSecond(pull.closedAtMs),
    // An open pull request has that of a test merge here.
    merge_commit_sha: pull.merged?.sha ?? null,
    merged: pull.merged !== undefined,
    merged_by: pull.merged === undefined ? null : user(at, pull.merged.by),
    draft: pull.draft,
    labels: pull.labels.map((name) => (at.lean ? { name } : { id: numberOf("label", name), name, color: "d73a4a", default: false })),
    author_association: pull.author.association,
    head: { ref: pull.headRef, sha: pull.head, repo },
    base: { ref: at.repository.defaultBranch, sha: pull.base, repo },
    commits: pull.commits,
  };
}

/** `pull_request` */
export function pullRequestEvent(at: GithubAt, action: PullRequestAction, pull: PullState, about: PullRequestAbout = {}): Webhook {
  const person = about.person === undefined ? {} : { [action === "assigned" ? "assignee" : "requested_reviewer"]: user(at, about.person) };
  return githubWebhook(at, "pull_request", {
    action,
    number: pull.number,
    pull_request: pullObject(at, pull),
    ...(action === "synchronize" ? { before: about.before, after: pull.head } : {}),
    ...(about.label === undefined ? {} : { label: { name: about.label } }),
    ...person,
  });
}

export interface ReviewState {
  readonly id: number;
  readonly by: Person;
  readonly state: "approved" | "changes_requested" | "commented" | "dismissed";
  /** The commit that was reviewed. */
  readonly commit: string;
  readonly submittedAtMs: number;
  readonly updatedAtMs: number;
}

/** `pull_request_review` */
export function reviewEvent(at: GithubAt, action: "submitted" | "edited" | "dismissed", pull: PullState, review: ReviewState): Webhook {
  return githubWebhook(at, "pull_request_review", {
    action,
    review: {
      id: review.id,
      ...(at.lean ? {} : { node_id: nodeId("PRR", review.id) }),
      user: user(at, review.by),
      body: null,
      commit_id: review.commit,
      submitted_at: toSecond(review.submittedAtMs),
      updated_at: toSecond(review.updatedAtMs),
      state: review.state,
      author_association: review.by.association,
    },
    pull_request: pullObject(at, pull),
  });
}

export interface Push {
  /** In full: `refs/heads/main`. */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced?: boolean | undefined;
  /** Oldest first. */
  readonly commits: readonly Commit[];
  readonly pushedAtMs: number;
}

/** `push`; `repository.pushed_at` is in seconds of the epoch in this event alone. */
export function pushEvent(at: GithubAt, push: Push): Webhook {
  const commits = push.commits.map((commit) => commitObject(at, commit));
  return githubWebhook(at, "push", {
    ref: push.ref,
    before: push.before,
    after: push.after,
    repository: repository(at, { pushed_at: Math.floor(push.pushedAtMs / 1000) }),
    pusher: { name: at.sender.login, email: at.sender.mail },
    created: push.before === NO_COMMIT,
    deleted: push.after === NO_COMMIT,
    forced: push.forced === true,
    base_ref: null,
    ...(at.lean
      ? {}
      : { compare: `https://github.com/${at.repository.fullName}/compare/${push.before.slice(0, 12)}...${push.after.slice(0, 12)}` }),
    commits,
    head_commit: commits.at(-1) ?? null,
  });
}

function commitObject(at: GithubAt, commit: Commit): Readonly<Record<string, unknown>> {
  const author = { name: commit.author.name, email: commit.author.mail, username: commit.author.login };
  const trailers = (commit.coAuthors ?? []).map(({ name, mail }) => `Co-authored-by: ${name} <${mail}>`);
  return {
    id: commit.sha,
    ...(at.lean ? {} : { tree_id: commit.sha, distinct: true, url: `https://github.com/${at.repository.fullName}/commit/${commit.sha}` }),
    message: [commit.message, ...(trailers.length === 0 ? [] : ["", ...trailers])].join("\n"),
    timestamp: toSecond(commit.atMs),
    author,
    committer: commit.byGithub ? { name: WEB_FLOW.name, email: WEB_FLOW.mail, username: WEB_FLOW.login } : author,
    ...(at.lean ? {} : { added: [], removed: [], modified: [] }),
  };
}

/** `create` and `delete` of a branch. @param branch its short name */
export function branchEvent(at: GithubAt, event: "create" | "delete", branch: string): Webhook {
  const made = event === "create" ? { master_branch: at.repository.defaultBranch, description: null } : {};
  return githubWebhook(at, event, { ref: branch, ref_type: "branch", pusher_type: "user", ...made });
}

/** `merge_group`: the merge queue's attempt. */
export function mergeGroupEvent(
  at: GithubAt,
  action: "checks_requested" | "destroyed",
  group: { readonly head: string; readonly headRef: string; readonly base: string; readonly reason?: "merged" | "invalidated" | undefined },
): Webhook {
  return githubWebhook(at, "merge_group", {
    action,
    ...(group.reason === undefined ? {} : { reason: group.reason }),
    merge_group: {
      head_sha: group.head,
      head_ref: `refs/heads/${group.headRef}`,
      base_sha: group.base,
      base_ref: `refs/heads/${at.repository.defaultBranch}`,
    },
  });
}

/** `issues`: GitHub's own tickets. */
export function issueEvent(
  at: GithubAt,
  action: "opened" | "edited" | "labeled" | "assigned" | "closed" | "reopened",
  issue: {
    readonly number: number;
    readonly title: string;
    readonly by: Person;
    readonly state: "open" | "closed";
    readonly labels: readonly string[];
    readonly createdAtMs: number;
    readonly updatedAtMs: number;
  },
): Webhook {
  return githubWebhook(at, "issues", {
    action,
    issue: {
      number: issue.number,
      title: issue.title,
      user: user(at, issue.by),
      state: issue.state,
      state_reason: issue.state === "closed" ? "completed" : null,
      labels: issue.labels.map((name) => ({ name })),
      created_at: toSecond(issue.createdAtMs),
      updated_at: toSecond(issue.updatedAtMs),
      closed_at: issue.state === "closed" ? toSecond(issue.updatedAtMs) : null,
      body: null,
    },
  });
}
