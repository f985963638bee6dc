import type { Deployment } from "../dossier/deployments.ts";
import { notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

/**
 * T14 of a rollback: it is tied to the deployment that triggered it, both ways as far as both are on record, and it put something back.
 * CodeDeploy reports a rollback as a new deployment, whose `creator` is codeDeployRollback. ECS tells what a rollback puts back, and not what it undoes: there is no tie to hold.
 */
export function restored(rollback: Deployment, failed?: Deployment): Verdict {
  const id = (one: Deployment) => one.subject.slice(one.subject.lastIndexOf("/") + 1);
  const told = [failed?.endTold, failed?.lookup, rollback.lookup, rollback.endTold];
  const remedy = "Look both deployments up again; a rollback by hand has to name the deployment that it undoes.";
  const untied = rollback.rollsBack === undefined && rollback.restores !== undefined;
  if (rollback.rollsBack === undefined && !untied)
    return notSatisfied("rollback-not-tied", `Outcome: the rollback ${id(rollback)} names no deployment that triggered it.`, remedy, told);
  if (!untied && failed !== undefined && rollback.rollsBack !== id(failed))
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
      `Outcome: the rollback ${id(rollback)}${untied ? "" : ` of ${rollback.rollsBack}`} ended as ${rollback.state}.`,
      "Restore a known good revision.",
      told,
    );
  if (untied)
    return satisfied(
      `Outcome: the rollback ${id(rollback)} put back the revision of ${rollback.restores} and succeeded at ${rollback.endedAt}; ECS does not say what it undid.`,
      told,
    );
  return satisfied(
    `Outcome: ${rollback.rollsBack} was rolled back by ${id(rollback)}, which succeeded at ${rollback.endedAt}; each names the other.`,
    told,
  );
}
