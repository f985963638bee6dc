import type { Subject } from "@change-ledger/model";
import { type ChangeSummary, linksInForce } from "./change.ts";
import type { DeploymentSummary } from "./deployment.ts";
import { viewDeployment } from "./deployment-view.ts";
import { timeToRestore } from "./restore.ts";
import { outcomeOf } from "./timeline/outcome.ts";
import type { PeriodFigures } from "./timeline/period.ts";

/** Deployments by subject, as far as they were read: those of a period, their rollbacks, and others that carry the same changes. */
export type KnownDeployments = ReadonlyMap<Subject, DeploymentSummary>;

/** Adds what each of these deployments did in the period. */
export function addDeployments(figures: PeriodFigures, deployments: Iterable<DeploymentSummary>, known: KnownDeployments): void {
  for (const deployment of deployments) {
    const view = viewDeployment(deployment);
    const rollback = view.rolledBackBy === undefined ? undefined : known.get(view.rolledBackBy);
    const outcome = outcomeOf(view, rollback && timeToRestore(deployment, rollback));
    if (outcome !== undefined) figures.deployment(outcome);
  }
}

/** Adds the changes that went to production for the first time in the period: by the first deployment that ended well and carries them. */
export function addReleases(figures: PeriodFigures, changes: Iterable<ChangeSummary>, known: KnownDeployments): void {
  for (const change of changes) {
    const ends = linksInForce(change).flatMap((carrier) => {
      const deployment = known.get(carrier);
      const view = deployment && viewDeployment(deployment);
      return view !== undefined && outcomeOf(view, undefined)?.outcome === "good" && !view.rollback ? [view.endedAt ?? ""] : [];
    });
    const [releasedAt] = ends.filter((at) => at !== "").sort();
    if (releasedAt !== undefined) figures.change({ releasedAt, firstToldAt: change.firstAt, mergedAt: change.pull?.mergedAt });
  }
}

/** Whether a deployment is one that carries something new and that ended well between two instants. */
export function releasedIn(deployment: DeploymentSummary, from: string, to: string): boolean {
  const view = viewDeployment(deployment);
  return (
    !view.rollback &&
    view.endedAt !== undefined &&
    view.endedAt >= from &&
    view.endedAt < to &&
    outcomeOf(view, undefined)?.outcome === "good"
  );
}
