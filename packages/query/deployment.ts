import {
  canonicalBytes,
  DEPLOYMENT_STATE_RANK,
  type DeploymentState,
  type Entry,
  type FactsOf,
  hostDeploymentState,
  type Identity,
  type Revision,
  type SealedEntry,
  type Subject,
  subject,
  subjectId,
  TARGET_STATE_RANK,
  type TargetState,
} from "@change-ledger/model";
import { advance, begin, type Folded, type Folding, foldInto } from "./folding.ts";
import { compareText, earliest, highest, joined, type Keyed, lastOf, latest, least, type Stamp, stampOf, told } from "./order.ts";

const TARGETS_KEPT = 100;
const FAILURES_KEPT = 4;
/** Images or functions and who vouches for each: a deployment has two or three of either. */
const ARTIFACTS_KEPT = 16;

/** Succeeded, Stopped, Failed: nothing follows. */
export function isEnd(state: DeploymentState | undefined): boolean {
  return state === "Succeeded" || state === "Stopped" || state === "Failed";
}

/** The look-up's answer that holds: of an ended deployment before one of a running one, else the latest. */
export interface LookupSnapshot extends Stamp {
  readonly application: string;
  readonly group: string;
  readonly state: DeploymentState;
  readonly revision: Revision;
  readonly previous?: Revision;
  readonly creator?: string;
  readonly rollsBack?: string;
  readonly rolledBackBy?: string;
  readonly error?: string;
  readonly createdAt?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
}

/** A target that failed, as the look-up tells it: the lifecycle event, its error code and script. */
export interface TargetFailure {
  readonly at: string;
  readonly target: string;
  readonly event?: string;
  readonly error?: string;
  readonly script?: string;
}

/** A deployment that the code host keeps (GitHub's deployments). */
export interface HostSnapshot extends Stamp {
  readonly environment: string;
  readonly commit: string;
  readonly creator?: Identity;
}

/** The folded state of a deployment's chain. */
export interface DeploymentSummary extends Folding {
  readonly type: "deployment";
  readonly about?: Stamp & { readonly application: string; readonly group: string };
  readonly state?: DeploymentState;
  /** The first event that said the deployment runs. */
  readonly startedAt?: string;
  /** ECS: why it failed; of a rollback, whose revision it puts back. Of words that contradict each other the greatest holds. */
  readonly error?: string;
  readonly restores?: string;
  /** The end that the events tell, by the sender's clock. */
  readonly ended?: { readonly state: DeploymentState; readonly at: string };
  readonly principal?: Stamp & { readonly name: string };
  readonly lookup?: LookupSnapshot;
  /** What look-ups of what was deployed found: which commit it is, and how that is known; the first of them in an order of their own. */
  readonly artifacts?: readonly FactsOf<"artifact">[];
  /** The stable reason why the look-up gave up. */
  readonly unresolved?: Stamp & { readonly reason: string };
  readonly host?: HostSnapshot;
  readonly targets?: Keyed<TargetState>;
  /** The first target that an event called failed. */
  readonly failed?: { readonly at: string; readonly target: string };
  readonly failures?: readonly TargetFailure[];
  /** The rollback that names this deployment as its trigger, on its own chain. */
  readonly tied?: string;
}

export function beginDeployment(of: Subject): DeploymentSummary {
  return { ...begin(of), type: "deployment" };
}

/** Folds one entry of a deployment's chain. */
export function evolveDeployment(state: DeploymentSummary | undefined, sealed: SealedEntry): Folded<DeploymentSummary> {
  return foldInto(state ?? beginDeployment(sealed.entry.subject), sealed, apply);
}

function apply(before: DeploymentSummary, sealed: SealedEntry): DeploymentSummary {
  const { entry } = sealed;
  const state = advance(before, sealed);
  switch (entry.kind) {
    case "deployment-state":
      return withState(withAbout(withReason(state, entry.facts), entry, entry.facts), entry.facts.state, entry.occurredAt);
    case "target-state":
      return withTarget(withAbout(state, entry, entry.facts), entry.facts.target, entry.facts.state, entry.occurredAt);
    case "deployment-created":
      return { ...state, principal: latest(state.principal, { ...stampOf(entry), name: principalName(entry.facts) }) };
    case "deployment-lookup":
      return withLookup(state, entry, entry.facts);
    case "artifact":
      return { ...state, artifacts: least([...(state.artifacts ?? []), entry.facts], byBytes, ARTIFACTS_KEPT) };
    case "unresolved":
      if (entry.facts.asked !== "deployment") return state;
      return { ...state, unresolved: latest(state.unresolved, { ...stampOf(entry), reason: entry.facts.reason }) };
    case "host-deployment":
    case "host-deployment-status":
      return withHost(state, entry, entry.facts);
    default:
      return state;
  }
}

function byBytes(a: FactsOf<"artifact">, b: FactsOf<"artifact">): number {
  return Buffer.compare(canonicalBytes(a), canonicalBytes(b));
}

function withAbout(state: DeploymentSummary, entry: Entry, facts: { application: string; group: string }): DeploymentSummary {
  return { ...state, about: latest(state.about, { ...stampOf(entry), application: facts.application, group: facts.group }) };
}

function withReason(state: DeploymentSummary, { error, restores }: FactsOf<"deployment-state">): DeploymentSummary {
  return { ...state, ...(error && { error: lastOf(state.error, error) }), ...(restores && { restores: lastOf(state.restores, restores) }) };
}

function raise(known: DeploymentState | undefined, said: DeploymentState): DeploymentState {
  return known === undefined || DEPLOYMENT_STATE_RANK[said] > DEPLOYMENT_STATE_RANK[known] ? said : known;
}

function withState(state: DeploymentSummary, said: DeploymentState, at: string): DeploymentSummary {
  const next = { ...state, state: raise(state.state, said) };
  if (!isEnd(said)) return { ...next, startedAt: earliest(state.startedAt, at) };
  const known = state.ended;
  if (known === undefined || DEPLOYMENT_STATE_RANK[said] > DEPLOYMENT_STATE_RANK[known.state])
    return { ...next, ended: { state: said, at } };
  return { ...next, ended: known.state === said ? { state: said, at: earliest(known.at, at) } : known };
}

function withTarget(state: DeploymentSummary, target: string, said: TargetState, at?: string): DeploymentSummary {
  const join = (known: TargetState | undefined): TargetState =>
    known === undefined || TARGET_STATE_RANK[said] > TARGET_STATE_RANK[known] ? said : known;
  const next = { ...state, targets: joined(state.targets, target, join, TARGETS_KEPT + 1) };
  if (said !== "Failed" || at === undefined) return next;
  return { ...next, failed: least([...(state.failed ? [state.failed] : []), { at, target }], byTimeThenTarget, 1)[0] ?? { at, target } };
}

function byTimeThenTarget(a: { at: string; target: string }, b: { at: string; target: string }): number {
  return compareText(a.at, b.at) || compareText(a.target, b.target);
}

function principalName(facts: FactsOf<"deployment-created">): string {
  const { arn, name, id, type } = facts.principal;
  return arn ?? name ?? id ?? type ?? "unnamed";
}

/** Continuations of a long answer repeat its head: the first part speaks for the deployment, every part for its own targets. */
function withLookup(state: DeploymentSummary, entry: Entry, facts: FactsOf<"deployment-lookup">): DeploymentSummary {
  const failures = facts.targets.filter((target) => target.status === "Failed").map((target) => failureOf(target));
  let next: DeploymentSummary = { ...state, state: raise(state.state, facts.state) };
  for (const target of facts.targets) next = withTarget(next, target.id, targetState(target.status));
  if (failures.length > 0) next = { ...next, failures: least([...(state.failures ?? []), ...failures], byTimeThenDetail, FAILURES_KEPT) };
  if ((entry.part?.index ?? 0) > 0) return next;
  const { application, group, state: said, revision, previousRevision: previous, creator, rollsBack, rolledBackBy, error } = facts;
  const { createdAt, startedAt, completedAt } = facts;
  const times = { createdAt, startedAt, completedAt };
  const answer = told({
    ...stampOf(entry),
    application,
    group,
    state: said,
    revision,
    previous,
    creator,
    rollsBack,
    rolledBackBy,
    error,
    ...times,
  });
  return { ...next, lookup: highest(state.lookup, answer, (one) => (isEnd(one.state) ? 1 : 0)) };
}

function targetState(status: string): TargetState {
  return Object.hasOwn(TARGET_STATE_RANK, status) ? (status as TargetState) : "Unknown";
}

function failureOf(target: FactsOf<"deployment-lookup">["targets"][number]): TargetFailure {
  const failed = target.lifecycle.find((event) => event.status === "Failed");
  const at = target.updatedAt ?? failed?.end ?? "";
  return told({ at, target: target.id, event: failed?.name, error: failed?.error, script: failed?.script });
}

function byTimeThenDetail(a: TargetFailure, b: TargetFailure): number {
  return (
    byTimeThenTarget(a, b) ||
    compareText(a.event ?? "", b.event ?? "") ||
    compareText(a.error ?? "", b.error ?? "") ||
    compareText(a.script ?? "", b.script ?? "")
  );
}

function withHost(
  state: DeploymentSummary,
  entry: Entry,
  facts: FactsOf<"host-deployment"> | FactsOf<"host-deployment-status">,
): DeploymentSummary {
  const { environment, commit, creator } = facts;
  const next = { ...state, host: latest(state.host, told({ ...stampOf(entry), environment, commit, creator })) };
  const said = "state" in facts ? hostDeploymentState(facts.state) : undefined;
  return said === undefined ? next : withState(next, said, entry.occurredAt);
}

/** The deployment of this id in the same account and region as `of`. */
export function siblingDeployment(of: Subject, id: string): Subject {
  const segment = subjectId(subject("deployment", id));
  return `${of.slice(0, of.lastIndexOf("/") + 1)}${segment}` as Subject;
}

/** Notes that `rollback` (its id) names this deployment as its trigger; the rollback's look-up may come when this one's is long done. */
export function withRollback(state: DeploymentSummary | undefined, of: Subject, rollback: string): DeploymentSummary {
  const before = state ?? beginDeployment(of);
  return before.tied !== undefined && before.tied <= rollback ? before : { ...before, tied: rollback };
}

export const DEPLOYMENT_TARGETS_SHOWN = TARGETS_KEPT;
