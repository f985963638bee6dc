import type { FactsOf, SealedEntry, Subject } from "@change-ledger/model";
import { advance, begin, type Folded, type Folding, foldInto } from "./folding.ts";
import { compareStamped, joined, type Keyed, type Stamp, told } from "./order.ts";

const CHECKS_KEPT = 100;

/** The latest run of a check of one name. `id` is the sender's id of the run. */
export interface CheckMark extends Stamp {
  readonly status: string;
  readonly conclusion?: string;
}

/** The folded state of a commit's chain. */
export interface CommitSummary extends Folding {
  readonly type: "commit";
  /** By `<kind>:<name>`. */
  readonly checks?: Keyed<CheckMark>;
}

export function beginCommit(subject: Subject): CommitSummary {
  return { ...begin(subject), type: "commit" };
}

/** Folds one entry of a commit's chain. */
export function evolveCommit(state: CommitSummary | undefined, sealed: SealedEntry): Folded<CommitSummary> {
  return foldInto(state ?? beginCommit(sealed.entry.subject), sealed, apply);
}

function apply(before: CommitSummary, sealed: SealedEntry): CommitSummary {
  const { entry } = sealed;
  const state = advance(before, sealed);
  switch (entry.kind) {
    case "check-run":
    case "check-suite":
      return withCheck(state, `${entry.kind}:${entry.facts.name}`, checkMark(entry.occurredAt, entry.facts));
    case "workflow-run":
      return withCheck(state, `workflow-run:${entry.facts.name ?? entry.facts.id}`, checkMark(entry.occurredAt, entry.facts));
    case "status": {
      const { id, context, state: conclusion } = entry.facts;
      const status = conclusion === "pending" ? "in_progress" : "completed";
      return withCheck(state, `status:${context}`, { at: entry.occurredAt, id, status, conclusion });
    }
    default:
      return state;
  }
}

function checkMark(at: string, facts: FactsOf<"check-run"> | FactsOf<"workflow-run">): CheckMark {
  return told({ at, id: facts.id, status: facts.status, conclusion: facts.conclusion });
}

/** The latest run has the word; of one run, its completion. */
function withCheck(state: CommitSummary, name: string, mark: CheckMark): CommitSummary {
  const done = (one: CheckMark) => (one.status === "completed" ? 1 : 0);
  const join = (known: CheckMark | undefined): CheckMark => {
    if (known === undefined) return mark;
    const order = known.at === mark.at ? done(known) - done(mark) || compareStamped(known, mark) : compareStamped(known, mark);
    return order < 0 ? mark : known;
  };
  return { ...state, checks: joined(state.checks, name, join, CHECKS_KEPT) };
}
