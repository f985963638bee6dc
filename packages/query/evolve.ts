import { type SealedEntry, type Subject, subjectType } from "@change-ledger/model";
import { type ChangeSummary, changeType, evolveChange, linksInForce } from "./change.ts";
import { type CommitSummary, evolveCommit } from "./commit.ts";
import { type DeploymentSummary, evolveDeployment } from "./deployment.ts";
import type { Folded } from "./folding.ts";
import { earliest } from "./order.ts";
import { evolveRef, type RefSummary } from "./ref.ts";
import { evolveTicket, type TicketSummary } from "./ticket.ts";

/** A read model: the fold of one chain, discriminated by `type`. */
export type Summary = ChangeSummary | DeploymentSummary | TicketSummary | RefSummary | CommitSummary;
export type SummaryType = Summary["type"];

/** The subject's kind has a summary. The other chains (incident, config, audit, evidence) are read as they are. */
export function isSummarised(subject: Subject): boolean {
  return ["change", "deployment", "ticket", "ref", "commit"].includes(subjectType(subject));
}

/**
 * Folds one entry of `subject`'s chain; `undefined` when the subject's kind has no summary.
 * @param state the summary so far; one of another kind counts as none
 */
export function evolve(subject: Subject, state: Summary | undefined, sealed: SealedEntry): Folded<Summary> | undefined {
  const type = subjectType(subject);
  switch (type) {
    case "change":
      return evolveChange(state?.type === "change" ? state : undefined, sealed);
    case "deployment":
      return evolveDeployment(state?.type === "deployment" ? state : undefined, sealed);
    case "ticket":
      return evolveTicket(state?.type === "ticket" ? state : undefined, sealed);
    case "ref":
      return evolveRef(state?.type === "ref" ? state : undefined, sealed);
    case "commit":
      return evolveCommit(state?.type === "commit" ? state : undefined, sealed);
    case "incident":
    case "config":
    case "audit":
    case "evidence":
      return undefined;
    default:
      return type satisfies never;
  }
}

/**
 * The instant by which a summary stands in its list, newest first; undefined when it is in none. Late facts only ever move it to an earlier
 * one, so that a reader who pages from new to old may meet a summary twice but misses none.
 */
export function listedAt(summary: Summary): string | undefined {
  switch (summary.type) {
    case "ref":
    case "commit":
      return undefined;
    case "deployment":
    case "ticket":
      return summary.firstAt ?? summary.derivedAt;
    case "change": {
      const type = changeType(summary.subject);
      const heard = summary.firstAt ?? summary.derivedAt;
      if (type === "pullRequest" || type === "record") return heard;
      if (summary.stub === undefined) return linksInForce(summary).length > 0 ? heard : undefined;
      return earliest(summary.firstAt, summary.stub);
    }
    default:
      return summary satisfies never;
  }
}
