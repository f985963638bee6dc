import type { Entry, FactKind, Subject } from "@change-ledger/model";
import { compareRecorded, type Of, type Recorded } from "./recorded.ts";

/** A change's chain and whatever is linked to it, in any order, entries doubled or not. */
export interface Dossier {
  readonly change: Subject;
  readonly entries: readonly Recorded[];
}

/** The dossier's entries by kind, as far as they were recorded by then; each list but `all` in the order of the senders' clocks, an event once. Kinds that nothing judges are left out. */
export interface Buckets {
  readonly all: Recorded[];
  /** Of the change itself, and of others that came with the same push. */
  readonly pulls: Of<"pull-request">[];
  readonly otherPulls: Of<"pull-request">[];
  readonly reviews: Of<"review">[];
  readonly comments: Of<"comment">[];
  readonly commitLists: Of<"pull-request-lookup">[];
  readonly files: Of<"files-lookup">[];
  readonly parents: Of<"commit-lookup">[];
  readonly pushes: Of<"push">[];
  readonly refChanges: Of<"ref-change">[];
  readonly mergeGroups: Of<"merge-group">[];
  readonly protections: Of<"branch-protection">[];
  readonly rulesets: Of<"ruleset">[];
  readonly ruleSuites: Of<"rule-suite-lookup">[];
  readonly checks: (Of<"check-run"> | Of<"check-suite"> | Of<"status"> | Of<"workflow-run">)[];
  readonly hostDeployments: (Of<"host-deployment"> | Of<"host-deployment-status">)[];
  readonly tickets: Of<"ticket">[];
  readonly records: Of<"record">[];
  readonly incidents: Of<"incident">[];
  readonly attested: Of<"attested">[];
  readonly artifacts: Of<"artifact">[];
  readonly links: (Of<"linked"> | Of<"unlinked">)[];
  readonly deployed: (Of<"deployment-state"> | Of<"deployment-lookup"> | Of<"deployment-created"> | Of<"unresolved">)[];
  readonly verified: Of<"verified">[];
  readonly reconciled: Of<"reconciled">[];
}

function empty(): Buckets {
  return {
    all: [],
    pulls: [],
    otherPulls: [],
    reviews: [],
    comments: [],
    commitLists: [],
    files: [],
    parents: [],
    pushes: [],
    refChanges: [],
    mergeGroups: [],
    protections: [],
    rulesets: [],
    ruleSuites: [],
    checks: [],
    hostDeployments: [],
    tickets: [],
    records: [],
    incidents: [],
    attested: [],
    artifacts: [],
    links: [],
    deployed: [],
    verified: [],
    reconciled: [],
  };
}

type BucketName = Exclude<keyof Buckets, "all">;

const BUCKET_OF: { readonly [K in FactKind]?: BucketName } = {
  "pull-request-lookup": "commitLists",
  "files-lookup": "files",
  "commit-lookup": "parents",
  push: "pushes",
  "ref-change": "refChanges",
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
  comment: "comments",
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

/** One pass over the dossier; each list in the order of the senders' clocks, so that the first of several is the same in every order of arrival. @param asOf RFC 3339, UTC, milliseconds: what was recorded later is not known yet */
export function sortIntoBuckets({ change, entries }: Dossier, asOf: string): Buckets {
  const buckets = empty();
  const filled = new Set<Recorded[]>();
  let subject: Subject | undefined;
  let own = false;
  for (const recorded of entries) {
    const { entry } = recorded;
    if (entry.recordedAt > asOf) continue;
    buckets.all.push(recorded);
    // Chains come one after the other as a rule.
    if (entry.subject !== subject) {
      subject = entry.subject;
      own = subject === change;
    }
    const place = PLACES.get(entry.kind);
    const name = own ? place?.own : place?.other;
    if (name === undefined) continue;
    const bucket = buckets[name] as Recorded[];
    bucket.push(recorded);
    if (bucket.length === 2) filled.add(bucket);
  }
  for (const bucket of filled) inOrder(bucket);
  return buckets;
}

/**
 * Sorts in place, and keeps of an event that was recorded twice (which the ledger prevents) the first copy. Chains come in order as a rule: then looking is all it
 * costs.
 */
function inOrder(list: Recorded[]): void {
  let sorted = true;
  for (let at = 1; at < list.length && sorted; at++) sorted = compareRecorded(list[at - 1] as Recorded, list[at] as Recorded) < 0;
  if (!sorted) list.sort(compareRecorded);
  let kept = 1;
  for (let at = 1; at < list.length; at++) {
    const one = list[at] as Recorded;
    if (isSameEvent((list[kept - 1] as Recorded).entry, one.entry)) continue;
    if (kept !== at) list[kept] = one;
    kept++;
  }
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
