import type { CommitFact, Subject } from "@change-ledger/model";
import { nameOf } from "../configuration/identity.ts";
import type { InForce } from "../configuration/in-force.ts";
import type { Dossier } from "../dossier/buckets.ts";
import { Case } from "../dossier/case.ts";
import type { Arrival } from "../dossier/commits.ts";
import { isExempt } from "../dossier/coverage.ts";
import { strangersOf } from "../tests/t06-direct-push.ts";
import { type Rest, rests } from "../tests/verdict.ts";

/** A commit that reached its branch and that no approval of anybody but its author covered. */
export interface UnseenCommit {
  readonly change: Subject;
  readonly sha: string;
  readonly author: string;
  /** `unknown-author`: approved, and nobody can say that it was by somebody else. */
  readonly because:
    | "direct-push"
    | "foreign-commit"
    | "no-approval"
    | "after-the-approval"
    | "own-approval"
    | "unknown-author"
    | "commits-unknown";
  readonly restsOn: readonly Rest[];
}

/**
 * Exactly the commits of a merged change that no approver's SHA covered: an approval of a commit covers it and those before it in the pull request. An approval of a
 * commit that the pull request no longer holds covers nothing. What came with the merge and belongs to no pull request (T6) is among them.
 */
export function unseenCommits(dossier: Dossier, inForce: InForce, asOf: string): UnseenCommit[] {
  const of = new Case(dossier, inForce, asOf);
  const { arrival } = of;
  if (of.kind === "direct-push") return arrival === undefined ? [] : pushed(of, arrival, arrival.push.commits, "direct-push");
  return [...(arrival === undefined ? [] : foreign(of, arrival)), ...own(of)];
}

function pushed(
  { change }: Case,
  { push }: Arrival,
  commits: readonly CommitFact[],
  because: "direct-push" | "foreign-commit",
): UnseenCommit[] {
  return commits.map(({ sha, author }) => ({ change, sha, author: nameOf(author), because, restsOn: rests(push.told) }));
}

function foreign(of: Case, arrival: Arrival): UnseenCommit[] {
  const strange = new Set(strangersOf(of, arrival));
  return pushed(
    of,
    arrival,
    arrival.push.commits.filter(({ sha }) => strange.has(sha)),
    "foreign-commit",
  );
}

function own(of: Case): UnseenCommit[] {
  const { pull, coverage, commits, change, inForce } = of;
  if (pull?.state !== "merged") return [];
  if (!commits.complete) {
    const sha = pull.mergeSha ?? pull.head;
    return [{ change, sha, author: nameOf(pull.author), because: "commits-unknown", restsOn: rests(pull.told, commits.told) }];
  }
  if (isExempt(coverage)) return [];
  const { approvals } = coverage;
  const restsOn = rests(
    pull.told,
    commits.told,
    approvals.map(({ told }) => told),
  );
  // GitHub lists oldest first, the head last; of a look-up that is out of order the head still covers all.
  const reach = approvals.map(({ who, commit }) => ({
    who,
    upTo: commit === pull.head ? commits.list.length : commits.list.findIndex(({ sha }) => sha === commit),
  }));
  return commits.list.flatMap(({ sha, author, coAuthors = [] }, at): UnseenCommit[] => {
    const wrote = [author, ...coAuthors].map((one) => inForce.resolve("github", one));
    const covering = reach.filter(({ upTo }) => upTo >= at);
    const alone = wrote.filter((who) => who === undefined || covering.every((by) => by.who.id === who.id));
    if (alone.length === 0) return [];
    const because =
      approvals.length === 0
        ? "no-approval"
        : covering.length === 0
          ? "after-the-approval"
          : alone.includes(undefined)
            ? "unknown-author"
            : "own-approval";
    return [{ change, sha, author: nameOf(author), because, restsOn }];
  });
}
