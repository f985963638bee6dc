import type { Outcome, Revision, Subject } from "@change-ledger/model";
import { APPROVAL_TESTS, type Recorded } from "@change-ledger/procedure";
import { told } from "../order.ts";

/** Whether a revision was approved, in the words of whoever judges it. */
export interface Approval {
  readonly outcome: Outcome;
  readonly because: string;
  /** The change whose approval it is. */
  readonly change?: Subject;
}

/** What is to be judged: a change, or what was deployed and the change that was merged as it, if one is on record here. */
export type ApprovalOf = (of: { readonly revision?: Revision; readonly change?: Subject }) => Approval | undefined;

const WORST: readonly Outcome[] = ["not-satisfied", "not-assessable", "pending", "satisfied", "not-applicable"];

/**
 * Approval by the assessments that are on record in the changes' own chains: the latest of each. Says nothing of changes that were never assessed, nor of a
 * revision that no change here was merged as.
 * @param chains in order of time
 */
export function approvalOnRecord(chains: ReadonlyMap<Subject, readonly Recorded[]>): ApprovalOf {
  return ({ change }) => {
    if (change === undefined) return undefined;
    for (const { entry } of (chains.get(change) ?? []).toReversed()) {
      if (entry.kind !== "assessed") continue;
      const { outcomes, asOf } = entry.facts;
      const outcome = WORST.find((one) => APPROVAL_TESTS.some((test) => Object.hasOwn(outcomes, test) && outcomes[test] === one));
      if (outcome === undefined) return undefined;
      const said = APPROVAL_TESTS.filter((test) => Object.hasOwn(outcomes, test)).map((test) => `${test} ${outcomes[test]}`);
      return told({ outcome, because: `${said.join(", ")}, as of ${asOf}.`, change });
    }
    return undefined;
  };
}
