import type { Found } from "@change-ledger/ledger";
import { FINDER_HEADER, type Finder } from "@change-ledger/sources";
import { commitsOf } from "../reconcile/github.ts";
import { historyDelivery, pushDelivery } from "../reconcile/github-push.ts";
import type { BackfillState, GithubHistory, HostAnswer, HostPull } from "./ports.ts";

const FINDER: Finder = "backfill";

/** What is to be handed in next, and how far that is. `state` holds once `found` is in. */
export interface BackfillStep {
  readonly found: readonly Found[];
  readonly state: BackfillState;
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

export interface GithubQuestion {
  /** `owner/name` */
  readonly repository: string;
  /** RFC 3339, UTC, ms. */
  readonly since: string;
  /** Refs besides the default branch, in full; a trailing `*` matches any rest. */
  readonly refs: readonly string[];
  readonly state: BackfillState;
  /** RFC 3339, UTC, ms. */
  readonly now: () => string;
}

/**
 * A repository's history as GitHub's API tells it: updates of its branches with their commits; pull requests with reviews, commits and the checks of their heads;
 * issues. In that order, and within each the oldest first, so that a state says it all. What is in already is passed over.
 */
export async function* githubBackfill(
  host: GithubHistory,
  { repository, since, refs, state, now }: GithubQuestion,
): AsyncGenerator<BackfillStep> {
  let mine = state.github[repository] ?? { refs: [], pull: 0, issue: 0 };
  const step = (found: readonly Found[], what: string, done: number, of: number): BackfillStep => ({
    found,
    state: { ...state, github: { ...state.github, [repository]: mine } },
    what: `${repository} ${what}`,
    done,
    of,
  });
  const made = () => ({ finder: FINDER, receivedAt: now() });
  const told = (event: string, key: string, sent: HostAnswer): Found => ({ delivery: historyDelivery(event, key, sent, made()) });
  const at = { full_name: repository };

  const defaultBranch = await host.defaultBranch(repository);
  if (defaultBranch === undefined) throw new RangeError(`there is no repository ${repository}, or it cannot be read`);
  for (const ref of await refsOf(host, repository, defaultBranch, refs)) {
    if (mine.refs.includes(ref)) continue;
    const updates = (await host.updates(repository, ref, since)) ?? [];
    for (const [nth, update] of updates.entries()) {
      const commits = await commitsOf(host, repository, update);
      const branch = { repository, ref, defaultBranch };
      yield step([{ delivery: pushDelivery(branch, update, commits, made()) }], ref, nth + 1, updates.length);
    }
    mine = { ...mine, refs: [...mine.refs, ref] };
    yield step([], ref, 1, 1);
  }

  const last = await host.lastPull(repository);
  for await (const pull of host.pulls(repository)) {
    if (pull.number <= mine.pull) continue;
    const found = pull.updatedAt < since ? [] : await pullFound(host, repository, pull, told);
    mine = { ...mine, pull: pull.number };
    yield step(found, "pull requests", pull.number, last);
  }
  for await (const issue of host.issues(repository, since)) {
    if (issue.number <= mine.issue) continue;
    const { number, state: status, updated_at: updated } = issue;
    mine = { ...mine, issue: number };
    const sent = { action: status === "closed" ? "closed" : "backfilled", repository: at, issue };
    yield step([told("issues", `issue/${number}/${String(status)}/${String(updated)}`, sent)], "issues", number, Math.max(number, last));
  }

  async function pullFound(from: GithubHistory, name: string, pull: HostPull, tell: typeof told): Promise<Found[]> {
    const { number } = pull;
    const answer = await from.pull(name, number);
    if (answer === undefined) return [];
    const { merge_commit_sha: merge, merged_by: merger } = answer;
    // Closed as it is, it is as its closing event told it; of an open one nobody can say how it was opened.
    const action = pull.open ? "backfilled" : "closed";
    const ends = pull.open ? pull.head : String(merge ?? pull.head);
    const found = [
      tell("pull_request", `pull/${action}/${ends}`, {
        action,
        repository: at,
        pull_request: answer,
        ...(merger !== null && merger !== undefined && { sender: merger }),
      }),
    ];
    for await (const review of from.reviews(name, number)) {
      const sent = { action: "submitted", repository: at, pull_request: { number }, review, sender: review["user"] };
      found.push(tell("pull_request_review", `review/${String(review["id"])}/${String(review["state"]).toLowerCase()}`, sent));
    }
    const commits = await from.commitsOfPull(name, number, pull.head);
    const { receivedAt } = made();
    found.push({ delivery: { system: "github-lookup", receivedAt, headers: { [FINDER_HEADER]: FINDER }, body: commits } });
    for await (const run of from.checkRuns(name, pull.head)) {
      const action = run["status"] === "completed" ? "completed" : "created";
      const key = `check-run/${String(run["id"])}/${String(run["conclusion"] ?? run["status"])}`;
      found.push(tell("check_run", key, { action, repository: at, check_run: run }));
    }
    return found;
  }
}

async function refsOf(
  host: GithubHistory,
  repository: string,
  defaultBranch: string,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const refs = new Set([`refs/heads/${defaultBranch}`]);
  for (const pattern of patterns) {
    if (!pattern.endsWith("*")) refs.add(pattern);
    else for (const ref of await host.refs(repository, pattern.slice(0, -1))) refs.add(ref);
  }
  return [...refs];
}
