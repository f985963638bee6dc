import type { Subject } from "@change-ledger/model";
import { directPushChange, type Home, pullRequestChange, unmatchedDeploymentChange } from "./link-keys.ts";
import type { CountedSince } from "./ports.ts";

/** A push as the walk sees it. */
export interface PushNode {
  readonly before: string;
  /** Oldest first. */
  readonly commits: readonly string[];
  readonly occurredAt: string;
  /** Commit → numbers of the pull requests merged as it. */
  readonly claims: ReadonlyMap<string, readonly string[]>;
}

export interface Place {
  readonly ref: string;
  readonly after: string;
  /** Position among the push's commits, from 0. */
  readonly index: number;
}

/** What is known of a deployment when its links are counted. */
export interface DeploymentNode {
  readonly rollback: boolean;
  readonly home?: Home | undefined;
  readonly commit?: string | undefined;
  /** Commit that AWS names as the previous revision. */
  readonly previous?: string | undefined;
}

/** Facts as the walk asks for them. An implementation over a store also registers `deployment` at whatever it asks for, so that facts to come find it. */
export interface LinkView {
  /** `undefined` while neither a look-up's answer nor its giving up is on record. */
  deployment(deployment: Subject): Promise<DeploymentNode | undefined>;
  /** Pushes to tracked refs that hold the commit. */
  places(deployment: Subject, home: Home, sha: string): Promise<readonly Place[]>;
  push(deployment: Subject, home: Home, ref: string, after: string): Promise<PushNode | undefined>;
  /** Commit of the last successful deployment of the same group that was created before this one. */
  previousDeployment(deployment: Subject): Promise<string | undefined>;
}

export interface Carried {
  readonly changes: readonly Subject[];
  readonly since: CountedSince;
}

/** A walk is cut off here: more pushes than any deployment carries. */
const WALK_MAX_PUSHES = 20_000;

/**
 * The changes that a deployment carries: those whose merge lies on its ref after the previous good revision (AWS's word; else the last
 * successful deployment of the group; else the beginning of the record) up to its own revision, found by walking the recorded pushes from each one's
 * `before` to the push that made it. Decides by SHA alone. A rollback carries nothing; a revision that no recorded push holds is a change of its own.
 * A pure function of what `view` answers; `undefined` while the deployment was not looked up.
 */
export async function carriedBy(view: LinkView, deployment: Subject): Promise<Carried | undefined> {
  const node = await view.deployment(deployment);
  if (node === undefined) return undefined;
  if (node.rollback) return { changes: [], since: "not-counted" };
  const unmatched: Carried = { changes: [unmatchedDeploymentChange(deployment)], since: "not-counted" };
  const { home, commit } = node;
  if (home === undefined || commit === undefined) return unmatched;
  const place = first(await view.places(deployment, home, commit));
  if (place === undefined) return unmatched;
  const previous = node.previous ?? (await view.previousDeployment(deployment));
  const since: CountedSince =
    node.previous !== undefined ? "previous-revision" : previous !== undefined ? "previous-deployment" : "beginning-of-record";
  if (previous === commit) return { changes: [], since };
  const before =
    previous === undefined ? undefined : first((await view.places(deployment, home, previous)).filter(({ ref }) => ref === place.ref));
  const walked = await walk(view, deployment, home, place, previous);
  if (previous === undefined || walked.met) return { changes: walked.changes, since };
  // The walk ended without meeting the previous revision. Either the record begins after it, or an older revision was put back, which brings nothing new.
  if (before !== undefined && (await walk(view, deployment, home, before, commit)).met) return { changes: [], since };
  return { changes: walked.changes, since: "beginning-of-record" };
}

/** Several pushes may hold a commit (a branch made anew): any choice will do as long as it is always the same. */
function first(places: readonly Place[]): Place | undefined {
  return [...places].sort((a, b) => compare(a.ref, b.ref) || a.index - b.index || compare(a.after, b.after))[0];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function walk(
  view: LinkView,
  deployment: Subject,
  home: Home,
  from: Place,
  until: string | undefined,
): Promise<{ changes: Subject[]; met: boolean }> {
  const changes = new Set<Subject>();
  const visited = new Set<string>();
  let after = from.after;
  let upTo = from.index;
  for (let step = 0; step < WALK_MAX_PUSHES && !visited.has(after); step++) {
    visited.add(after);
    const push = await view.push(deployment, home, from.ref, after);
    if (push === undefined) break;
    const met = until === undefined ? -1 : push.commits.indexOf(until);
    for (const change of changesOf(home, after, push, met < 0 ? 0 : met + 1, upTo)) changes.add(change);
    if (met >= 0 || push.before === until) return { changes: [...changes], met: true };
    after = push.before;
    upTo = Number.POSITIVE_INFINITY;
  }
  return { changes: [...changes], met: false };
}

function changesOf(home: Home, after: string, push: PushNode, from: number, upTo: number): Subject[] {
  if (push.claims.size === 0) return from <= upTo ? [directPushChange(home, after)] : [];
  const carried = push.commits.filter((_, index) => index >= from && index <= upTo);
  return carried.flatMap((sha) => (push.claims.get(sha) ?? []).map((number) => pullRequestChange(home, number)));
}
