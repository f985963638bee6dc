import type { Subject } from "@change-ledger/model";
import type { Assessment } from "../assess.ts";
import type { InForce } from "../configuration/in-force.ts";
import { sortIntoBuckets } from "../dossier/buckets.ts";
import { deploymentsOf } from "../dossier/deployments.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { resolutionOf } from "../dossier/revision.ts";
import { restored } from "../tests/rollback.ts";
import { all, notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "../tests/verdict.ts";

/**
 * Judges a rollback: tied to what triggered it (T14), and by whether the revision that it put back was itself approved.
 * @param rollback the rollback's subject
 * @param entries its chain, that of the deployment which it undoes, and artefacts that its revision may be
 * @param owner given the restored commit, the assessment of the change that was merged as it; undefined when no recorded change was
 */
export function judgeRestoration(
  rollback: Subject,
  entries: readonly Recorded[],
  inForce: InForce,
  asOf: string,
  owner: (commit: string) => Assessment | undefined,
): Verdict {
  const buckets = sortIntoBuckets({ change: rollback, entries }, asOf);
  const deployments = deploymentsOf(buckets, inForce);
  const own = deployments.get(rollback);
  if (own === undefined) return notAssessable("not-on-record", `Restored: ${rollback} is not on record.`, "Have its events sent again.");
  if (!own.rollback) return notApplicable("no-rollback", "Restored: the deployment is no rollback.", own.lookup ?? own.told);
  const failed = deployments.get(`${rollback.slice(0, rollback.lastIndexOf("/") + 1)}${own.rollsBack}` as Subject);
  return all([restored(own, failed), approvedBefore()]);

  function approvedBefore(): Verdict {
    const resolved = resolutionOf(own?.revision, buckets.artifacts);
    if (resolved === undefined || !("commit" in resolved))
      return notAssessable(
        "commit-unresolved",
        "Restored: which commit was put back is not known.",
        "Put the commit on the archive's metadata.",
        own?.lookup ?? own?.told,
      );
    const change = owner(resolved.commit);
    const commit = short(resolved.commit);
    if (change === undefined)
      return notSatisfied(
        "unrecorded-commit",
        `Restored: ${commit} was put back, and no recorded change was merged as it.`,
        "Find out where it comes from.",
        own?.lookup,
      );
    for (const name of ["T4", "T5"] as const) {
      const result = change.tests.find(({ test }) => test === name);
      if (result === undefined || result.outcome === "satisfied" || result.outcome === "not-applicable") continue;
      const words = `Restored: ${commit} was put back, of ${change.change}, whose ${name} is ${result.outcome}. ${result.because}`;
      return result.outcome === "not-satisfied"
        ? { ...notSatisfied("restored-unapproved", words, "Have the restored revision approved.", own?.lookup), restsOn: result.restsOn }
        : notAssessable("restored-unknown", words, result.remedy ?? "", own?.lookup);
    }
    return satisfied(`Restored: ${commit} was put back, which was approved as ${change.change}.`, own?.lookup);
  }
}
