import type { Subject } from "@change-ledger/model";
import type { Assessment } from "../assess.ts";
import type { InForce } from "../configuration/in-force.ts";
import { sortIntoBuckets } from "../dossier/buckets.ts";
import { type Deployment, deploymentsOf } from "../dossier/deployments.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { type Resolution, resolutionOf } from "../dossier/revision.ts";
import type { TestId } from "../procedures/block.ts";
import { restored } from "../tests/rollback.ts";
import { all, notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "../tests/verdict.ts";

/** Tests that say whether a change was approved: by others than its authors, and of the revision that it was merged as. */
export const APPROVAL_TESTS = ["T4", "T5"] as const satisfies readonly TestId[];
const isApproval = (test: TestId): boolean => (APPROVAL_TESTS as readonly TestId[]).includes(test);

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
  if (!own.rollback) return notApplicable("no-rollback", "Restored: the deployment is no rollback.", own.told);
  const failed = deployments.get(`${rollback.slice(0, rollback.lastIndexOf("/") + 1)}${own.rollsBack}` as Subject);
  return all([restored(own, failed), approvedBefore(own, resolutionOf(own.revision, buckets.artifacts), owner)]);
}

function approvedBefore(
  { lookup, told }: Deployment,
  resolved: Resolution | undefined,
  owner: (commit: string) => Assessment | undefined,
): Verdict {
  if (resolved === undefined || !("commit" in resolved))
    return notAssessable(
      "commit-unresolved",
      "Restored: which commit was put back is not known.",
      "Put the commit on the archive's metadata.",
      lookup ?? told,
    );
  const change = owner(resolved.commit);
  const commit = short(resolved.commit);
  if (change === undefined)
    return notSatisfied(
      "unrecorded-commit",
      `Restored: ${commit} was put back, and no recorded change was merged as it.`,
      "Find out where it comes from.",
      lookup,
    );
  const own = change.tests.filter(({ test }) => isApproval(test));
  const wanting =
    own.find(({ outcome }) => outcome === "not-satisfied") ??
    own.find(({ outcome }) => outcome !== "satisfied" && outcome !== "not-applicable");
  if (wanting === undefined) return satisfied(`Restored: ${commit} was put back, which was approved as ${change.change}.`, lookup);
  const words = `Restored: ${commit} was put back, of ${change.change}, whose ${wanting.test} is ${wanting.outcome}. ${wanting.because}`;
  return wanting.outcome === "not-satisfied"
    ? { ...notSatisfied("restored-unapproved", words, "Have the restored revision approved."), restsOn: wanting.restsOn }
    : notAssessable("restored-unknown", words, "Find out what is not known of the change whose revision was put back.", lookup);
}
