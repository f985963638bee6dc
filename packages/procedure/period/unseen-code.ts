import type { Subject } from "@change-ledger/model";
import { nameOf } from "../configuration/identity.ts";
import type { InForce } from "../configuration/in-force.ts";
import type { Dossier } from "../dossier/buckets.ts";
import { Case } from "../dossier/case.ts";
import { strangersOf } from "../tests/t06-direct-push.ts";
import { type Rest, rests } from "../tests/verdict.ts";

/** A commit that reached its branch and that no approval of anybody but its author covered. */
export interface UnseenCommit {
  readonly change: Subject;
  readonly sha: string;
  readonly author: string;
  readonly because: "direct-push" | "foreign-commit" | "no-approval" | "after-the-approval" | "own-approval" | "commits-unknown";
  readonly restsOn: readonly Rest[];
}

/**
 * Exactly the commits of a merged change that no approver's SHA covered: an approval of a commit covers it and those before it in the pull request. An approval of a
 * commit that the pull request no longer holds covers nothing.
 */
export function unseenCommits(dossier: Dossier, inForce: InForce, asOf: string): UnseenCommit[] {
  const of = new Case(dossier, inForce, asOf);
  const { arrival, pull, coverage, commits } = of;
  if (of.kind === "direct-push")
    return (arrival?.push.commits ?? []).map(({ sha, author }) => ({
      change: of.change,
      sha,
      author: nameOf(author),
      because: "direct-push",
      restsOn: rests(arrival?.push.told),
    }));
  if (pull?.state !== "merged") return [];
  const foreign = foreignCommits(of);
  if (!commits.complete)
    return [
      ...foreign,
      {
        change: of.change,
        sha: pull.mergeSha ?? pull.head,
        author: nameOf(pull.author),
        because: "commits-unknown",
        restsOn: rests(pull.told, commits.told),
      },
    ];
  const places = new Map(commits.list.map(({ sha }, at) => [sha, at]));
  // GitHub lists oldest first, the head last; of a look-up that is out of order the head still covers all.
  const reach = coverage.approvals.map((review) => ({
    review,
    upTo: review.commit === pull.head ? commits.list.length : (places.get(review.commit ?? "") ?? -1),
  }));
  const own = commits.list.flatMap(({ sha, author, coAuthors }, at): UnseenCommit[] => {
    const wrote = [author, ...(coAuthors ?? [])].map((one) => inForce.resolve("github", one));
    const covering = reach.filter(({ upTo }) => upTo >= at);
    const byAnother = (who: (typeof wrote)[number]) => covering.some(({ review }) => who !== undefined && review.who?.id !== who.id);
    if (wrote.every(byAnother) || coverage.authors.every(({ exempt }) => exempt)) return [];
    const because = coverage.approvals.length === 0 ? "no-approval" : covering.length === 0 ? "after-the-approval" : "own-approval";
    const told = [pull.told, ...commits.told, ...coverage.approvals.map((review) => review.told)];
    return [{ change: of.change, sha, author: nameOf(author), because, restsOn: rests(told) }];
  });
  return [...foreign, ...own];
}

/** What came with the merge and belongs to no pull request (T6). */
function foreignCommits(of: Case): UnseenCommit[] {
  const { arrival, change } = of;
  const strange = new Set(arrival === undefined ? [] : strangersOf(of, arrival));
  return (arrival?.push.commits ?? [])
    .filter(({ sha }) => strange.has(sha))
    .map(({ sha, author }) => ({ change, sha, author: nameOf(author), because: "foreign-commit", restsOn: rests(arrival?.push.told) }));
}
