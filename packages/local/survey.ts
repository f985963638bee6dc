import { type AttributeValue, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { factsDigest, pullRequestOf, refOf } from "@change-ledger/ledger";
import {
  AUDIT_KINDS,
  DERIVED_KINDS,
  type Entry,
  type FactKind,
  openEntry,
  type SealedEntry,
  SUBJECT_TYPES,
  type Subject,
  type SubjectType,
  subjectType,
} from "@change-ledger/model";
import { type ChangeType, changeType, evolve, linksInForce, type Summary, viewDeployment } from "@change-ledger/query";
import { REGION, tableName } from "./names.ts";

/** What stands in a ledger, counted from its entries alone. */
export interface Survey {
  /** Entries made from source events; continuations of one event count once. */
  readonly entries: number;
  /** What was done with the record itself: evidence that was read, samples that were drawn. */
  readonly uses: number;
  /** Look-ups, links, judgements, seals. */
  readonly derivedEntries: number;
  readonly subjects: Readonly<Partial<Record<SubjectType, number>>>;
  readonly changes: Readonly<Record<ChangeType, number>>;
  /** A rollback counts in `rollbacks` alone. */
  readonly deployments: { readonly total: number; readonly succeeded: number; readonly failed: number; readonly rollbacks: number };
  readonly unparsed: number;
  readonly bundles: number;
  /** Findings that are open by what was last said of each change. */
  readonly openFindings: number;
  readonly factsDigest: string;
}

/** Reads the whole ledger table of a local stack, past all meters. */
export async function readLedger(endpoint: string): Promise<SealedEntry[]> {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: { accessKeyId: "local", secretAccessKey: "local" } });
  const entries: SealedEntry[] = [];
  try {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: tableName("ledger"), ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
      );
      for (const item of page.Items ?? []) if (item["b"]?.B !== undefined) entries.push(openEntry(item["b"].B));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  } finally {
    client.destroy();
  }
  return entries;
}

const USES: ReadonlySet<FactKind> = new Set(AUDIT_KINDS);

export function survey(ledger: readonly SealedEntry[]): Survey {
  const entries = ledger.map(({ entry }) => entry);
  const summaries = rebuild(ledger);
  const isDerived = ({ kind, source: { auth, system } }: Entry) =>
    DERIVED_KINDS.has(kind) || auth === "ledger" || system.endsWith("-lookup");
  const source = entries.filter((entry) => !isDerived(entry) && !USES.has(entry.kind) && (entry.part?.index ?? 0) === 0);
  const subjects: Partial<Record<SubjectType, number>> = {};
  for (const subject of new Set(entries.map((entry) => entry.subject)))
    subjects[subjectType(subject)] = (subjects[subjectType(subject)] ?? 0) + 1;
  return {
    entries: source.length,
    uses: entries.filter(({ kind }) => USES.has(kind)).length,
    derivedEntries: entries.filter(isDerived).length,
    subjects: Object.fromEntries(SUBJECT_TYPES.flatMap((type) => (subjects[type] === undefined ? [] : [[type, subjects[type]]]))),
    changes: countChanges(entries, summaries),
    deployments: countDeployments(summaries),
    unparsed: source.filter(({ kind }) => kind === "unparsed").length,
    bundles: entries.reduce((sum, entry) => sum + (entry.kind === "sealed" ? entry.facts.bundles.length : 0), 0),
    openFindings: [...summaries.values()].reduce((sum, one) => sum + (one.type === "change" ? (one.judged?.open.length ?? 0) : 0), 0),
    factsDigest: factsDigest(entries),
  };
}

/** Each chain folded anew: what the read models have to be, whatever they are. */
function rebuild(ledger: readonly SealedEntry[]): Map<Subject, Summary> {
  const summaries = new Map<Subject, Summary>();
  const chains = Map.groupBy(ledger, ({ entry }) => entry.subject);
  for (const [subject, chain] of chains) {
    for (const sealed of chain.toSorted((a, b) => a.entry.seq - b.entry.seq)) {
      const folded = evolve(subject, summaries.get(subject), sealed);
      if (folded !== undefined && "state" in folded) summaries.set(subject, folded.state);
    }
  }
  return summaries;
}

/** Changes by type: pull requests and records that have a chain; pushes that no pull request claims; deployments that no recorded change explains. */
function countChanges(entries: readonly Entry[], summaries: ReadonlyMap<Subject, Summary>): Record<ChangeType, number> {
  const counts: Record<ChangeType, number> = { pullRequest: 0, directPush: 0, unmatchedDeployment: 0, record: 0 };
  for (const state of summaries.values()) {
    if (state.type !== "change") continue;
    const type = changeType(state.subject);
    if (type === "pullRequest" || type === "record") counts[type]++;
    else if (type === "unmatchedDeployment" && linksInForce(state).length > 0) counts[type]++;
  }
  counts.directPush = unclaimedPushes(entries);
  return counts;
}

function unclaimedPushes(entries: readonly Entry[]): number {
  const merged = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === "pull-request" && entry.facts.state === "merged" && entry.facts.mergeSha !== undefined) {
      merged.add(`${pullRequestOf(entry.subject)?.home} ${entry.facts.mergeSha}`);
    }
  }
  const pushes = new Map<string, boolean>();
  for (const entry of entries) {
    if (entry.kind !== "push" || entry.facts.default !== true || entry.facts.deleted === true) continue;
    const home = refOf(entry.subject)?.home;
    const key = `${home} ${entry.facts.after}`;
    const claimed = entry.facts.commits.some(({ sha }) => merged.has(`${home} ${sha}`));
    pushes.set(key, (pushes.get(key) ?? false) || claimed);
  }
  return [...pushes.values()].filter((claimed) => !claimed).length;
}

function countDeployments(summaries: ReadonlyMap<Subject, Summary>): Survey["deployments"] {
  const views = [...summaries.values()].flatMap((state) => (state.type === "deployment" ? [viewDeployment(state)] : []));
  const own = views.filter(({ rollback }) => !rollback);
  return {
    total: views.length,
    succeeded: own.filter(({ state }) => state === "Succeeded").length,
    failed: own.filter(({ state }) => state === "Failed").length,
    rollbacks: views.length - own.length,
  };
}
