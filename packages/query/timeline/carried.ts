import { type Identity, type Subject, subjectId } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { type ChangeSummary, evolveChange, linksInForce } from "../change.ts";
import { type ChangeView, viewChange } from "../change-view.ts";
import { told } from "../order.ts";
import type { Approval, ApprovalOf } from "./approval.ts";
import { type EntryReference, foldOf, referTo } from "./recorded.ts";

/** A change that a deployment carries. */
export interface CarriedChange {
  readonly change: Subject;
  readonly type: ChangeView["type"];
  readonly number?: string;
  readonly author?: Identity;
  readonly headSha?: string;
  readonly mergeSha?: string;
  readonly mergedAt?: string;
  readonly mergedBy?: Identity;
  readonly approvedBy: readonly Identity[];
  readonly tickets: readonly Subject[];
  readonly approval?: Approval;
  /** An earlier attempt since the last good deployment, which failed, carried it too. */
  readonly retried: boolean;
  /** The entry that says that the deployment carries it. */
  readonly told?: EntryReference;
}

/** The changes on record here, each with its fold. */
export class Changes {
  readonly #folds = new Map<Subject, ChangeSummary>();
  readonly #byCommit = new Map<string, Subject>();
  readonly #chains: ReadonlyMap<Subject, readonly Recorded[]>;

  /** @param chains in order of time */
  constructor(chains: ReadonlyMap<Subject, readonly Recorded[]>) {
    this.#chains = chains;
    for (const [subject, chain] of chains) {
      if (!subject.startsWith("change:")) continue;
      const fold = foldOf(chain, evolveChange);
      if (fold === undefined) continue;
      this.#folds.set(subject, fold);
      const merge = mergeOf(fold);
      // Several may claim a commit: the same one is named whatever the order of the chains.
      const known = merge === undefined ? undefined : this.#byCommit.get(merge);
      if (merge !== undefined && (known === undefined || subject < known)) this.#byCommit.set(merge, subject);
    }
  }

  /** The change that was merged or pushed as this commit. */
  mergedAs(commit: string | undefined): Subject | undefined {
    return commit === undefined ? undefined : this.#byCommit.get(commit);
  }

  /** What the deployment carries, by time of merge. @param earlier attempts that failed, since the last good deployment */
  carriedBy(deployment: Subject, earlier: ReadonlySet<Subject>, approval: ApprovalOf): CarriedChange[] {
    const carried: CarriedChange[] = [];
    for (const [change, fold] of this.#folds) {
      const links = linksInForce(fold);
      if (!links.includes(deployment)) continue;
      const view = viewChange(fold);
      const link = this.#chains.get(change)?.findLast(({ entry }) => entry.kind === "linked" && entry.facts.deployment === deployment);
      carried.push(
        told({
          change,
          type: view.type,
          number: view.number,
          author: view.author,
          headSha: view.headSha,
          mergeSha: view.mergeSha,
          mergedAt: view.mergedAt,
          mergedBy: view.mergedBy,
          approvedBy: view.reviews.filter(({ state }) => state === "approved").map(({ reviewer }) => reviewer),
          tickets: view.tickets,
          approval: approval({ change }),
          retried: links.some((one) => earlier.has(one)),
          told: link && referTo(link),
        }),
      );
    }
    return carried.sort((a, b) => byMerge(a) - byMerge(b) || (a.change < b.change ? -1 : 1));
  }

  /** Chains that belong to the story of these changes: their own, their tickets', and those of every revision that was theirs. */
  chainsOf(changes: readonly CarriedChange[]): Set<Subject> {
    const wanted = new Set<Subject>();
    for (const { change, tickets } of changes) {
      wanted.add(change);
      for (const ticket of tickets) wanted.add(ticket);
      const home = subjectId(change).split("/").slice(0, 3).join("/");
      const fold = this.#folds.get(change);
      const merge = fold && mergeOf(fold);
      if (merge !== undefined) wanted.add(`commit:${home}/${merge}`);
      for (const { entry } of this.#chains.get(change) ?? []) {
        if (entry.kind === "pull-request") wanted.add(`commit:${home}/${entry.facts.head}`);
        if (entry.kind === "review" && entry.facts.commit !== undefined) wanted.add(`commit:${home}/${entry.facts.commit}`);
      }
    }
    return wanted;
  }
}

function mergeOf(fold: ChangeSummary): string | undefined {
  const push = /\/push\/([0-9a-f]{40,64})$/.exec(fold.subject);
  return push?.[1] ?? (fold.pull?.state === "merged" ? fold.pull.mergeSha : undefined);
}

/** What was never merged stands last. */
function byMerge({ mergedAt }: CarriedChange): number {
  return mergedAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(mergedAt);
}
