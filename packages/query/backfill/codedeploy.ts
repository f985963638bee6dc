import { type DeploymentQuestion, FINDER_HEADER, type Finder } from "@change-ledger/sources";
import { compareText } from "../order.ts";
import type { DeploymentLists, Place } from "../reconcile/ports.ts";
import type { BackfillStep } from "./github.ts";
import type { BackfillState } from "./ports.ts";

const FINDER: Finder = "backfill";

export interface CodedeployQuestion {
  readonly at: Place;
  /** RFC 3339, UTC, ms. */
  readonly since: string;
  readonly state: BackfillState;
  /** RFC 3339, UTC, ms. */
  readonly now: () => string;
  /** The body of a `codedeploy-lookup` delivery. */
  readonly describe: (of: DeploymentQuestion) => Promise<Uint8Array>;
}

/** The deployments of a region as CodeDeploy remembers them, each as a look-up answers it: group by group, the oldest first. What is in already is passed over. */
export async function* codedeployBackfill(
  lists: DeploymentLists,
  { at, since, state, now, describe }: CodedeployQuestion,
): AsyncGenerator<BackfillStep> {
  let filled = state.codedeploy;
  for (const { application, group } of await lists.groups(at)) {
    const scope = `${at.account}/${at.region}/${application}/${group}`;
    const from = filled[scope] ?? since;
    const listed = await lists.deployments(at, application, group, { from, to: now() });
    const inOrder = [...listed].sort((a, b) => compareText(a.createdAt, b.createdAt) || compareText(a.id, b.id));
    for (const [nth, { id, createdAt }] of inOrder.entries()) {
      const body = await describe({ ...at, deploymentId: id });
      // Of one instant there may be several: the state says that one is in once the next is later.
      filled = { ...filled, [scope]: createdAt };
      yield {
        found: [{ delivery: { system: "codedeploy-lookup", receivedAt: now(), headers: { [FINDER_HEADER]: FINDER }, body } }],
        state: { ...state, codedeploy: filled },
        what: `${application}/${group}`,
        done: nth + 1,
        of: inOrder.length,
      };
    }
  }
}
