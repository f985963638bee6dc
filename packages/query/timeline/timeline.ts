import type { DeploymentState, Identity, Revision, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { told } from "../order.ts";
import { type Approval, type ApprovalOf, approvalOnRecord } from "./approval.ts";
import { type BlastRadius, blastRadiusOf } from "./blast-radius.ts";
import { type CarriedChange, Changes } from "./carried.ts";
import { type Difference, differenceOf } from "./difference.ts";
import type { Failure } from "./failure-class.ts";
import { type Figure, figuresOf } from "./figures.ts";
import { type IncidentView, incidentsOf } from "./incidents.ts";
import { type Attempt, attemptsOf, type Lineage, lineageOf } from "./lineage.ts";
import { LANES, type Lane, type Mark, markOf, type Whose } from "./marks.ts";
import { byChain, knownBy } from "./recorded.ts";
import { type DeploymentResult, type DeploymentStory, type FirstFailure, serviceOf, storiesOf } from "./story.ts";
import type { TargetView } from "./targets.ts";

/** A deployment's chain and whatever is linked to it, in any order, entries doubled or not. */
export interface TimelineDossier {
  readonly deployment: Subject;
  /** Its own chain; the chains of other deployments of its group, its rollbacks among them; those of the changes that it carries, their tickets and commits; incidents. */
  readonly entries: Iterable<Recorded>;
}

export interface TimelineOptions {
  /** What was recorded by then is what is known (RFC 3339, UTC, milliseconds). */
  readonly asOf: string;
  /** Who judges approval; the assessments among the entries where this is left out. */
  readonly approval?: ApprovalOf;
  /** What the configuration calls the environment of a group. */
  readonly environment?: (application: string, group: string) => string | undefined;
}

/** A revision, the deployment that brought it, and whether it was approved. */
interface RevisionState {
  readonly revision?: Revision;
  readonly deployment?: Subject;
  readonly approval?: Approval;
}

/** Everything that is shown of a deployment at 3 a.m. Plain JSON without undefined members, every list in an order of its own. */
export interface Timeline {
  readonly deployment: Subject;
  readonly asOf: string;
  readonly application?: string;
  readonly group?: string;
  readonly state?: DeploymentState;
  readonly outcome: DeploymentResult;
  readonly rollback: boolean;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly creator?: string;
  readonly principal?: string;
  /** A look-up has answered; without one targets, revision and cause are only what events tell. */
  readonly lookedUp: "done" | "pending" | "unresolved";
  readonly firstFailure?: FirstFailure;
  readonly failure?: Failure;
  readonly blastRadius: BlastRadius;
  readonly deployed: RevisionState;
  readonly previous: RevisionState;
  /** Put back by the rollback that succeeded. */
  readonly restored?: RevisionState;
  /** The latest good revision of the group; `unsure` when a later deployment may have left its own on some targets. */
  readonly running?: RevisionState & { readonly unsure: boolean };
  readonly carries: readonly CarriedChange[];
  readonly authors: readonly Identity[];
  readonly difference: Difference;
  readonly figures: readonly Figure[];
  readonly lineage: readonly Attempt[];
  readonly recovery?: { readonly by: "rollback" | "redeployment" | "fix-forward"; readonly deployment: Subject };
  readonly targets: readonly TargetView[];
  readonly incidents: readonly IncidentView[];
  /** All of them, empty ones too, in the order of a change's life; marks by the sender's clock. */
  readonly lanes: readonly { readonly lane: Lane; readonly marks: readonly Mark[] }[];
}

/**
 * The story of a deployment: a pure function of what was recorded by `asOf`, whatever order it came in.
 * @returns undefined when nothing of the deployment is among the entries
 */
export function timelineOf(dossier: TimelineDossier, options: TimelineOptions): Timeline | undefined {
  const ordered = knownBy(dossier.entries, options.asOf);
  const chains = byChain(ordered);
  const stories = storiesOf(chains);
  const of = stories.get(dossier.deployment);
  if (of === undefined) return undefined;
  const { lineage, ties } = lineageOf(of, stories.values());
  const changes = new Changes(chains);
  const approval = options.approval ?? approvalOnRecord(chains);
  const carries = changes.carriedBy(of.subject, failedBefore(of, lineage), approval);
  const { view } = of;
  const revision = (story: DeploymentStory | undefined, otherwise?: Revision): RevisionState => {
    const at = otherwise ?? story?.view.revision;
    const state = at === undefined ? undefined : approval(told({ revision: at, change: changes.mergedAs(at.commit) }));
    return told({ revision: at, deployment: story?.subject, approval: state });
  };
  const { restoredBy, recovery, running, lastGood } = lineage;
  const during = { from: view.startedAt ?? view.openedAt, to: recovery?.story.view.endedAt ?? (of.wentWrong ? undefined : view.endedAt) };
  const carried = new Set(carries.map(({ change }) => change));
  const incidents = incidentsOf(chains, carried, during);
  return told({
    deployment: of.subject,
    asOf: options.asOf,
    application: view.application,
    group: view.group,
    state: view.state,
    outcome: of.outcome,
    rollback: view.rollback,
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    creator: view.creator,
    principal: view.principal,
    lookedUp: view.lookedUp,
    firstFailure: of.wentWrong ? of.failed : undefined,
    failure: of.failure,
    blastRadius: blastRadiusOf(of, options.environment?.(view.application ?? "", view.group ?? "")),
    deployed: revision(of),
    previous: revision(lastGood, view.previousRevision),
    restored: restoredBy && revision(restoredBy),
    running: running && { ...revision(running.story), unsure: running.unsure },
    carries,
    authors: authorsOf(carries),
    difference: differenceOf(of, lastGood, carries),
    figures: figuresOf(of, lineage),
    lineage: attemptsOf(of, lineage, ties),
    recovery: recovery && { by: recovery.by, deployment: recovery.story.subject },
    targets: of.targets,
    incidents,
    lanes: lanesOf(ordered, whoseOf(of, lineage, changes.chainsOf(carries), new Set(incidents.map(({ incident }) => incident)), during)),
  });
}

/** Attempts since the last good deployment that went wrong before this one began. */
function failedBefore(of: DeploymentStory, { stories }: Lineage): Set<Subject> {
  const at = stories.findIndex(({ subject }) => subject === of.subject);
  return new Set(stories.slice(0, at).flatMap((story) => (story.wentWrong && !story.view.rollback ? [story.subject] : [])));
}

function authorsOf(carries: readonly CarriedChange[]): Identity[] {
  const authors = new Map<string, Identity>();
  for (const { author } of carries) if (author !== undefined) authors.set(author.id ?? author.login ?? author.mail ?? "", author);
  return [...authors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, author]) => author);
}

type Belongs = (recorded: Recorded) => Whose | undefined;

/** Which chains have a lane here. What befell an ECS service belongs to the deployment while it ran. */
function whoseOf(
  of: DeploymentStory,
  { rollbacks }: Lineage,
  told_: ReadonlySet<Subject>,
  incidents: ReadonlySet<Subject>,
  during: { readonly from: string | undefined; readonly to: string | undefined },
): Belongs {
  const undoing = new Set(rollbacks.map(({ subject }) => subject));
  const service = serviceOf(of.subject);
  return ({ entry: { subject, occurredAt } }) => {
    if (subject === of.subject) return "own";
    if (undoing.has(subject)) return "rollback";
    if (told_.has(subject) || incidents.has(subject)) return "other";
    if (subject !== service || occurredAt < (during.from ?? "~")) return undefined;
    return during.to === undefined || occurredAt <= during.to ? "own" : undefined;
  };
}

function lanesOf(ordered: readonly Recorded[], belongs: Belongs): { lane: Lane; marks: Mark[] }[] {
  const lanes = new Map<Lane, Mark[]>(LANES.map((lane) => [lane, []]));
  for (const recorded of ordered) {
    const whose = belongs(recorded);
    const marked = whose === undefined ? undefined : markOf(recorded, whose);
    if (marked !== undefined) lanes.get(marked.lane)?.push(marked.mark);
  }
  return [...lanes].map(([lane, marks]) => ({ lane, marks }));
}
