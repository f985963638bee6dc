import { canonicalBytes, type Delivery } from "@change-ledger/model";
import { FINDER_HEADER, type Finder } from "@change-ledger/sources";
import type { HostCommit, ListedUpdate } from "./ports.ts";

/** Where a branch belongs. */
export interface Branch {
  /** `owner/name` */
  readonly repository: string;
  /** `refs/heads/main` */
  readonly ref: string;
  /** `main` */
  readonly defaultBranch: string;
}

/** A delivery of `github-history`: what `sent` tells, named `key`, as its webhook would have told it. */
export function historyDelivery(
  event: string,
  key: string,
  sent: Readonly<Record<string, unknown>>,
  { finder, receivedAt }: { readonly finder: Finder; readonly receivedAt: string },
): Delivery {
  const body = canonicalBytes(JSON.parse(JSON.stringify({ event, key, sent })));
  return { system: "github-history", receivedAt, headers: { [FINDER_HEADER]: finder }, body };
}

/** A branch's update, with the commits that it brought, in the members of a push's webhook. */
export function pushDelivery(
  { repository, ref, defaultBranch }: Branch,
  update: ListedUpdate,
  { commits, truncated }: { readonly commits: readonly HostCommit[]; readonly truncated: boolean },
  made: { readonly finder: Finder; readonly receivedAt: string },
): Delivery {
  const { before, after, at, forced, created, deleted, actor } = update;
  const sent = {
    ref,
    before,
    after,
    forced,
    created,
    deleted,
    ...(truncated && { truncated }),
    commits: commits.map(({ sha, author, committer, commit }) => ({
      id: sha,
      message: commit.message,
      author: { username: author?.login, email: commit.author?.email },
      committer: { username: committer?.login, email: commit.committer?.email },
    })),
    repository: { full_name: repository, default_branch: defaultBranch, pushed_at: at },
    ...(actor !== undefined && { sender: actor }),
  };
  return historyDelivery("push", `push/${before}..${after}/${at}`, sent, made);
}
