import type { GithubLists } from "../reconcile/ports.ts";

/** Members of an answer of GitHub's API that its webhook has too. */
export type HostAnswer = Readonly<Record<string, unknown>>;

export interface HostPull {
  readonly number: number;
  /** RFC 3339, UTC, ms. */
  readonly updatedAt: string;
  readonly open: boolean;
  readonly head: string;
}

/** What GitHub's API tells of a repository's past. Throws an error with a LookupCode. */
export interface GithubHistory extends Pick<GithubLists, "defaultBranch" | "refs" | "updates" | "commits"> {
  /** All pull requests, by number, the first first. */
  pulls(repository: string): AsyncIterable<HostPull>;
  /** The highest number of a pull request; 0 without any. */
  lastPull(repository: string): Promise<number>;
  /** Undefined when it is gone. */
  pull(repository: string, number: number): Promise<HostAnswer | undefined>;
  reviews(repository: string, number: number): AsyncIterable<HostAnswer>;
  /** The body of a `github-lookup` delivery: the pull request's commits with their authors. */
  commitsOfPull(repository: string, number: number, head: string): Promise<Uint8Array>;
  checkRuns(repository: string, sha: string): AsyncIterable<HostAnswer>;
  /** Issues that changed since then, the first made first; pull requests are none. */
  issues(repository: string, since: string): AsyncIterable<HostAnswer & { readonly number: number }>;
}

/** How far a backfill has come; kept by whoever runs it. */
export interface BackfillState {
  /** Of a repository, as `owner/name`: what is in. */
  readonly github: Readonly<Record<string, { readonly refs: readonly string[]; readonly pull: number; readonly issue: number }>>;
  /** Of a group, as `<account>/<region>/<application>/<group>`: created up to here, exclusively. */
  readonly codedeploy: Readonly<Record<string, string>>;
}

export const NOTHING_FILLED: BackfillState = { github: {}, codedeploy: {} };
