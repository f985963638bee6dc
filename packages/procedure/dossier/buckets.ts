import type { Entry, FactKind, Subject } from "@change-ledger/model";
import { compareRecorded, type Of, type Recorded } from "./recorded.ts";

/** A change's chain and whatever is linked to it, in any order, entries doubled or not. */
export interface Dossier {
  readonly change: Subject;
  readonly entries: readonly Recorded[];
}

/** The dossier's entries by kind, as far as they were recorded by then; each list but `all` in the order of the senders' clocks, an event once. Kinds that nothing judges are left out. */
export interface Buckets {
  readonly all: readonly Recorded[];
  /** When the last of them was recorded that is not on the audit chain and is no word on the change; empty without any. */
  readonly newest: string;
  /** Of the change itself, and of others that came with the same push. */
  readonly pulls: readonly Of<"pull-request">[];
  readonly otherPulls: readonly Of<"pull-request">[];
  readonly reviews: readonly Of<"review">[];
  readonly commitLists: readonly Of<"pull-request-lookup">[];
  readonly files: readonly Of<"files-lookup">[];
  readonly parents: readonly Of<"commit-lookup">[];
  readonly pushes: readonly Of<"push">[];
  readonly mergeGroups: readonly Of<"merge-group">[];
  readonly protections: readonly Of<"branch-protection">[];
  readonly rulesets: readonly Of<"ruleset">[];
  readonly ruleSuites: readonly Of<"rule-suite-lookup">[];
  readonly checks: readonly (Of<"check-run"> | Of<"check-suite"> | Of<"status"> | Of<"workflow-run">)[];
  readonly hostDeployments: readonly (Of<"host-deployment"> | Of<"host-deployment-status">)[];
  readonly tickets: readonly Of<"ticket">[];
  readonly records: readonly Of<"record">[];
  readonly incidents: readonly Of<"incident">[];
  readonly attested: readonly Of<"attested">[];
  readonly artifacts: readonly Of<"artifact">[];
  readonly links: readonly (Of<"linked"> | Of<"unlinked">)[];
  readonly deployed: readonly (Of<"deployment-state"> | Of<"deployment-lookup"> | Of<"deployment-created"> | Of<"unresolved">)[];
  readonly verified: readonly Of<"verified">[];
  readonly reconciled: readonly Of<"reconciled">[];
}

type BucketName = Exclude<keyof Buckets, "all" | "newest">;

const BUCKET_OF: { readonly [K in FactKind]?: BucketName } = {
  "pull-request-lookup": "commitLists",
  "files-lookup": "files",
  "commit-lookup": "parents",
  push: "pushes",
  "merge-group": "mergeGroups",
  "branch-protection": "protections",
  ruleset: "rulesets",
  "rule-suite-lookup": "ruleSuites",
  "check-run": "checks",
  "check-suite": "checks",
  status: "checks",
  "workflow-run": "checks",
  "host-deployment": "hostDeployments",
  "host-deployment-status": "hostDeployments",
  ticket: "tickets",
  record: "records",
  incident: "incidents",
  attested: "attested",
  artifact: "artifacts",
  "deployment-state": "deployed",
  "deployment-lookup": "deployed",
  "deployment-created": "deployed",
  unresolved: "deployed",
  verified: "verified",
  reconciled: "reconciled",
  "pull-request": "otherPulls",
};
/** What is of the change's own chain alone, but for other pull requests. */
const OWN: { readonly [K in FactKind]?: BucketName } = {
  "pull-request": "pulls",
  review: "reviews",
  linked: "links",
  unlinked: "links",
};
/** By kind, where an entry goes that is on the change's own chain, and where one that is not. A Map finds kinds that were read from bytes faster than a record does. */
const PLACES = new Map<string, { readonly own: BucketName | undefined; readonly other: BucketName | undefined }>(
  ([...Object.keys(BUCKET_OF), ...Object.keys(OWN)] as FactKind[]).map((kind) => [
    kind,
    { own: OWN[kind] ?? BUCKET_OF[kind], other: BUCKET_OF[kind] },
  ]),
);

const NONE: readonly never[] = Object.freeze([]);
type Lists = { [K in BucketName]: readonly Recorded[] };

function noLists(): Lists {
  return {
    pulls: NONE,
    otherPulls: NONE,
    reviews: NONE,
    commitLists: NONE,
    files: NONE,
    parents: NONE,
    pushes: NONE,
    mergeGroups: NONE,
    protections: NONE,
    rulesets: NONE,
    ruleSuites: NONE,
    checks: NONE,
    hostDeployments: NONE,
    tickets: NONE,
    records: NONE,
    incidents: NONE,
    attested: NONE,
    artifacts: NONE,
    links: NONE,
    deployed: NONE,
    verified: NONE,
    reconciled: NONE,
  };
}

/** One pass over the dossier; each list in the order of the senders' clocks, so that the first of several is the same in every order of arrival. @param asOf RFC 3339, UTC, milliseconds: what was recorded later is not known yet */
export function sortIntoBuckets({ change, entries }: Dossier, asOf: string): Buckets {
  const lists = noLists();
  const several = new Set<BucketName>();
  const all: Recorded[] = [];
  let newest = "";
  for (const recorded of entries) {
    const { entry } = recorded;
    const { recordedAt, subject, kind } = entry;
    if (recordedAt > newest) {
      if (recordedAt > asOf) continue;
      if (kind !== "assessed" && !subject.startsWith("audit:")) newest = recordedAt;
    }
    all.push(recorded);
    const place = PLACES.get(kind);
    const name = subject === change ? place?.own : place?.other;
    if (name === undefined) continue;
    const list = lists[name];
    if (list === NONE) lists[name] = [recorded];
    else if ((list as Recorded[]).push(recorded) === 2) several.add(name);
  }
  for (const name of several) inOrder(lists[name] as Recorded[]);
  return { ...(lists as Omit<Buckets, "all" | "newest">), all, newest };
}

/** Sorts in place, and keeps of an event that was recorded twice (which the ledger prevents) the first copy. */
function inOrder(list: Recorded[]): void {
  for (let at = 1; at < list.length; at++) {
    // Stryker disable next-line ConditionalExpression,EqualityOperator: chains come in order as a rule, and looking costs less than sorting
    if (compareRecorded(list[at - 1] as Recorded, list[at] as Recorded) > 0) {
      list.sort(compareRecorded);
      break;
    }
  }
  let kept = 1;
  for (let at = 1; at < list.length; at++) {
    const one = list[at] as Recorded;
    if (isSameEvent((list[kept - 1] as Recorded).entry, one.entry)) continue;
    list[kept++] = one;
  }
  // Stryker disable next-line ConditionalExpression,EqualityOperator: setting a length takes long even where it stays
  if (kept < list.length) list.length = kept;
}

function isSameEvent(a: Entry, b: Entry): boolean {
  return (
    a.source.id === b.source.id &&
    a.occurredAt === b.occurredAt &&
    a.subject === b.subject &&
    a.kind === b.kind &&
    (a.part?.index ?? 0) === (b.part?.index ?? 0)
  );
}
