import type { LookUpPorts } from "@change-ledger/ledger";
import { githubAppClient, githubAppSchema, githubLookups } from "./github.ts";

/** How to ask GitHub for a pull request's commits, from the App credentials in `GITHUB_APP` (JSON); `undefined` without. */
export function githubCommits(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LookUpPorts["sources"]["pullRequestCommits"] {
  const text = environment["GITHUB_APP"];
  if (text === undefined || text === "") return undefined;
  const lookups = githubLookups(githubAppClient(githubAppSchema.parse(JSON.parse(text))));
  return (repository, number, head) => lookups.pullRequestCommits(repository, number, head);
}
