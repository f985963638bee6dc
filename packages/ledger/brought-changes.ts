import type { Subject } from "@change-ledger/model";
import { directPushChange, type Home, pullRequestChange } from "./link-keys.ts";
import type { LinkItem } from "./ports.ts";

/** Numbers of all pull requests that claim a push, each once. Of the claims that lie under its `pushKey`, `<sha> <number>`: a pull request may claim several commits. */
export function claimantsOf(push: LinkItem | undefined): string[] {
  return [...new Set([...(push?.["pr"] ?? [])].map((claim) => claim.split(" ")[1] ?? ""))];
}

/**
 * The changes that a push brought: the pull requests that claim it, else the direct push itself.
 * @param after the commit at which the push ends
 * @param numbers of the pull requests that claim it, each once
 */
export function changesBrought(home: Home, after: string, numbers: readonly string[]): Subject[] {
  return numbers.length === 0 ? [directPushChange(home, after)] : numbers.map((number) => pullRequestChange(home, number));
}
