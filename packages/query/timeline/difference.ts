import type { Subject } from "@change-ledger/model";
import { told } from "../order.ts";
import type { CarriedChange } from "./carried.ts";
import type { DeploymentStory } from "./story.ts";

/** What a deployment brings that was not there after the group's last good one. */
export interface Difference {
  /** The last good deployment of the group, where it is on record. */
  readonly since?: Subject;
  /** How the former revision is known: AWS's word, or the last good deployment's. */
  readonly by: "previous-revision" | "last-good-deployment" | "nothing";
  readonly fromCommit?: string;
  readonly toCommit?: string;
  /** The very same revision was deployed again: whatever broke, it was not new code. */
  readonly sameRevision: boolean;
  /** Numbers of changes: all that are carried, those that nobody tried to deploy before, those that an earlier failed attempt carried. */
  readonly changes: { readonly carried: number; readonly fresh: number; readonly retried: number };
  /** The deployment configuration, where it differs. */
  readonly config?: { readonly from?: string; readonly to?: string };
  /** Targets, where both answers name them all. */
  readonly targets?: { readonly added: readonly string[]; readonly gone: readonly string[] };
}

/** At most so many targets are named on each side. */
const NAMED_MAX = 100;

export function differenceOf(of: DeploymentStory, lastGood: DeploymentStory | undefined, carried: readonly CarriedChange[]): Difference {
  const told_ = of.view.previousRevision?.commit;
  const fromCommit = told_ ?? lastGood?.view.revision?.commit;
  const toCommit = of.view.revision?.commit;
  const retried = carried.filter((one) => one.retried).length;
  return told({
    since: lastGood?.subject,
    by:
      told_ !== undefined
        ? ("previous-revision" as const)
        : fromCommit !== undefined
          ? ("last-good-deployment" as const)
          : ("nothing" as const),
    fromCommit,
    toCommit,
    sameRevision: fromCommit !== undefined && fromCommit === toCommit,
    changes: { carried: carried.length, fresh: carried.length - retried, retried },
    config: lastGood === undefined || lastGood.config === of.config ? undefined : told({ from: lastGood.config, to: of.config }),
    targets: targetsBetween(of, lastGood),
  });
}

function targetsBetween(of: DeploymentStory, lastGood: DeploymentStory | undefined): Difference["targets"] {
  if (lastGood === undefined || !lastGood.targetsCounted || !of.targetsCounted) return undefined;
  const now = new Set(of.targets.map(({ id }) => id));
  const were = new Set(lastGood.targets.map(({ id }) => id));
  const sorted = (ids: Set<string>) => [...ids].sort().slice(0, NAMED_MAX);
  return { added: sorted(now.difference(were)), gone: sorted(were.difference(now)) };
}
