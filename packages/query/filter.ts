import type { Identity, Outcome, Subject } from "@change-ledger/model";
import { worse } from "@change-ledger/procedure";
import { type ChangeSummary, type ChangeType, changeType, type JudgedMark, linksInForce } from "./change.ts";
import type { ChangeState, ChangeView } from "./change-view.ts";
import type { DeploymentView } from "./deployment-view.ts";

/** Whether an identity, as `system` names people, is the one that is asked for. */
export type IsPerson = (system: string, identity: Identity | undefined) => boolean;

/** What evidences a control, as far as a change's summary tells it. */
export interface ControlAsked {
  readonly tests: readonly string[];
  readonly steps: readonly number[];
  readonly outcome: Outcome;
}

/** Which changes a list is asked for; what is absent asks nothing. */
export interface ChangeFilter {
  readonly type?: ChangeType | undefined;
  readonly state?: ChangeState | undefined;
  /** As which type it was last judged. */
  readonly judgedAs?: JudgedMark["type"] | undefined;
  readonly outcome?: Outcome | undefined;
  readonly test?: { readonly test: string; readonly outcome: Outcome } | undefined;
  /** Any of these, by its own outcome. */
  readonly controls?: readonly ControlAsked[] | undefined;
  readonly person?: IsPerson | undefined;
  readonly ticket?: Subject | undefined;
  /** A SHA's beginning: of its head, its merge, or what was reviewed. */
  readonly commit?: string | undefined;
  readonly deployment?: Subject | undefined;
  /** `<application>` or `<application>/<group>`; of ECS `<cluster>/<service>`, either way round. */
  readonly service?: string | undefined;
}

/** Whether the change passes what its own summary can tell. */
export function passes(filter: ChangeFilter, change: ChangeSummary): boolean {
  const { judged, pull, reviews = [] } = change;
  const { type, judgedAs, outcome, test, controls, person, ticket, commit, deployment } = filter;
  if (type !== undefined && changeType(change.subject) !== type) return false;
  if (judgedAs !== undefined && judged?.type !== judgedAs) return false;
  if (outcome !== undefined && judged?.outcome !== outcome) return false;
  if (test !== undefined && saidOfTest(judged, test.test) !== test.outcome) return false;
  if (controls !== undefined && !controls.some((control) => judged !== undefined && saidOfControl(judged, control) === control.outcome))
    return false;
  if (ticket !== undefined && pull?.tickets?.includes(ticket) !== true) return false;
  if (deployment !== undefined && !linksInForce(change).includes(deployment)) return false;
  if (commit !== undefined && !commitsOf(change).some((sha) => sha.startsWith(commit))) return false;
  if (person === undefined) return true;
  return [pull?.author, pull?.mergedBy, ...reviews.map(([, { by }]) => by)].some((identity) => person("github", identity));
}

/** Whether deployments have to be read to answer. */
export function asksDeployments({ service }: ChangeFilter): boolean {
  return service !== undefined;
}

/** Whether the change passes what its view and the deployments that carry it tell. */
export function passesView({ state, service }: ChangeFilter, view: ChangeView, carriers: readonly DeploymentView[]): boolean {
  if (state !== undefined && view.state !== state) return false;
  return service === undefined || carriers.some((carrier) => serves(service, carrier));
}

/** Whether a deployment is of the service: its application, or its application and group. */
export function serves(service: string, { application, group }: Pick<DeploymentView, "application" | "group">): boolean {
  return [application, `${application}/${group}`, `${group}/${application}`].includes(service);
}

function saidOfTest(judged: JudgedMark | undefined, test: string): Outcome | undefined {
  return judged && (judged.outcomes?.[test] ?? "not-applicable");
}

/**
 * What was last said of a control: the worst of its audit tests, and `not-satisfied` where one of its steps has a finding. What else a step came to is not on record: where
 * the whole is worse than all that is, some step made it so, and no control that rests on steps is called better than the whole.
 */
export function saidOfControl(judged: JudgedMark, { tests, steps }: Omit<ControlAsked, "outcome">): Outcome {
  let outcome: Outcome = "not-applicable";
  for (const test of tests) outcome = worse(outcome, judged.outcomes?.[test] ?? "not-applicable");
  const failed = judged.open.flatMap((name) => /^step-(\d+)\//.exec(name)?.[1] ?? []).map(Number);
  if (steps.some((step) => failed.includes(step))) outcome = worse(outcome, "not-satisfied");
  if (steps.length === 0) return outcome;
  const known = Object.values(judged.outcomes ?? {}).reduce(worse, failed.length > 0 ? "not-satisfied" : "not-applicable");
  return worse(known, judged.outcome) === known ? outcome : worse(outcome, judged.outcome);
}

function commitsOf({ subject, pull, reviews = [] }: ChangeSummary): string[] {
  const reviewed = reviews.flatMap(([, { said }]) => said.commit ?? []);
  const pushed = changeType(subject) === "directPush" ? [subject.slice(subject.lastIndexOf("/") + 1)] : [];
  return [pull?.head, pull?.mergeSha, ...reviewed, ...pushed].filter((sha) => sha !== undefined);
}
