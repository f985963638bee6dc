import type { Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { evolveDeployment, siblingDeployment, withRollback } from "../deployment.ts";
import { type DeploymentView, viewDeployment } from "../deployment-view.ts";
import { compareText, told } from "../order.ts";
import { restoredFrom } from "../restore.ts";
import { type Failure, failureOf } from "./failure-class.ts";
import { foldOf } from "./recorded.ts";
import { type TargetView, targetsOf } from "./targets.ts";

/** `failed`: as a whole, or stopped after a target had failed, or undone by a rollback. `stopped`: before any target failed. */
export const DEPLOYMENT_RESULTS = ["running", "good", "failed", "stopped"] as const;
export type DeploymentResult = (typeof DEPLOYMENT_RESULTS)[number];

export function outcomeIn({ state, rolledBackBy, firstFailureAt }: DeploymentView): DeploymentResult {
  if (state === "Failed" || rolledBackBy !== undefined) return "failed";
  if (state === "Stopped") return firstFailureAt === undefined ? "stopped" : "failed";
  return state === "Succeeded" ? "good" : "running";
}

/** A deployment as its own chain tells it. */
export interface DeploymentStory {
  readonly subject: Subject;
  /** What the lists show of it: one set of rules, so that no two pages differ. */
  readonly view: DeploymentView;
  /** The deployment configuration's name. */
  readonly config?: string;
  readonly targets: readonly TargetView[];
  /** All targets are named by a look-up's answer; else only those that events spoke of. */
  readonly targetsCounted: boolean;
  readonly failed?: FirstFailure;
  readonly failure?: Failure;
  /** Of an ECS rollback: whose revision it puts back. */
  readonly restores?: Subject;
  readonly outcome: DeploymentResult;
  readonly wentWrong: boolean;
  readonly chain: readonly Recorded[];
}

/** The target that failed first. */
export interface FirstFailure {
  /** Absent where the deployment names no target (ECS): then it is the deployment's own end. */
  readonly target?: string;
  readonly at?: string;
  readonly event?: string;
  readonly error?: string;
  readonly script?: string;
}

/** The stories of all deployments on record, each by its own chain and by the rollbacks that name it. @param chains in order of time */
export function storiesOf(chains: ReadonlyMap<Subject, readonly Recorded[]>): Map<Subject, DeploymentStory> {
  const undone = new Map<Subject, string[]>();
  const deployments = [...chains].filter(([subject]) => subject.startsWith("deployment:"));
  for (const [, chain] of deployments)
    for (const { entry } of chain) {
      const restored = restoredFrom(entry);
      if (restored !== undefined) undone.set(restored.failed, [...(undone.get(restored.failed) ?? []), restored.rollback]);
    }
  return new Map(
    deployments.flatMap(([subject, chain]) => {
      const story = storyOf(subject, chain, undone.get(subject) ?? [], chains.get(serviceOf(subject) ?? subject) ?? []);
      return story === undefined ? [] : [[subject, story] as const];
    }),
  );
}

/** The chain of what befell the ECS service of a deployment, as far as no deployment was named. */
export function serviceOf(deployment: Subject): Subject | undefined {
  return deployment.startsWith("deployment:ecs/") ? (deployment.replace(/^deployment:(.*)\/[^/]*$/, "audit:$1") as Subject) : undefined;
}

/** What first befell an ECS service while it was deployed to: the name of the service's action. @param chains in order of time */
function firstTrouble({ startedAt, endedAt, openedAt }: DeploymentView, ...chains: readonly (readonly Recorded[])[]): string | undefined {
  const from = startedAt ?? openedAt ?? "~";
  const during = chains
    .flat()
    .filter(
      ({ entry }) =>
        entry.kind === "other" && entry.source.system === "ecs" && entry.occurredAt >= from && entry.occurredAt <= (endedAt ?? "~"),
    );
  const [first] = during.sort(
    (a, b) => compareText(a.entry.occurredAt, b.entry.occurredAt) || compareText(a.entry.source.id, b.entry.source.id),
  );
  return first?.entry.source.event.replace(/^.*\./, "");
}

/** @param service the chain of the service's own */
function storyOf(
  subject: Subject,
  chain: readonly Recorded[],
  rollbacks: readonly string[],
  service: readonly Recorded[],
): DeploymentStory | undefined {
  const folded = foldOf(chain, evolveDeployment);
  if (folded === undefined) return undefined;
  const state = rollbacks.reduce((before, rollback) => withRollback(before, subject, rollback), folded);
  const view = viewDeployment(state);
  const { targets, counted, config } = targetsOf(chain);
  const failed: FirstFailure | undefined =
    firstFailure(view, targets) ?? (view.state === "Failed" ? told({ at: view.endedAt }) : undefined);
  const outcome = outcomeIn(view);
  const trouble = serviceOf(subject) === undefined ? undefined : firstTrouble(view, chain, service === chain ? [] : service);
  const cause = trouble === undefined ? failed : { error: trouble };
  return told({
    subject,
    view,
    config,
    targets,
    targetsCounted: counted,
    failed,
    failure: outcome === "failed" || outcome === "stopped" ? failureOf(codeOf(view), cause) : undefined,
    restores: state.restores === undefined ? undefined : siblingDeployment(subject, state.restores),
    outcome,
    wentWrong: outcome === "failed",
    chain,
  });
}

function codeOf({ error, state }: DeploymentView): string | undefined {
  return error ?? (state === "Stopped" ? "MANUAL_STOP" : undefined);
}

/** The events say which target failed first, the look-up how. More targets may be known here than the list's view keeps. */
function firstFailure({ failure }: DeploymentView, targets: readonly TargetView[]): FirstFailure | undefined {
  if (failure === undefined) return undefined;
  const lifecycle = targets.find(({ id }) => id === failure.target)?.lifecycle.find(({ status }) => status === "Failed");
  return told({
    target: failure.target,
    at: failure.at,
    event: failure.event ?? lifecycle?.name,
    error: failure.error ?? lifecycle?.error,
    script: failure.script ?? lifecycle?.script,
  });
}

/** Deployments of one group have the same key: application and group in one account and region (of ECS: service and cluster). */
export function groupOf({ view: { scope, application, group } }: DeploymentStory): string {
  return JSON.stringify([scope, application, group]);
}

/** When it began, as far as anybody told. */
export function beganAt({ view }: DeploymentStory): string {
  return view.startedAt ?? view.openedAt ?? view.lastAt ?? "";
}

export function inOrderOfTime(a: DeploymentStory, b: DeploymentStory): number {
  return compareText(beganAt(a), beganAt(b)) || compareText(a.subject, b.subject);
}

/** It ended well, and nothing undid it. */
export function isGood({ outcome }: DeploymentStory): boolean {
  return outcome === "good";
}
