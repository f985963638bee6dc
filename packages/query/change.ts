import {
  type Entry,
  type FactsOf,
  type Identity,
  type Outcome,
  type SealedEntry,
  type Subject,
  subjectId,
  unmatchedDeployment,
} from "@change-ledger/model";
import { advance, begin, type Folded, type Folding, foldInto } from "./folding.ts";
import { compareText, highest, joined, type Keyed, latest, least, type Stamp, stampOf, told } from "./order.ts";

export const CHANGE_TYPES = ["pullRequest", "directPush", "unmatchedDeployment", "record"] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

const REVIEWS_KEPT = 64;
const BUNDLES_KEPT = 16;
const RESOLVED_KEPT = 16;

/** What the pull request's own events say: one snapshot, the latest; a merged one beats every other. */
export interface PullSnapshot extends Stamp {
  readonly author: Identity;
  readonly head: string;
  readonly baseRef: string;
  readonly state: "open" | "closed" | "merged";
  readonly draft?: boolean;
  readonly mergeSha?: string;
  readonly mergedAt?: string;
  readonly mergedBy?: Identity;
  readonly labels?: readonly string[];
  readonly tickets?: readonly Subject[];
}

/** What an ITSM record says of itself. */
export interface RecordSnapshot extends Stamp {
  readonly status?: string;
  readonly done?: boolean;
}

/** One review: `at` is when it was first told, which orders a reviewer's reviews. */
export interface ReviewMark {
  readonly by: Identity;
  readonly said: Stamp & { readonly state: Verdict; readonly commit?: string };
  readonly at: string;
}
export type Verdict = "approved" | "changes_requested" | "dismissed";

/** The last word on one deployment ↔ change pair. */
export interface LinkMark {
  readonly version: number;
  readonly on: boolean;
}

/** An evidence bundle of the change: written on another chain, noted here. */
export interface BundleMark {
  readonly at: string;
  /** Hash of the head that the bundle covers. */
  readonly head: string;
  readonly key: string;
  readonly versionId: string;
  readonly sha256: string;
}

/** What was last said of the change's assessment. */
export interface JudgedMark {
  readonly at: string;
  readonly outcome: Outcome;
  readonly type: FactsOf<"assessed">["type"];
  /** `<test>/<code>` of open findings, sorted. */
  readonly open: readonly string[];
  /** When each of `open` was said, in their order. */
  readonly since?: readonly string[];
  /** By finding, when it was gone: the latest of those that are. */
  readonly resolved?: Keyed<string>;
  /** By audit test; one that has no say is absent. */
  readonly outcomes?: Readonly<Record<string, Outcome>>;
}

/** The folded state of a change's chain. */
export interface ChangeSummary extends Folding {
  readonly type: "change";
  readonly pull?: PullSnapshot;
  readonly record?: RecordSnapshot;
  /** By the sender's id of the review, newest first. Comments that decide nothing are left out. */
  readonly reviews?: Keyed<ReviewMark>;
  /** By deployment. */
  readonly links?: Keyed<LinkMark>;
  readonly bundles?: readonly BundleMark[];
  readonly judged?: JudgedMark;
  /** When the push happened that no pull request claims (see stub.ts). */
  readonly stub?: string;
  /** A pull request claims the push: it is no change of its own and never becomes one again. */
  readonly claimed?: true;
}

/** What sort of change a subject stands for: a function of its id alone. */
export function changeType(subject: Subject): ChangeType {
  const parts = subjectId(subject).split("/");
  if (unmatchedDeployment(subject) !== undefined) return "unmatchedDeployment";
  if (parts[0] === "github" && parts.length === 5) {
    if (parts[3] === "pull") return "pullRequest";
    if (parts[3] === "push") return "directPush";
  }
  return "record";
}

export function beginChange(subject: Subject): ChangeSummary {
  return { ...begin(subject), type: "change" };
}

/** Folds one entry of a change's chain. */
export function evolveChange(state: ChangeSummary | undefined, sealed: SealedEntry): Folded<ChangeSummary> {
  return foldInto(state ?? beginChange(sealed.entry.subject), sealed, apply);
}

function apply(state: ChangeSummary, sealed: SealedEntry): ChangeSummary {
  const { entry } = sealed;
  switch (entry.kind) {
    case "pull-request":
      return { ...advance(state, sealed, entry.facts.openedAt), pull: highest(state.pull, snapshot(entry, entry.facts), mergedFirst) };
    case "review":
      return withReview(advance(state, sealed), entry, entry.facts);
    case "linked":
    case "unlinked":
      return withLink(advance(state, sealed), entry.facts, entry.kind === "linked");
    case "ticket":
      return { ...advance(state, sealed), record: latest(state.record, recordSnapshot(entry, entry.facts)) };
    case "assessed":
      return withJudgement(advance(state, sealed), entry.facts);
    case "sealed":
      return entry.facts.bundles
        .filter((bundle) => bundle.change === state.subject)
        .reduce((before, bundle) => withBundle(before, bundle.change, bundle, entry.occurredAt), advance(state, sealed));
    default:
      return advance(state, sealed);
  }
}

const mergedFirst = (pull: PullSnapshot): number => (pull.state === "merged" ? 1 : 0);

function snapshot(entry: Entry, facts: FactsOf<"pull-request">): PullSnapshot {
  const { author, head, baseRef, state, draft, mergeSha, mergedAt, mergedBy, labels, tickets } = facts;
  return told({
    ...stampOf(entry),
    author,
    head,
    baseRef,
    state,
    draft: draft || undefined,
    mergeSha,
    mergedAt,
    mergedBy,
    labels,
    tickets,
  });
}

function recordSnapshot(entry: Entry, facts: FactsOf<"ticket">): RecordSnapshot {
  return told({ ...stampOf(entry), status: facts.status, done: facts.statusCategory === "done" || undefined });
}

/** A dismissal is final for its review; else the latest word on it holds. */
function withReview(state: ChangeSummary, entry: Entry, facts: FactsOf<"review">): ChangeSummary {
  if (facts.state === "commented" || facts.state === "pending") return state;
  const said = told({ ...stampOf(entry), state: facts.state, commit: facts.commit });
  const join = (before: ReviewMark | undefined): ReviewMark => ({
    by: before === undefined || compareText(identityKey(facts.reviewer), identityKey(before.by)) < 0 ? facts.reviewer : before.by,
    said: highest(before?.said, said, (one) => (one.state === "dismissed" ? 1 : 0)),
    at: before === undefined || entry.occurredAt < before.at ? entry.occurredAt : before.at,
  });
  return { ...state, reviews: joined(state.reviews, facts.id, join, REVIEWS_KEPT, newestIdFirst) };
}

/** GitHub numbers reviews upwards: a longer number is a later one. */
function newestIdFirst(a: string, b: string): number {
  return b.length - a.length || compareText(b, a);
}

/** Who it is, as a key: the id that stays, else the login, else the keyed hash of the address. */
export function identityKey(identity: Identity): string {
  return identity.id !== undefined
    ? `id:${identity.id}`
    : identity.login !== undefined
      ? `login:${identity.login}`
      : `mail:${identity.mail ?? ""}`;
}

/** The higher version of a pair's plan has the word; of one version, taking back. */
function withLink(state: ChangeSummary, facts: FactsOf<"linked">, on: boolean): ChangeSummary {
  const join = (before: LinkMark | undefined): LinkMark => {
    if (before === undefined || facts.version > before.version) return { version: facts.version, on };
    return facts.version === before.version && !on ? { version: before.version, on } : before;
  };
  return { ...state, links: joined(state.links, facts.deployment, join, Number.POSITIVE_INFINITY) };
}

/** The chain's order decides: each entry says what differs from the one before. */
function withJudgement(state: ChangeSummary, { asOf, outcomes, type, opened, resolved }: FactsOf<"assessed">): ChangeSummary {
  const before = state.judged;
  const open = new Map((before?.open ?? []).map((name, at) => [name, before?.since?.[at] ?? before?.at ?? asOf]));
  const gone = new Map(before?.resolved ?? []);
  for (const name of resolved) {
    if (open.delete(name)) gone.set(name, asOf);
  }
  for (const { test, code } of opened) {
    const name = `${test}/${code}`;
    gone.delete(name);
    if (!open.has(name)) open.set(name, asOf);
  }
  const { change = "not-assessable", ...tests } = outcomes;
  const still = [...open].sort(([a], [b]) => compareText(a, b));
  const latest = [...gone].sort(([a, x], [b, y]) => compareText(y, x) || compareText(a, b)).slice(0, RESOLVED_KEPT);
  return {
    ...state,
    judged: {
      at: asOf,
      outcome: change,
      type,
      open: still.map(([name]) => name),
      ...(still.length > 0 && { since: still.map(([, at]) => at) }),
      ...(latest.length > 0 && { resolved: latest }),
      outcomes: tests,
    },
  };
}

/** Notes a bundle of the change, once, however often it is told. Its entry lies on the evidence chain, so `next` stays. */
export function withBundle(
  state: ChangeSummary | undefined,
  change: Subject,
  bundle: { readonly head: string; readonly key: string; readonly versionId: string; readonly sha256: string },
  at: string,
): ChangeSummary {
  const before = state ?? beginChange(change);
  const mark: BundleMark = { at, head: bundle.head, key: bundle.key, versionId: bundle.versionId, sha256: bundle.sha256 };
  if (before.bundles?.some((known) => newestBundleFirst(known, mark) === 0)) return before;
  return { ...before, bundles: least([...(before.bundles ?? []), mark], newestBundleFirst, BUNDLES_KEPT) };
}

function newestBundleFirst(a: BundleMark, b: BundleMark): number {
  return compareText(b.at, a.at) || compareText(b.key, a.key) || compareText(b.versionId, a.versionId) || compareText(b.head, a.head);
}

/** Deployments that carry the change now. */
export function linksInForce(state: ChangeSummary): readonly Subject[] {
  return (state.links ?? []).filter(([, mark]) => mark.on).map(([deployment]) => deployment as Subject);
}
