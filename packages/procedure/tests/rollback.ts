import type { Deployment } from "../dossier/deployments.ts";
import { notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

/**
 * T14 of a rollback: it is tied to the deployment that triggered it, both ways as far as both are on record, and it put something back.
 * CodeDeploy reports a rollback as a new deployment, whose `creator` is codeDeployRollback.
 */
export function restored(rollback: Deployment, failed?: Deployment): Verdict {
  const id = (one: Deployment) => one.subject.slice(one.subject.lastIndexOf("/") + 1);
  const told = [failed?.endTold, failed?.lookup, rollback.lookup, rollback.endTold];
  const remedy = "Look both deployments up again; a rollback by hand has to name the deployment that it undoes.";
  if (rollback.rollsBack === undefined)
    return notSatisfied("rollback-not-tied", `Outcome: the rollback ${id(rollback)} names no deployment that triggered it.`, remedy, told);
  if (failed !== undefined && rollback.rollsBack !== id(failed))
    return notSatisfied(
      "rollback-not-tied",
      `Outcome: ${id(failed)} names the rollback ${id(rollback)}, which says that ${rollback.rollsBack} triggered it.`,
      remedy,
      told,
    );
  if (failed?.rolledBackBy !== undefined && failed.rolledBackBy !== id(rollback))
    return notSatisfied(
      "rollback-not-tied",
      `Outcome: the rollback ${id(rollback)} says that ${id(failed)} triggered it, which names ${failed.rolledBackBy}.`,
      remedy,
      told,
    );
  if (rollback.endedAt === undefined) return pending("rolling-back", `Outcome: the rollback ${id(rollback)} has not ended.`, told);
  if (rollback.state !== "Succeeded")
    return notSatisfied(
      "rollback-failed",
      `Outcome: the rollback ${id(rollback)} of ${rollback.rollsBack} ended as ${rollback.state}.`,
      "Restore a known good revision.",
      told,
    );
  return satisfied(
    `Outcome: ${rollback.rollsBack} was rolled back by ${id(rollback)}, which succeeded at ${rollback.endedAt}; each names the other.`,
    told,
  );
}
