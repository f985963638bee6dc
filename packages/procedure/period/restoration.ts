import type { Subject } from "@change-ledger/model";
import type { Assessment } from "../assess.ts";
import { sortIntoBuckets } from "../dossier/buckets.ts";
import { type Deployment, deploymentsOf, type Environments } from "../dossier/deployments.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { resolutionOf } from "../dossier/revision.ts";
import type { TestId } from "../procedures/block.ts";
import { restored } from "../tests/rollback.ts";
import { all, notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "../tests/verdict.ts";

/** Tests that say whether a change was approved: by others than its authors, and of the revision that it was merged as. */
export const APPROVAL_TESTS = ["T4", "T5"] as const satisfies readonly TestId[];
const isApproval = (test: TestId): boolean => (APPROVAL_TESTS as readonly TestId[]).includes(test);

/** A rollback as its chain tells it. */
export interface Restoration {
  readonly rollback: Subject;
  /** Undefined: nothing of it is on record. */
  readonly own: Deployment | undefined;
  /** The deployment that it undoes, as far as that is on record. */
  readonly failed: Deployment | undefined;
  /** What it put back. Undefined: nobody knows, or the deployment is no rollback. */
  readonly commit: string | undefined;
}

/** What a rollback put back is the same wherever it ran: no configuration is asked. */
const ANYWHERE: Environments = { codedeployEnvironment: () => undefined, ecsEnvironment: () => undefined };

/**
 * Resolves which commit a rollback put back.
 * @param rollback the rollback's subject
 * @param entries its chain, that of the deployment which it undoes, and artefacts that its revision may be
 * @param asOf RFC 3339, UTC, milliseconds
 */
export function resolveRestoration(rollback: Subject, entries: readonly Recorded[], asOf: string): Restoration {
  const buckets = sortIntoBuckets({ change: rollback, entries }, asOf);
  const deployments = deploymentsOf(buckets, ANYWHERE);
  const own = deployments.get(rollback);
  if (!own?.rollback) return { rollback, own, failed: undefined, commit: undefined };
  const failed = deployments.get(`${rollback.slice(0, rollback.lastIndexOf("/") + 1)}${own.rollsBack}` as Subject);
  const resolved = resolutionOf(own.revision, buckets.artifacts);
  return { rollback, own, failed, commit: resolved !== undefined && "commit" in resolved ? resolved.commit : undefined };
}

/**
 * Judges a rollback: tied to what triggered it (T14), and by whether the revision that it put back was itself approved.
 * @param owner the assessment of the change that was merged as the restored commit; undefined when no recorded change was
 */
export function judgeRestoration({ rollback, own, failed, commit }: Restoration, owner: Assessment | undefined): Verdict {
  if (own === undefined) return notAssessable("not-on-record", `Restored: ${rollback} is not on record.`, "Have its events sent again.");
  if (!own.rollback) return notApplicable("no-rollback", "Restored: the deployment is no rollback.", own.told);
  return all([restored(own, failed), approvedBefore(own, commit, owner)]);
}

function approvedBefore({ lookup, told }: Deployment, commit: string | undefined, change: Assessment | undefined): Verdict {
  if (commit === undefined)
    return notAssessable(
      "commit-unresolved",
      "Restored: which commit was put back is not known.",
      "Put the commit on the archive's metadata.",
      lookup ?? told,
    );
  const sha = short(commit);
  if (change === undefined)
    return notSatisfied(
      "unrecorded-commit",
      `Restored: ${sha} was put back, and no recorded change was merged as it.`,
      "Find out where it comes from.",
      lookup,
    );
  const own = change.tests.filter(({ test }) => isApproval(test));
  const wanting =
    own.find(({ outcome }) => outcome === "not-satisfied") ??
    own.find(({ outcome }) => outcome !== "satisfied" && outcome !== "not-applicable");
  if (wanting === undefined) return satisfied(`Restored: ${sha} was put back, which was approved as ${change.change}.`, lookup);
  const words = `Restored: ${sha} was put back, of ${change.change}, whose ${wanting.test} is ${wanting.outcome}. ${wanting.because}`;
  return wanting.outcome === "not-satisfied"
    ? { ...notSatisfied("restored-unapproved", words, "Have the restored revision approved."), restsOn: wanting.restsOn }
    : notAssessable("restored-unknown", words, "Find out what is not known of the change whose revision was put back.", lookup);
}
