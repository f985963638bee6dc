import { type SealedEntry, type Subject, subjectType } from "@change-ledger/model";
import { type ChangeSummary, evolveChange } from "./change.ts";
import { type CommitSummary, evolveCommit } from "./commit.ts";
import { type DeploymentSummary, evolveDeployment } from "./deployment.ts";
import type { Folded } from "./folding.ts";
import { evolveIncident, type IncidentSummary } from "./incident.ts";
import { evolveRef, type RefSummary } from "./ref.ts";
import { evolveTicket, type TicketSummary } from "./ticket.ts";

/** A read model: the fold of one chain, discriminated by `type`. */
export type Summary = ChangeSummary | DeploymentSummary | TicketSummary | RefSummary | CommitSummary | IncidentSummary;
export type SummaryType = Summary["type"];

/** The subject's kind has a summary. The other chains (config, audit, evidence) are read as they are. */
export function isSummarised(subject: Subject): boolean {
  return ["change", "deployment", "ticket", "ref", "commit", "incident"].includes(subjectType(subject));
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
      return evolveIncident(state?.type === "incident" ? state : undefined, sealed);
    case "config":
    case "audit":
    case "evidence":
      return undefined;
    default:
      return type satisfies never;
  }
}
