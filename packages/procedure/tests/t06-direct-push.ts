import type { CommitFact } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import { type Arrival, behindLast, ownShare } from "../dossier/commits.ts";
import { refName } from "../dossier/pushes.ts";
import type { AuditTest } from "./sheet.ts";
import { claimed, mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const directPush: AuditTest = {
  id: "T6",
  title: "Direct push",
  sheet: {
    intent: "Nothing reaches a protected branch but through a pull request.",
    rule: 'Every commit on a protected branch belongs to a merged pull request by SHA: it is the merge, or one of the pull request\'s commits. A message that reads "Merge pull request" proves nothing.',
    controls: ["soc2/CC8.1/authorizes", "soc2/CC8.1/tracks", "hitrust/12.a", "chi/SR81", "hipaa/164.312(c)(1)"],
    restsOn: ["push", "pull-request", "pull-request-lookup", "commit-lookup", "merge-group"],
    exemptions: "None.",
    pass: "The push to main holds the merge commit that the pull request names, and the commits that it was reviewed with.",
    fail: "A push that no merged pull request claims by SHA. A push that brings, before, under or behind a claimed merge, a commit which belongs to no pull request.",
    limitations:
      "Where GitHub's list of the pull request's commits is not on record and the head came with the push, the commits between are taken for the head's ancestors; their authors are judged all the same (T4).",
    remediation: "Open a pull request for what was pushed, and close the way by which it passed the branch's protection.",
  },
  judge,
};

function judge(of: Case): Verdict {
  if (of.kind === "direct-push") return pushed(of);
  const stage = mergedPull(of, "Direct push");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const { arrival } = of;
  if (arrival === undefined)
    return notAssessable(
      "push-not-on-record",
      "Direct push: the push that brought the merge is not on record, so what came with it is not known.",
      "Have the code host deliver the push again; the reconciler asks for what is missing (T1).",
      pull.told,
    );
  const { push } = arrival;
  if (!of.repository.isProtected(refName(push.ref), push.isDefault))
    return notApplicable("not-protected", `Direct push: ${refName(push.ref)} is no protected branch.`, pull.told, push.told);
  const told = [pull.told, ...push.told, ...of.commits.told];
  const strangers = strangersOf(of, arrival);
  if (strangers === undefined)
    return notAssessable(
      "commits-unknown",
      `Direct push: the push brought ${push.commits.length} commits, and which of them belong to the pull request is not on record.`,
      "Give the ledger GitHub's App credentials, so that it can ask for the pull request's commits.",
      told,
    );
  if (strangers.length > 0)
    return notSatisfied(
      "foreign-commit",
      `Direct push: with the merge came ${strangers.map(short).join(", ")}, which ${strangers.length === 1 ? "belongs" : "belong"} to no merged pull request.`,
      "Find out who pushed it; open a pull request for it.",
      told,
      of.buckets.parents,
    );
  return satisfied(
    `Direct push: ${short(arrival.sha)} came to ${refName(push.ref)} as the merge of this pull request, with nothing beside it.`,
    told,
  );
}

function pushed(of: Case): Verdict {
  const sha = of.change.slice(of.change.lastIndexOf("/") + 1);
  const { arrival } = of;
  const words = `Direct push: ${short(sha)} is on the branch, and no merged pull request claims it by SHA.`;
  const remedy = "Open a pull request for the same commits, and close the way by which the push passed the branch's protection.";
  if (of.claim !== undefined) return claimed(of, "Direct push");
  return notSatisfied("direct-push", words, remedy, arrival?.push.told);
}

/** Commits that came with the change and are no pull request's, those behind the push's last merge included; undefined when nobody can tell. */
export function strangersOf(of: Case, arrival: Arrival): readonly string[] | undefined {
  const beside = besideOf(of, arrival);
  // Of a merge queue's push the pull requests behind are told by their own events.
  const behind = isQueued(of, arrival) ? [] : behindLast(arrival, of.buckets.otherPulls).map(({ sha }) => sha);
  return behind.length === 0 ? beside : [...(beside ?? []), ...behind];
}

function isQueued(of: Case, { push }: Arrival): boolean {
  return of.buckets.mergeGroups.some(({ entry }) => entry.facts.head === push.after);
}

/** Commits of the change's share of the push that are not the pull request's; undefined when nobody can tell. */
function besideOf(of: Case, arrival: Arrival): readonly string[] | undefined {
  const { pull, commits } = of;
  const share = ownShare(arrival, of.buckets.otherPulls);
  const rest = share.filter(({ sha }) => sha !== arrival.sha);
  if (rest.length === 0) return [];
  // With the head among them they are the pull request's own; with GitHub's list, or the branch's pushes, each one is held to it.
  if (commits.complete && (commits.by === "look-up" || commits.by === "branch")) {
    const own = new Set(commits.list.map(({ sha }) => sha));
    const strange = rest.filter(({ sha }) => !own.has(sha)).map(({ sha }) => sha);
    return strange.length === rest.length && isRebase(share, commits.list) ? [] : strange;
  }
  if (share.some(({ sha }) => sha === pull?.head)) return strangersByParents(of, arrival, rest);
  // A merge queue brings several pull requests at once; whose they are is told by their own events.
  return isQueued(of, arrival) ? [] : undefined;
}

/** A rebase makes new commits of all: as many as there were, in their order, with their authors. */
function isRebase(share: readonly CommitFact[], own: readonly CommitFact[]): boolean {
  const authors = (list: readonly CommitFact[]) => JSON.stringify(list.map(({ author: { id, login, mail } }) => [id, login, mail]));
  return authors(share) === authors(own);
}

/** The merge's first parent is what the branch held before: one that came with the push came in beside the pull request. */
function strangersByParents(of: Case, { sha: merge }: Arrival, rest: readonly CommitFact[]): readonly string[] {
  const told = of.buckets.parents.find(({ entry }) => entry.subject === of.commit(merge));
  const [first, second] = told?.entry.facts.parents ?? [];
  return second === undefined ? [] : rest.filter(({ sha }) => sha === first).map(({ sha }) => sha);
}
