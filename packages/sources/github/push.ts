import * as z from "zod";
import { instantOf } from "../instant.ts";
import { flag, present, told } from "../present.ts";
import { flagged, maybeText, moment, prose, read, sha, text } from "../read.ts";
import type { Reading } from "../source.ts";
import { commitFact } from "./commit.ts";
import { auditSubject, type GithubEvent, refSubject, repository, repositoryName } from "./shapes.ts";

/** GitHub lists at most this many commits of a push. */
const PUSH_MAX_COMMITS = 2048;

const signed = z.object({ username: maybeText, email: prose }).nullish();

const pushEvent = z.object({
  ref: text,
  before: sha,
  after: sha,
  created: flagged,
  deleted: flagged,
  forced: flagged,
  head_commit: z.object({ timestamp: z.unknown().optional() }).nullish(),
  commits: z.array(z.object({ id: sha, message: prose, author: signed, committer: signed })).nullish(),
  repository: z.object({ full_name: repositoryName, default_branch: maybeText, pushed_at: moment }),
});

/** `push`: GitHub lists the commits oldest first. */
export function push(event: GithubEvent): Reading {
  const sent = read(pushEvent, event.body);
  const key = event.settings.identityKey;
  const commits = sent.commits ?? [];
  return {
    kind: "push",
    subject: refSubject(sent.repository.full_name, sent.ref),
    occurredAt: pushedAt(sent) ?? event.receivedAt,
    facts: present({
      before: sent.before,
      after: sent.after,
      forced: flag(sent.forced),
      created: flag(sent.created),
      deleted: flag(sent.deleted),
      default: flag(sent.ref === `refs/heads/${sent.repository.default_branch}`),
      commits: commits.map(({ id, author, committer, message }) =>
        commitFact(id, { author: signature(author), committer: signature(committer), message: message ?? "" }, key),
      ),
      truncated: flag(commits.length >= PUSH_MAX_COMMITS),
    }),
  };
}

function signature(by: z.output<typeof signed>) {
  return { login: by?.username, email: by?.email };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The repository's `pushed_at` (seconds of the epoch in this event), which GitHub sets as it takes the push. A commit's date is never the
 * time of the push, since its author sets it; it only shows a `pushed_at` that lies more than a day before it to be left over from an earlier push.
 */
function pushedAt(sent: z.output<typeof pushEvent>): string | undefined {
  const at = sent.repository.pushed_at;
  if (at === null || at === undefined) return undefined;
  const pushed = instantOf(at, "repository.pushed_at");
  const stamp = sent.head_commit?.timestamp;
  if (typeof stamp !== "string") return pushed;
  const committedMs = Date.parse(stamp);
  return committedMs - Date.parse(pushed) > DAY_MS ? undefined : pushed;
}

const refEvent = z.object({ ref: text.nullish(), ref_type: text, repository });

/** `create` and `delete` of a branch or tag. They tell no time of their own. */
export function refChange(event: GithubEvent): Reading {
  const sent = read(refEvent, event.body);
  const folder = sent.ref_type === "tag" ? "tags" : "heads";
  return {
    kind: "ref-change",
    // Old servers send `create` for a whole repository, without a ref.
    subject: sent.ref ? refSubject(sent.repository.full_name, `refs/${folder}/${sent.ref}`) : auditSubject(event.body),
    occurredAt: event.receivedAt,
    facts: { action: event.name === "create" ? "created" : "deleted", refType: sent.ref_type },
  };
}

const mergeGroupEvent = z.object({
  action: text,
  reason: maybeText,
  merge_group: z.object({ head_sha: sha, head_ref: text, base_sha: sha, base_ref: text }),
  repository,
});

/** `merge_group`: the merge queue's attempt on its base branch. It tells no time. */
export function mergeGroup(event: GithubEvent): Reading {
  const { action, reason, merge_group: group, repository: repo } = read(mergeGroupEvent, event.body);
  return {
    kind: "merge-group",
    subject: refSubject(repo.full_name, group.base_ref),
    occurredAt: event.receivedAt,
    facts: present({
      action,
      head: group.head_sha,
      headRef: group.head_ref,
      base: group.base_sha,
      baseRef: group.base_ref,
      reason: told(reason),
    }),
  };
}
