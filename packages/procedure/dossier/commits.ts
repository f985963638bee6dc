import type { CommitFact, Subject } from "@change-ledger/model";
import type { Buckets } from "./buckets.ts";
import type { Pull } from "./pull.ts";
import type { Push } from "./pushes.ts";
import type { Of, Recorded } from "./recorded.ts";

/** The commits of a pull request, and how they are known. */
export interface Commits {
  readonly list: readonly CommitFact[];
  /** All of them are on record. */
  readonly complete: boolean;
  /** `squash`: only what the one commit says that a squash made of them. */
  readonly by: "look-up" | "merge" | "branch" | "squash" | "nothing";
  readonly told: readonly Recorded[];
}

/** Of a change that nothing on record tells the commits of. */
export const NO_COMMITS: Commits = { list: [], complete: false, by: "nothing", told: [] };

/**
 * The commits whose authors the pull request has to answer for, by the best source on record: GitHub's own list for this head; the push that merged it, when the
 * head is among its commits; the pushes to its branch; at last the squash commit. The merge commit itself is nobody's work: whoever pressed merge is no author.
 * @param trustSquash whether a squash commit's author and co-authors count as all authors
 */
export function commitsOf(
  pull: Pull,
  buckets: Buckets,
  pushes: readonly Push[],
  base: Subject,
  branch: Subject,
  trustSquash: boolean,
): Commits {
  const best = lookedUp(pull, buckets.commitLists);
  if (best?.complete === true) return best;
  const others = [
    merged(pull, pushes, base, buckets.otherPulls),
    branched(pull, pushes, branch),
    squashed(pull, pushes, base, buckets.otherPulls, trustSquash),
  ];
  return others.find((one) => one?.complete) ?? best ?? others.find((one) => one !== undefined) ?? NO_COMMITS;
}

function lookedUp(pull: Pull, lists: Buckets["commitLists"]): Commits | undefined {
  const answers = Map.groupBy(
    lists.filter(({ entry }) => entry.facts.head === pull.head),
    ({ entry }) => entry.source.id,
  );
  let partial: Commits | undefined;
  for (const told of answers.values()) {
    const { facts, part } = (told[0] as Of<"pull-request-lookup">).entry;
    const list = told.flatMap(({ entry }) => entry.facts.commits);
    const complete = facts.truncated !== true && told.length === (part?.of ?? 1) && list.some(({ sha }) => sha === pull.head);
    if (complete) return { list, complete, by: "look-up", told };
    partial ??= { list, complete, by: "look-up", told };
  }
  return partial;
}

/** The push that made a change part of its branch, and the place in it of its merge (of a direct push: of its last commit). */
export interface Arrival {
  readonly push: Push;
  readonly at: number;
  readonly sha: string;
}

/** The push that brought the merge. Of one that brought several (a merge queue) the commits after the merge before. */
export function mergingPush(pull: Pull, pushes: readonly Push[], base: Subject): Arrival | undefined {
  for (const push of pushes) {
    if (push.ref !== base) continue;
    const at = push.commits.findLastIndex(({ sha }) => sha === pull.mergeSha);
    if (at >= 0) return { push, at, sha: (push.commits[at] as CommitFact).sha };
  }
  return undefined;
}

function merged(pull: Pull, pushes: readonly Push[], base: Subject, others: Buckets["otherPulls"]): Commits | undefined {
  const found = mergingPush(pull, pushes, base);
  if (found === undefined || !found.push.commits.some(({ sha }) => sha === pull.head)) return undefined;
  const list = ownShare(found, others).filter(({ sha }) => sha !== pull.mergeSha || sha === pull.head);
  return { list, complete: found.push.complete, by: "merge", told: found.push.told };
}

/** Of a push that brought several merges the commits after the one before, up to this one. */
export function ownShare({ push, at }: { readonly push: Push; readonly at: number }, others: Buckets["otherPulls"]): readonly CommitFact[] {
  // Stryker disable next-line ConditionalExpression: where no other is claimed none was before, as looking would find
  if (others.length === 0) return push.commits.slice(0, at + 1);
  const claimed = new Set(others.map(({ entry }) => entry.facts.mergeSha));
  const before = push.commits.findLastIndex(({ sha }, index) => index < at && claimed.has(sha));
  return push.commits.slice(before + 1, at + 1);
}

/** Of a push that brought several merges the commits behind the last of them: no pull request's. Empty where a merge came after this one. */
export function behindLast(
  { push, at }: { readonly push: Push; readonly at: number },
  others: Buckets["otherPulls"],
): readonly CommitFact[] {
  const claimed = new Set(others.map(({ entry }) => entry.facts.mergeSha));
  const behind = push.commits.slice(at + 1);
  return behind.some(({ sha }) => claimed.has(sha)) ? [] : behind;
}

/** From the head back through the branch's pushes to the one that made it. */
function branched(pull: Pull, pushes: readonly Push[], branch: Subject): Commits | undefined {
  if (pull.fork) return undefined;
  const own = pushes.filter(({ ref }) => ref === branch);
  const list: CommitFact[] = [];
  const told: Recorded[] = [];
  let after = pull.head;
  let complete = true;
  for (let steps = 0; steps <= own.length; steps++) {
    const push = own.find((one) => one.after === after);
    if (push === undefined) return told.length === 0 ? undefined : { list, complete: false, by: "branch", told };
    list.push(...push.commits);
    told.push(...push.told);
    complete &&= push.complete;
    // A branch made at a commit that was there before tells nothing of whose work that is.
    if (push.created) return { list, complete: complete && list.some(({ sha }) => sha === pull.head), by: "branch", told };
    after = push.before;
  }
  return { list, complete: false, by: "branch", told };
}

/** A squash makes one commit of them, a rebase new ones: neither has the reviewed SHAs. */
function squashed(
  pull: Pull,
  pushes: readonly Push[],
  base: Subject,
  others: Buckets["otherPulls"],
  trusted: boolean,
): Commits | undefined {
  const found = mergingPush(pull, pushes, base);
  if (found === undefined) return undefined;
  return { list: ownShare(found, others), complete: trusted && found.push.complete, by: "squash", told: found.push.told };
}
