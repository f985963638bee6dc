import type { GithubHistory, HostAnswer } from "@change-ledger/query";
import type { GithubLookups } from "@change-ledger/sources";
import * as z from "zod";
import { ownerAndName } from "./github.ts";
import { githubLists } from "./github-lists.ts";
import type { GithubPages } from "./github-pages.ts";
import { LookupError } from "./lookup-fault.ts";

const account = z.object({ id: z.number().optional(), login: z.string().optional() }).nullish();
const side = z.object({ sha: z.string(), ref: z.string(), repo: z.object({ full_name: z.string() }).nullish() });

/** Of a pull request what its webhook is read for. */
const pull = z.object({
  number: z.int(),
  state: z.string(),
  merged: z.boolean().nullish(),
  draft: z.boolean().nullish(),
  title: z.string().nullish(),
  body: z.string().nullish(),
  user: account,
  author_association: z.string().nullish(),
  head: side,
  base: side,
  labels: z.array(z.object({ name: z.string() })).nullish(),
  merge_commit_sha: z.string().nullish(),
  merged_by: account,
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: z.string().nullish(),
  merged_at: z.string().nullish(),
});

const review = z.object({
  id: z.number(),
  user: account,
  state: z.string(),
  commit_id: z.string().nullish(),
  author_association: z.string().nullish(),
  submitted_at: z.string().nullish(),
});

const issue = z.object({
  number: z.int(),
  state: z.string(),
  state_reason: z.string().nullish(),
  type: z.object({ name: z.string().nullish() }).nullish(),
  user: account,
  assignee: account,
  labels: z.array(z.object({ name: z.string() })).nullish(),
  created_at: z.string(),
  updated_at: z.string(),
  pull_request: z.unknown().optional(),
});

const checkRun = z.object({
  id: z.number(),
  name: z.string(),
  head_sha: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  pull_requests: z.array(z.object({ number: z.int() })).nullish(),
});

/** A repository's past as GitHub's REST API tells it. Needs read access to contents, pull requests, checks and issues. */
export function githubHistory(pages: GithubPages, lookups: Pick<GithubLookups, "pullRequestCommits">): GithubHistory {
  const { defaultBranch, refs, updates, commits } = githubLists(pages);
  const of = (repository: string, number: number) => ({ ...ownerAndName(repository), pull_number: number });
  return {
    defaultBranch,
    refs,
    updates,
    commits,
    async *pulls(repository) {
      const all = { ...ownerAndName(repository), state: "all", sort: "created", direction: "asc" };
      for await (const { number, updated_at, state, head } of pages.all("GET /repos/{owner}/{repo}/pulls", all, pull))
        yield { number, updatedAt: new Date(updated_at).toISOString(), open: state === "open", head: head.sha };
    },
    async lastPull(repository) {
      const newest = { ...ownerAndName(repository), state: "all", sort: "created", direction: "desc", per_page: 1 };
      for await (const { number } of pages.all("GET /repos/{owner}/{repo}/pulls", newest, pull)) return number;
      return 0;
    },
    pull: (repository, number) => pages.one("GET /repos/{owner}/{repo}/pulls/{pull_number}", of(repository, number), pull),
    reviews: (repository, number): AsyncGenerator<HostAnswer> =>
      unlessGone(pages.all("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", of(repository, number), review)),
    commitsOfPull: (repository, number, head) => lookups.pullRequestCommits(repository, number, head),
    checkRuns: (repository, sha): AsyncGenerator<HostAnswer> =>
      unlessGone(
        pages.all("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ...ownerAndName(repository), ref: sha }, checkRun, "check_runs"),
      ),
    async *issues(repository, since) {
      const all = { ...ownerAndName(repository), state: "all", sort: "created", direction: "asc", since };
      for await (const { pull_request: isPull, ...one } of pages.all("GET /repos/{owner}/{repo}/issues", all, issue))
        if (isPull === undefined || isPull === null) yield one;
    },
  };
}

/** A commit that no branch holds any more, or a pull request that was deleted meanwhile, has nothing to tell. */
async function* unlessGone<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof LookupError) || error.code !== "not-found") throw error;
  }
}
