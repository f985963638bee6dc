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

const BUCKET_OF: { readonly [K in FactKind]?: keyof Buckets } = {
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
};
/** What is of the change's own chain alone. */
const OWN: { readonly [K in FactKind]?: keyof Buckets } = {
  review: "reviews",
  comment: "comments",
  linked: "links",
  unlinked: "links",
};

/** One pass over the dossier; each list in the order of the senders' clocks, so that the first of several is the same in every order of arrival. @param asOf RFC 3339, UTC, milliseconds: what was recorded later is not known yet */
export function sortIntoBuckets({ change, entries }: Dossier, asOf: string): Buckets {
  const buckets = empty();
  for (const recorded of entries) {
    const { entry } = recorded;
    if (entry.recordedAt > asOf) continue;
    buckets.all.push(recorded);
    if (entry.kind === "pull-request") {
      (entry.subject === change ? buckets.pulls : buckets.otherPulls).push(recorded as Of<"pull-request">);
      continue;
    }
    const bucket = entry.subject === change ? (OWN[entry.kind] ?? BUCKET_OF[entry.kind]) : BUCKET_OF[entry.kind];
    if (bucket !== undefined) (buckets[bucket] as Recorded[]).push(recorded);
  }
  for (const name of NAMES) inOrder(buckets[name]);
  return buckets;
}

const NAMES = (Object.keys(empty()) as (keyof Buckets)[]).filter((name) => name !== "all");

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
