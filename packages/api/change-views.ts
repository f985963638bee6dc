import type { Subject } from "@change-ledger/model";
import { type ChangeSummary, type ChangeView, type DeploymentView, linksInForce, viewChange, viewDeployment } from "@change-ledger/query";
import type { Caller } from "./caller.ts";
import type { ApiPorts } from "./ports.ts";

/** A change as a caller sees it, and the deployments that carry it. */
export interface ShownChange {
  readonly view: ChangeView;
  /** All of them: a filter goes by what is on record. */
  readonly carriers: readonly DeploymentView[];
}

/** The summaries of those of the subjects that are changes on record, or that stand on the link index alone. */
export async function changesAt({ models }: Pick<ApiPorts, "models">, subjects: readonly Subject[]): Promise<ChangeSummary[]> {
  if (subjects.length === 0) return [];
  const stored = [...(await models.get(subjects)).values()].map(({ state }) => state);
  return stored.filter((state) => state?.type === "change" && (state.next > 0 || state.stub !== undefined)) as ChangeSummary[];
}

/** How far a change went is read from the deployments that carry it: one more read for a whole page. */
export async function viewChanges(
  { models }: Pick<ApiPorts, "models">,
  changes: readonly ChangeSummary[],
  caller: Caller,
): Promise<ShownChange[]> {
  const carriers = [...new Set(changes.flatMap(linksInForce))];
  const stored = carriers.length === 0 ? new Map() : await models.get(carriers);
  const deployments = [...stored.values()].flatMap(({ state }) => (state?.type === "deployment" ? [state] : []));
  const views = new Map(deployments.map((one) => [one.subject, viewDeployment(one)]));
  return changes.map((change) => ({
    view: shownTo(caller, viewChange(change, deployments)),
    carriers: linksInForce(change).flatMap((one) => views.get(one) ?? []),
  }));
}

/** Names of what the caller may not read are left out. How far the change went, and how it was judged, is told by all that is on record. */
function shownTo(caller: Caller, view: ChangeView): ChangeView {
  const may = (subject: Subject) => caller.mayReadLinked(subject);
  return { ...view, deployments: view.deployments.filter(may), tickets: view.tickets.filter(may) };
}
