import type { GithubLists, ListedUpdate } from "@change-ledger/query";
import * as z from "zod";
import { ownerAndName } from "./github.ts";
import { type Asking, githubHooks } from "./github-hooks.ts";
import { type GithubPages, instant } from "./github-pages.ts";

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const activity = z.object({
  before: sha,
  after: sha,
  timestamp: instant,
  activity_type: z.string(),
  actor: z.object({ id: z.number(), login: z.string() }).nullish(),
});

const account = z.object({ login: z.string().optional() }).nullish();
const signed = z.object({ email: z.string().nullish() }).nullish();
const hostCommit = z.object({
  sha,
  author: account,
  committer: account,
  commit: z.object({ message: z.string(), author: signed, committer: signed }),
});

/** What GitHub answers of commits between two, in all pages. */
const COMMITS_MAX = 2048;
/** GitHub may tell of an update some time before or after others of the same second. */
const NEVER = /^0+$/;

/**
 * GitHub's own lists. An App (or a token) needs read access to contents, metadata and pull requests; its own deliveries an App may always list, those of other webhooks
 * with read and write access to webhooks.
 */
export function githubLists(pages: GithubPages, asking: Asking = { as: "app" }): GithubLists {
  return {
    async repositories() {
      const found: string[] = [];
      // What a token may see is more than what it is for.
      if (asking.as === "token") return found;
      for await (const { full_name } of pages.all(
        "GET /installation/repositories",
        {},
        z.object({ full_name: z.string() }),
        "repositories",
      ))
        found.push(full_name);
      return found;
    },
    async defaultBranch(repository) {
      const found = await pages.one("GET /repos/{owner}/{repo}", ownerAndName(repository), z.object({ default_branch: z.string() }));
      return found?.default_branch;
    },
    async refs(repository, prefix) {
      const found: string[] = [];
      const of = { ...ownerAndName(repository), ref: prefix.replace(/^refs\//, "") };
      for await (const { ref } of pages.all("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", of, z.object({ ref: z.string() })))
        found.push(ref);
      return found;
    },
    async updates(repository, ref, since) {
      const of = ownerAndName(repository);
      const found: ListedUpdate[] = [];
      try {
        for await (const one of pages.all("GET /repos/{owner}/{repo}/activity", { ...of, ref, direction: "desc" }, activity)) {
          if (one.timestamp < since) break;
          found.push({
            before: one.before,
            after: one.after,
            at: one.timestamp,
            forced: one.activity_type === "force_push",
            created: one.activity_type === "branch_creation" || NEVER.test(one.before),
            deleted: one.activity_type === "branch_deletion" || NEVER.test(one.after),
            ...(one.actor && { actor: { id: String(one.actor.id), login: one.actor.login } }),
          });
        }
      } catch (error) {
        // Servers before Enterprise Server 3.11 keep no such list.
        if ((error as { code?: unknown }).code === "not-found") return undefined;
        throw error;
      }
      return found.reverse();
    },
    async head(repository, ref) {
      const of = { ...ownerAndName(repository), ref: ref.replace(/^refs\//, "") };
      const found = await pages.one("GET /repos/{owner}/{repo}/git/ref/{ref}", of, z.object({ object: z.object({ sha }) }));
      return found?.object.sha;
    },
    async commits(repository, before, after) {
      const commits: z.output<typeof hostCommit>[] = [];
      const of = { ...ownerAndName(repository), basehead: `${before}...${after}` };
      for await (const one of pages.all("GET /repos/{owner}/{repo}/compare/{basehead}", of, hostCommit, "commits")) {
        if (commits.length === COMMITS_MAX) return { commits, truncated: true };
        commits.push(one);
      }
      return { commits, truncated: false };
    },
    ...githubHooks(pages, asking),
  };
}
