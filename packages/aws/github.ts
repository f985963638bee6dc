import { canonicalBytes } from "@change-ledger/model";
import type { GithubLookups, LookupCode } from "@change-ledger/sources";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/core";
import * as z from "zod";
import { LookupError } from "./lookup-fault.ts";

/** GitHub lists at most this many commits of a pull request. */
export const MAX_PULL_REQUEST_COMMITS = 250;
/** And so many files. */
export const MAX_PULL_REQUEST_FILES = 3000;
/** Rule suites of a ref that are looked through for that of a push, the latest first. */
const MAX_RULE_SUITES = 1000;
const A_PAGE = 100;

/** Credentials of a GitHub App's installation; `baseUrl` is that of an Enterprise Server's API (`https://host/api/v3`). */
export const githubAppSchema = z.strictObject({
  appId: z.union([z.string().min(1), z.int().positive()]),
  privateKey: z.string().min(1),
  installationId: z.union([z.string().regex(/^\d+$/).transform(Number), z.int().positive()]),
  baseUrl: z.url().optional(),
});
export type GithubApp = z.output<typeof githubAppSchema>;

/** A token of a user or a machine, in place of an App. */
const githubTokenSchema = z.strictObject({ token: z.string().min(1), baseUrl: z.url().optional() });

/** Whoever asks GitHub, by the credentials in `GITHUB_APP`: an App's installation, or `{token, baseUrl?}`. */
export interface GithubAsker {
  readonly as: "app" | "token";
  readonly octokit: Octokit;
}

/** @returns undefined without credentials. @throws ZodError when they have neither form */
export function githubAsker(environment: Readonly<Record<string, string | undefined>>): GithubAsker | undefined {
  const text = environment["GITHUB_APP"];
  if (text === undefined || text === "") return undefined;
  const given: unknown = JSON.parse(text);
  const token = githubTokenSchema.safeParse(given);
  if (token.success) return { as: "token", octokit: githubTokenClient(token.data.token, token.data.baseUrl) };
  return { as: "app", octokit: githubAppClient(githubAppSchema.parse(given)) };
}

/** The App needs read access to contents and pull requests. */
export function githubAppClient(app: GithubApp): Octokit {
  const { baseUrl, ...auth } = app;
  return new Octokit({ authStrategy: createAppAuth, auth, ...(baseUrl === undefined ? {} : { baseUrl }), log: SILENT });
}

/** Whoever holds a token; `baseUrl` as of an App. */
export function githubTokenClient(token: string, baseUrl?: string): Octokit {
  return new Octokit({ auth: token, ...(baseUrl === undefined ? {} : { baseUrl }), log: SILENT });
}

/** Octokit logs deprecations with the URL asked for; what is logged is our business. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export const HEADERS = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };

/** GitHub through its REST API. */
export function githubLookups(octokit: Pick<Octokit, "request">): GithubLookups {
  return {
    async pullRequestCommits(repository, number, head) {
      const { found: commits, truncated } = await listed(octokit, "list commits", {
        route: "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits",
        parameters: { ...ownerAndName(repository), pull_number: number },
        item: apiCommit,
        most: MAX_PULL_REQUEST_COMMITS,
      });
      // Oldest first: the last one is the head that GitHub speaks of, which a push may have moved since.
      const present = truncated ? head : (commits.at(-1)?.sha ?? head);
      const answer = { kind: "pull-request-commits", repository, number, head: present, commits };
      return canonicalBytes(truncated ? { ...answer, truncated } : answer);
    },
    async pullRequestFiles(repository, number, head) {
      const { found: files, truncated } = await listed(octokit, "list files", {
        route: "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
        parameters: { ...ownerAndName(repository), pull_number: number },
        item: apiFile,
        most: MAX_PULL_REQUEST_FILES,
      });
      const answer = { kind: "pull-request-files", repository, number, head, files };
      return canonicalBytes(truncated ? { ...answer, truncated } : answer);
    },
    async ruleSuite({ repository, ref, before, after }) {
      const { found } = await listed(octokit, "list rule suites", {
        route: "GET /repos/{owner}/{repo}/rulesets/rule-suites",
        parameters: { ...ownerAndName(repository), ref, time_period: "month" },
        item: apiSuite,
        most: MAX_RULE_SUITES,
        until: (suite) => isOf(suite, before, after),
      });
      const suite = found.find((one) => isOf(one, before, after));
      if (suite === undefined) throw new LookupError("not-found", "GitHub, list rule suites: none of this push");
      return canonicalBytes({ kind: "rule-suite", repository, ref, before, after, suite });
    },
    async commit(repository, sha) {
      const { data } = await told("get commit", () =>
        octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
          ...ownerAndName(repository),
          ref: sha,
          per_page: 1,
          headers: HEADERS,
        }),
      );
      return canonicalBytes({ kind: "commit", repository, sha, commit: read(apiCommit, data) });
    },
  };
}

/** A push is judged each time that it is tried: what was refused brought nothing. */
const isOf = ({ before_sha, after_sha, result }: z.output<typeof apiSuite>, before: string, after: string): boolean =>
  after_sha === after && (before_sha ?? before) === before && result !== "fail";

interface List<T extends z.ZodType> {
  readonly route: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly item: T;
  /** Where we stop, or GitHub does. */
  readonly most: number;
  /** The last one that is wanted. */
  readonly until?: (item: z.output<T>) => boolean;
}

async function listed<T extends z.ZodType>(
  octokit: Pick<Octokit, "request">,
  operation: string,
  { route, parameters, item, most, until }: List<T>,
): Promise<{ readonly found: readonly z.output<T>[]; readonly truncated: boolean }> {
  const found: z.output<T>[] = [];
  for (let page = 1; found.length < most; page++) {
    const { data } = await told(operation, () => octokit.request(route, { ...parameters, per_page: A_PAGE, page, headers: HEADERS }));
    const items = read(z.array(item), data);
    found.push(...items);
    if (items.length < A_PAGE || (until !== undefined && items.some(until))) break;
  }
  return { found, truncated: found.length >= most };
}

/** Of a file its names, and what was done to it; not what is in it. */
const apiFile = z.object({ filename: z.string(), previous_filename: z.string().optional(), status: z.string().optional() });

const apiSuite = z.object({
  id: z.number(),
  result: z.string(),
  before_sha: z.string().nullish(),
  after_sha: z.string(),
  actor_id: z.number().nullish(),
  actor_name: z.string().nullish(),
  pushed_at: z.string().nullish(),
});

const account = z.object({ id: z.number().optional(), login: z.string().optional() }).nullish();
const signed = z.object({ email: z.string().nullish() }).nullish();

/** What we keep of GitHub's commit object: no dates, no files, no links. */
const apiCommit = z.object({
  sha: z.string(),
  author: account,
  committer: account,
  parents: z.array(z.object({ sha: z.string() })),
  commit: z.object({ author: signed, committer: signed, message: z.string() }),
});

function read<T extends z.ZodType>(schema: T, data: unknown): z.output<T> {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new LookupError("unavailable", "GitHub: expected objects of the REST API");
  return parsed.data;
}

export function ownerAndName(repository: string): { owner: string; repo: string } {
  const [owner, repo, more] = repository.split("/");
  if (!owner || !repo || more !== undefined) throw new LookupError("not-found", "GitHub: expected a repository as owner/name");
  return { owner, repo };
}

export async function told<T>(operation: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LookupError) throw error;
    const { status, response } = error as { status?: number; response?: { headers?: Readonly<Record<string, unknown>> } };
    throw new LookupError(codeOf(status, response?.headers ?? {}), `GitHub, ${operation}: status ${status ?? "none"}`);
  }
}

/** GitHub answers 403 both to who may not and to who asks too often; its headers tell the two apart. */
function codeOf(status: number | undefined, headers: Readonly<Record<string, unknown>>): LookupCode {
  const limited = headers["retry-after"] !== undefined || String(headers["x-ratelimit-remaining"]) === "0";
  if (status === 429 || (status === 403 && limited)) return "throttled";
  if (status === 401 || status === 403) return "denied";
  // 422: GitHub knows no commit of this id.
  if (status === 404 || status === 410 || status === 422) return "not-found";
  return "unavailable";
}
