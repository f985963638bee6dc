import type { Subject } from "@change-ledger/model";
import { type DeploymentSummary, type DeploymentView, listedAt, scopeOf, viewDeployment } from "@change-ledger/query";
import type { ApiPorts } from "./ports.ts";

/** Deployments of a scope that one look takes in. Nothing lists those of a group alone: three looks find those that matter, however long the record is. */
const A_LOOK = 100;
const SOON_MS = 2 * 3_600_000;
/** Of the group's deployments on either side. */
const EACH_SIDE = 10;

export interface GroupAround {
  /** Read models of the deployment itself, of those which its story needs, and of the latest; by time. */
  readonly views: readonly DeploymentView[];
  /** There may be deployments of the group between those that were found after it and the latest. */
  readonly gap: boolean;
}

/**
 * The group's deployments from the last good one before to the first good one after, the latest good one and what came after that, and those that name each
 * other as rollbacks.
 */
export async function groupAround({ models }: Pick<ApiPorts, "models">, of: DeploymentSummary): Promise<GroupAround> {
  const own = viewDeployment(of);
  const at = listedAt(of);
  const scope = scopeOf(of.subject);
  const looks =
    at === undefined
      ? []
      : await Promise.all([
          models.places("deployment", scope, A_LOOK, { at, subject: of.subject }),
          models.places("deployment", scope, A_LOOK, { at: new Date(Date.parse(at) + SOON_MS).toISOString(), subject: of.subject }),
          models.places("deployment", scope, A_LOOK),
        ]);
  const [, , newest = []] = looks;
  const named = [own.rolledBackBy, own.rollsBack].filter((one) => one !== undefined);
  const found = [...new Set([...looks.flat().map(({ subject }) => subject), ...named])].filter((one) => one !== of.subject);
  const views = [own, ...(await viewsOf(models, found))];
  const group = views.filter((view) => view.application === own.application && view.group === own.group).sort(byTime);
  const around = needed(group, own);
  const partners = around.flatMap(({ rolledBackBy, rollsBack }) => [rolledBackBy, rollsBack]).filter((one) => one !== undefined);
  const known = new Set(around.map(({ subject }) => subject));
  const missing = [...new Set(partners)].filter((one) => !known.has(one)).slice(0, EACH_SIDE);
  const reached = newest.length < A_LOOK || newest.some((place) => place.at <= (at ?? ""));
  return { views: [...around, ...(await viewsOf(models, missing))].sort(byTime), gap: !reached };
}

async function viewsOf(models: ApiPorts["models"], subjects: readonly Subject[]): Promise<DeploymentView[]> {
  if (subjects.length === 0) return [];
  return [...(await models.get(subjects)).values()].flatMap(({ state }) => (state?.type === "deployment" ? [viewDeployment(state)] : []));
}

function needed(group: readonly DeploymentView[], own: DeploymentView): DeploymentView[] {
  const at = group.findIndex(({ subject }) => subject === own.subject);
  const from = Math.max(group.slice(0, at).findLastIndex(isSettled), at - EACH_SIDE, 0);
  const next = group.findIndex((view, index) => index > at && isSettled(view));
  const to = Math.min(next < 0 ? group.length - 1 : next, at + EACH_SIDE);
  const latest = group.findLastIndex(isGood);
  const tail = latest < 0 ? [] : group.slice(latest).slice(0, EACH_SIDE);
  return [...new Set([...group.slice(from, to + 1), ...tail])];
}

function isGood({ state, rolledBackBy }: DeploymentView): boolean {
  return state === "Succeeded" && rolledBackBy === undefined;
}

function isSettled(view: DeploymentView): boolean {
  return isGood(view) && !view.rollback;
}

function byTime(a: DeploymentView, b: DeploymentView): number {
  const [x, y] = [a, b].map((view) => `${view.startedAt ?? view.openedAt ?? ""} ${view.subject}`) as [string, string];
  return x < y ? -1 : x > y ? 1 : 0;
}
