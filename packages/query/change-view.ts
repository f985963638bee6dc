import type { Identity, Outcome, Subject } from "@change-ledger/model";
import {
  type BundleMark,
  type ChangeSummary,
  type ChangeType,
  changeType,
  identityKey,
  type JudgedMark,
  linksInForce,
  type Verdict,
} from "./change.ts";
import { type DeploymentSummary, isEnd } from "./deployment.ts";
import { viewDeployment } from "./deployment-view.ts";
import { listedAt } from "./lists.ts";
import { compareText, told } from "./order.ts";
import { scopeOf } from "./place.ts";

export const CHANGE_STATES = [
  "unknown",
  "open",
  "closed",
  "merged",
  "pushed",
  "recorded",
  "withdrawn",
  "deploying",
  "deployed",
  "failed",
  "rolledBack",
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/** A chain's length and the hash of its last entry. */
export interface ChainHead {
  readonly length: number;
  readonly hash: string;
}

export interface ReviewView {
  readonly reviewer: Identity;
  readonly state: Verdict;
  readonly commit?: string;
  readonly at: string;
}

/** What is shown of a change. All but `chain`, `bundles` and the assessment's time is the same for every order of arrival of the same facts. */
export interface ChangeView {
  readonly subject: Subject;
  readonly type: ChangeType;
  readonly repository: string;
  readonly number?: string;
  readonly state: ChangeState;
  readonly author?: Identity;
  readonly headSha?: string;
  readonly baseRef?: string;
  readonly draft?: boolean;
  readonly mergeSha?: string;
  readonly mergedAt?: string;
  readonly mergedBy?: Identity;
  readonly status?: string;
  readonly tickets: Subject[];
  readonly labels: string[];
  readonly reviews: ReviewView[];
  readonly deployments: Subject[];
  readonly openedAt?: string;
  readonly lastAt?: string;
  readonly chain: ChainHead;
  readonly bundles: BundleMark[];
  /** What was last said of its assessment; absent before the first word. */
  readonly assessment?: {
    readonly at: string;
    readonly outcome: Outcome;
    readonly type: JudgedMark["type"];
    readonly findings: string[];
    readonly tests: Readonly<Record<string, Outcome>>;
  };
}

/**
 * @param deployments summaries of the deployments that carry the change (others are left out of account): with them `state` says how far
 *   the change went, without them where its own chain ends
 */
export function viewChange(state: ChangeSummary, deployments: readonly DeploymentSummary[] = []): ChangeView {
  const { pull, record } = state;
  const type = changeType(state.subject);
  const id = state.subject.slice(state.subject.lastIndexOf("/") + 1);
  const carriedBy = linksInForce(state);
  const carriers = deployments.filter((one) => carriedBy.includes(one.subject));
  return told({
    subject: state.subject,
    type,
    repository: scopeOf(state.subject),
    number: type === "pullRequest" ? id : undefined,
    state: howFar(ownState(state), carriers),
    author: pull?.author,
    headSha: pull?.head,
    baseRef: pull?.baseRef,
    draft: pull?.draft,
    mergeSha: type === "directPush" ? id : pull?.mergeSha,
    mergedAt: pull?.mergedAt,
    mergedBy: pull?.mergedBy,
    status: record?.status,
    tickets: [...(pull?.tickets ?? [])].sort(),
    labels: [...(pull?.labels ?? [])].sort(),
    reviews: latestReviews(state),
    deployments: [...carriedBy],
    openedAt:
      state.firstAt ??
      state.stub ??
      carriers
        .map((one) => one.firstAt ?? "")
        .filter(Boolean)
        .sort()[0],
    lastAt:
      state.lastAt ??
      state.stub ??
      carriers
        .map((one) => one.lastAt ?? "")
        .sort()
        .at(-1) ??
      undefined,
    chain: { length: state.next, hash: state.head },
    bundles: [...(state.bundles ?? [])],
    assessment: state.judged && {
      at: state.judged.at,
      outcome: state.judged.outcome,
      type: state.judged.type,
      findings: state.judged.open.map((name) => `${state.subject}#${name}`),
      tests: state.judged.outcomes ?? {},
    },
  });
}

function ownState(state: ChangeSummary): ChangeState {
  const type = changeType(state.subject);
  switch (type) {
    case "pullRequest":
      return state.pull?.state ?? "unknown";
    case "record":
      return state.record?.done === true ? "closed" : state.record?.status === undefined ? "recorded" : "open";
    case "directPush":
      return listedAt(state) === undefined ? "withdrawn" : "pushed";
    case "unmatchedDeployment":
      return listedAt(state) === undefined ? "withdrawn" : "recorded";
    default:
      return type satisfies never;
  }
}

/** One deployment that stands is enough; else one under way; else what became of those that failed. */
function howFar(own: ChangeState, deployments: readonly DeploymentSummary[]): ChangeState {
  if (deployments.length === 0 || own === "withdrawn") return own;
  const views = deployments.map(viewDeployment);
  if (views.some((one) => one.state === "Succeeded" && one.rolledBackBy === undefined)) return "deployed";
  if (views.some((one) => one.state !== undefined && !isEnd(one.state))) return "deploying";
  if (views.some((one) => one.rolledBackBy !== undefined)) return "rolledBack";
  return views.some((one) => one.state !== undefined) ? "failed" : own;
}

/** Each reviewer's latest review that decides something; reviews are ordered by when they were first told, then by their id. */
function latestReviews(state: ChangeSummary): ReviewView[] {
  const byReviewer = new Map<string, { readonly id: string; readonly view: ReviewView; readonly at: string }>();
  for (const [id, { by, said, at }] of state.reviews ?? []) {
    const view = told({ reviewer: by, state: said.state, commit: said.commit, at: said.at });
    const known = byReviewer.get(identityKey(by));
    const order = known === undefined ? 1 : compareText(at, known.at) || id.length - known.id.length || compareText(id, known.id);
    if (order > 0) byReviewer.set(identityKey(by), { id, view, at });
  }
  return [...byReviewer].sort(([a], [b]) => compareText(a, b)).map(([, { view }]) => view);
}
