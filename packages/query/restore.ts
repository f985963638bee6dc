import type { Entry, Subject } from "@change-ledger/model";
import { type DeploymentSummary, siblingDeployment, withRollback } from "./deployment.ts";
import { viewDeployment } from "./deployment-view.ts";
import type { Summary } from "./evolve.ts";

/**
 * Seconds from the first failed target of `failed` to the success of `rollback`, by the senders' clocks (audit test T14's outcome). Undefined
 * while the rollback has not succeeded, when the two do not name each other, or when no target is known to have failed.
 */
export function timeToRestore(failed: DeploymentSummary, rollback: DeploymentSummary): number | undefined {
  const from = viewDeployment(failed);
  const to = viewDeployment(rollback);
  const tied = from.rolledBackBy === rollback.subject || to.rollsBack === failed.subject;
  if (!tied || to.state !== "Succeeded" || to.endedAt === undefined || from.firstFailureAt === undefined) return undefined;
  const seconds = (Date.parse(to.endedAt) - Date.parse(from.firstFailureAt)) / 1000;
  return seconds < 0 ? undefined : seconds;
}

/** A rollback's look-up names the deployment that triggered it. */
export interface Restored {
  readonly failed: Subject;
  /** The rollback's id. */
  readonly rollback: string;
}

/** What an entry says of the deployment that it restores from, if anything. */
export function restoredFrom(entry: Entry): Restored | undefined {
  if (entry.kind !== "deployment-lookup" || entry.facts.rollsBack === undefined) return undefined;
  return {
    failed: siblingDeployment(entry.subject, entry.facts.rollsBack),
    rollback: entry.subject.slice(entry.subject.lastIndexOf("/") + 1),
  };
}

/** Notes a rollback on the failed deployment's summary, whose own look-up may have come before the rollback was there. Undefined: nothing new. */
export function noteRollback(before: Summary | undefined, { failed, rollback }: Restored): Summary | undefined {
  if (before !== undefined && before.type !== "deployment") return undefined;
  return withRollback(before, failed, rollback);
}
