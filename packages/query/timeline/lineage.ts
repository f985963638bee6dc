import type { DeploymentState, Revision, Subject } from "@change-ledger/model";
import { compareText, told } from "../order.ts";
import type { FailureClass } from "./failure-advice.ts";
import { beganAt, type DeploymentStory, groupOf, inOrderOfTime, isGood } from "./story.ts";

/** A deployment among its group's, as far as the story of one of them needs it. */
export interface Attempt {
  readonly deployment: Subject;
  /** `last-good` is what was running before; `recovery` what ended well after it. */
  readonly role: "last-good" | "attempt" | "rollback" | "recovery";
  readonly state?: DeploymentState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly revision?: Revision;
  /** Of a rollback: what it undoes. */
  readonly undoes?: Subject;
  readonly failure?: FailureClass;
}

/** How a group came through a failed deployment. */
export interface Lineage {
  /** The group's deployments from the last good one before to the first good one after, by time; rollbacks are among them. */
  readonly stories: readonly DeploymentStory[];
  /** The latest deployment of the group that ended well before this one began, and was no rollback. */
  readonly lastGood: DeploymentStory | undefined;
  /** Rollbacks of this deployment, and of those that failed in turn; by time. */
  readonly rollbacks: readonly DeploymentStory[];
  /** The first of them that succeeded. */
  readonly restoredBy: DeploymentStory | undefined;
  /** What first ended well after the failure. */
  readonly recovery: { readonly by: "rollback" | "redeployment" | "fix-forward"; readonly story: DeploymentStory } | undefined;
  readonly running: Running | undefined;
}

/** What runs now: the revision of the group's latest deployment that ended well. */
interface Running {
  readonly story: DeploymentStory;
  /** A later deployment is under way, or failed and was not undone: targets may run its revision. */
  readonly unsure: boolean;
}

/** What each rollback undoes: what it names, or what names it; of ECS, which names neither, the deployment before it that had not succeeded. */
export class Ties {
  readonly #undoes = new Map<Subject, Subject>();
  readonly #undoneBy = new Map<Subject, DeploymentStory[]>();

  /** @param group a group's stories by time */
  constructor(group: readonly DeploymentStory[]) {
    const named = new Map<Subject, Subject>();
    for (const { subject, view } of group) if (view.rolledBackBy !== undefined) named.set(view.rolledBackBy, subject);
    let open: DeploymentStory | undefined;
    for (const story of group) {
      const undoes = story.view.rollsBack ?? named.get(story.subject) ?? (story.restores === undefined ? undefined : open?.subject);
      if (undoes !== undefined && undoes !== story.subject) this.#tie(story, undoes);
      open = story.view.state === "Succeeded" ? undefined : story;
    }
  }

  #tie(rollback: DeploymentStory, undoes: Subject): void {
    this.#undoes.set(rollback.subject, undoes);
    this.#undoneBy.set(undoes, [...(this.#undoneBy.get(undoes) ?? []), rollback]);
  }

  undoes(rollback: Subject): Subject | undefined {
    return this.#undoes.get(rollback);
  }

  /** The rollbacks of a deployment, and the rollbacks of those that failed, each once, by time. A hostile ring of names ends. */
  inTurn(of: Subject): readonly DeploymentStory[] {
    const found = new Map<Subject, DeploymentStory>();
    const asked: Subject[] = [of];
    for (const subject of asked)
      for (const story of this.#undoneBy.get(subject) ?? []) {
        if (story.subject === of || found.has(story.subject)) continue;
        found.set(story.subject, story);
        if (story.view.state !== "Succeeded") asked.push(story.subject);
      }
    return [...found.values()].sort(inOrderOfTime);
  }
}

/** @param stories whichever of the group's deployments are on record here, in any order; `of` among them */
export function lineageOf(of: DeploymentStory, stories: Iterable<DeploymentStory>): { readonly lineage: Lineage; readonly ties: Ties } {
  const key = groupOf(of);
  const group = [...stories].filter((story) => groupOf(story) === key).sort(inOrderOfTime);
  const ties = new Ties(group);
  const at = group.findIndex(({ subject }) => subject === of.subject);
  const settles = (story: DeploymentStory) => isGood(story) && !story.view.rollback;
  const before = group.slice(0, at).findLastIndex(settles);
  const after = isGood(of) && !of.view.rollback ? at : group.findIndex((story, index) => index > at && settles(story));
  const rollbacks = ties.inTurn(of.subject);
  const restoredBy = rollbacks.find(({ view }) => view.state === "Succeeded");
  const lastGood = before < 0 ? undefined : group[before];
  const next = of.wentWrong ? firstEnded(group.filter((story) => inOrderOfTime(of, story) < 0 && isGood(story))) : undefined;
  const good = group.findLast(isGood);
  const lineage: Lineage = {
    stories: group.slice(Math.max(before, 0), after < 0 ? undefined : after + 1),
    lastGood,
    rollbacks,
    restoredBy,
    recovery: next && { by: recoveredBy(next, of, lastGood), story: next },
    running: good && { story: good, unsure: group.some((story) => inOrderOfTime(good, story) < 0 && !isGood(story)) },
  };
  return { lineage, ties };
}

function firstEnded(stories: readonly DeploymentStory[]): DeploymentStory | undefined {
  return [...stories].sort((a, b) => compareText(a.view.endedAt ?? "~", b.view.endedAt ?? "~") || inOrderOfTime(a, b))[0];
}

function recoveredBy(next: DeploymentStory, of: DeploymentStory, lastGood: DeploymentStory | undefined) {
  if (next.view.rollback) return "rollback";
  const commit = next.view.revision?.commit;
  const former = of.view.previousRevision?.commit ?? lastGood?.view.revision?.commit;
  return commit !== undefined && commit === former ? "redeployment" : "fix-forward";
}

/** The lineage as it is shown. */
export function attemptsOf(of: DeploymentStory, { stories, lastGood }: Lineage, ties: Ties): Attempt[] {
  return stories.map((story) => {
    const { subject, view } = story;
    const isLater = inOrderOfTime(of, story) < 0;
    return told({
      deployment: subject,
      role: roleOf(),
      state: view.state,
      startedAt: beganAt(story) || undefined,
      endedAt: view.endedAt,
      revision: view.revision,
      undoes: ties.undoes(subject),
      failure: story.failure?.class,
    });

    function roleOf(): Attempt["role"] {
      if (view.rollback) return "rollback";
      if (subject === lastGood?.subject) return "last-good";
      return isLater && isGood(story) ? "recovery" : "attempt";
    }
  });
}
