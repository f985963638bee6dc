import type { DeploymentState, Revision, Subject, TargetState } from "@change-ledger/model";
import { withArtifacts } from "@change-ledger/procedure";
import type { ChainHead } from "./change-view.ts";
import { DEPLOYMENT_TARGETS_SHOWN, type DeploymentSummary, isEnd, siblingDeployment } from "./deployment.ts";
import { told } from "./order.ts";
import { scopeOf } from "./place.ts";

export interface FailureView {
  readonly target: string;
  readonly at?: string;
  /** The lifecycle event that failed, its error code and script: from the look-up. */
  readonly event?: string;
  readonly error?: string;
  readonly script?: string;
}

/** What is shown of a deployment. All but `chain` is the same for every order of arrival of the same facts. */
export interface DeploymentView {
  readonly subject: Subject;
  readonly scope: string;
  readonly application?: string;
  readonly group?: string;
  readonly state?: DeploymentState;
  /** It restores an earlier revision and carries nothing. */
  readonly rollback: boolean;
  readonly rollsBack?: Subject;
  readonly rolledBackBy?: Subject;
  readonly revision?: Revision;
  readonly previousRevision?: Revision;
  readonly creator?: string;
  /** Who called CreateDeployment, as CloudTrail names them. */
  readonly principal?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly firstFailureAt?: string;
  readonly failure?: FailureView;
  readonly error?: string;
  readonly targets: { id: string; state: TargetState }[];
  readonly targetsTruncated: boolean;
  readonly lookedUp: "done" | "pending" | "unresolved";
  readonly unresolved?: string;
  readonly openedAt?: string;
  readonly lastAt?: string;
  readonly chain: ChainHead;
}

/** `creator` of a deployment that CodeDeploy or ECS started by itself to restore a revision. */
const ROLLBACK_CREATORS: ReadonlySet<string | undefined> = new Set(["codeDeployRollback", "ecsRollback"]);

export function viewDeployment(state: DeploymentSummary): DeploymentView {
  const { lookup, host, about } = state;
  const sibling = (id: string | undefined) => (id === undefined ? undefined : siblingDeployment(state.subject, id));
  const targets = state.targets ?? [];
  const claims = (state.artifacts ?? []).map((facts) => ({ facts, lookedUp: true }));
  return told({
    subject: state.subject,
    scope: scopeOf(state.subject),
    application: about?.application ?? lookup?.application,
    group: about?.group ?? lookup?.group ?? host?.environment,
    state: state.state,
    rollback: ROLLBACK_CREATORS.has(lookup?.creator) || lookup?.rollsBack !== undefined || state.restores !== undefined,
    rollsBack: sibling(lookup?.rollsBack),
    rolledBackBy: sibling(lookup?.rolledBackBy ?? state.tied),
    revision: lookup === undefined ? hostRevision(state) : withArtifacts(lookup.revision, claims),
    previousRevision: lookup?.previous && withArtifacts(lookup.previous, claims),
    creator: lookup?.creator ?? host?.creator?.login ?? host?.creator?.id,
    principal: state.principal?.name,
    startedAt: state.startedAt ?? lookup?.startedAt,
    endedAt: endedAt(state),
    firstFailureAt: state.failed?.at ?? (state.failures?.[0]?.at || undefined),
    failure: failureView(state),
    error: lookup?.error ?? state.error,
    targets: targets.slice(0, DEPLOYMENT_TARGETS_SHOWN).map(([id, said]) => ({ id, state: said })),
    targetsTruncated: targets.length > DEPLOYMENT_TARGETS_SHOWN,
    lookedUp: lookup !== undefined ? ("done" as const) : state.unresolved !== undefined ? ("unresolved" as const) : ("pending" as const),
    unresolved: lookup === undefined ? state.unresolved?.reason : undefined,
    openedAt: state.firstAt,
    lastAt: state.lastAt,
    chain: { length: state.next, hash: state.head },
  });
}

/** The event's clock decides; the look-up's where no event told the end that holds. */
function endedAt({ state, ended, lookup }: DeploymentSummary): string | undefined {
  if (!isEnd(state)) return undefined;
  if (ended?.state === state) return ended?.at;
  return lookup?.completedAt ?? ended?.at;
}

/** The first failing target: the events say which, the look-up says how. */
function failureView({ failed, failures }: DeploymentSummary): FailureView | undefined {
  const detail = (failed && failures?.find((one) => one.target === failed.target)) ?? (failed ? undefined : failures?.[0]);
  if (failed === undefined && detail === undefined) return undefined;
  return told({
    target: failed?.target ?? detail?.target ?? "",
    at: failed?.at ?? (detail?.at || undefined),
    event: detail?.event,
    error: detail?.error,
    script: detail?.script,
  });
}

function hostRevision({ host, subject }: DeploymentSummary): Revision | undefined {
  if (host === undefined) return undefined;
  return { type: "GitHub", repository: scopeOf(subject).replace(/^github\//, ""), commit: host.commit, by: "revision" };
}
