import type { LookUpPorts } from "@change-ledger/ledger";
import { githubAppClient, githubAppSchema, githubLookups } from "./github.ts";
import { githubAttestations } from "./github-attestations.ts";

/** How to ask GitHub for a pull request's commits and for what a repository attests, from the App credentials in `GITHUB_APP` (JSON); nobody to ask without. */
export function githubSources(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Pick<LookUpPorts["sources"], "pullRequestCommits" | "attestations"> {
  const text = environment["GITHUB_APP"];
  if (text === undefined || text === "") return { pullRequestCommits: undefined };
  const octokit = githubAppClient(githubAppSchema.parse(JSON.parse(text)));
  const lookups = githubLookups(octokit);
  return {
    pullRequestCommits: (repository, number, head) => lookups.pullRequestCommits(repository, number, head),
    attestations: githubAttestations(octokit),
  };
}
