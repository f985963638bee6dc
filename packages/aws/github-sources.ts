import type { LookUpPorts } from "@change-ledger/ledger";
import { githubAsker, githubLookups } from "./github.ts";
import { githubAttestations } from "./github-attestations.ts";

/** How to ask GitHub for a pull request's commits and files, how its rules judged a push, and for what a repository attests, from the credentials in `GITHUB_APP` (JSON); nobody to ask without. */
export function githubSources(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Pick<LookUpPorts["sources"], "pullRequestCommits" | "pullRequestFiles" | "ruleSuite" | "attestations"> {
  const asker = githubAsker(environment);
  if (asker === undefined) return { pullRequestCommits: undefined };
  const { octokit } = asker;
  const lookups = githubLookups(octokit);
  return {
    pullRequestCommits: (repository, number, head) => lookups.pullRequestCommits(repository, number, head),
    pullRequestFiles: (repository, number, head) => lookups.pullRequestFiles(repository, number, head),
    ruleSuite: (of) => lookups.ruleSuite(of),
    attestations: githubAttestations(octokit),
  };
}
