import {
  aroundOf,
  branchOf,
  type ChainStore,
  commitsClaimed,
  type LinePiece,
  type LinkStore,
  type Listed,
  linePieceOf,
  pullRequestOf,
  reconciledFor,
  verifiedBy,
} from "@change-ledger/ledger";
import { type Entry, type SealedEntry, type Subject, subjectId, unmatchedDeployment } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";
import type { UnlessFailed } from "./gather.ts";
import { demandAt, type EntryPlace, entriesAt } from "./gather-pushes.ts";

interface BesidePorts {
  readonly store: Pick<ChainStore, "read" | "tail">;
  readonly links: Pick<LinkStore, "getMany" | "latestBefore">;
  /** A chain whole, each once. */
  readonly read: (of: Subject) => Promise<DossierChain | undefined>;
}

/** A change with the pushes that brought it, and what tells of its branches' guards. */
export interface Arrived {
  readonly change: Subject;
  readonly chains: readonly DossierChain[];
  readonly arrived: readonly SealedEntry[];
  readonly guards: readonly SealedEntry[];
}

/** What only a judgement rests on. */
export interface Beside {
  /** Whole ones. */
  readonly chains: readonly DossierChain[];
  /** Of chains that hold much more than the change. */
  readonly entries: readonly SealedEntry[];
}

/** The latest pushes to a branch that are looked at. */
const BRANCH_PUSHES = 50;
/** Deployments of one change whose lists are asked for. */
const LISTS_MAX = 20;
const FOREVER = "9999-12-31T23:59:59.998Z";

/**
 * What stands beside the push that brought a change (how the host's rules judged it, the pushes that end and begin where it begins, the merges that came with it), the pushes to its own branch, the
 * commits that what was deployed is said to be built from, and the runs that verified the record or compared it with others' lists. Everything is bounded.
 */
export async function gatherBeside(
  ports: BesidePorts,
  changes: readonly Arrived[],
  unlessFailed: UnlessFailed,
  { exact, alsoAsOf }: { readonly exact: boolean; readonly alsoAsOf: readonly string[] },
): Promise<ReadonlyMap<Subject, Beside>> {
  const pieces = changes.map(({ arrived }) => arrived.flatMap(({ entry }) => pieceOf(entry)));
  const lists = changes.map((one, at) => [...listsOfPushes(pieces[at] ?? []), ...listsOfDeployments(one.chains)].slice(0, LISTS_MAX));
  const [around, verified, reconciled] = await Promise.all([
    aroundOf(ports.links, pieces.flat()),
    Promise.all([FOREVER, ...alsoAsOf].map((asOf) => verifiedBy(ports.links, asOf))),
    Promise.all(lists.map((some) => reconciledFor(ports.links, some))),
  ]);
  const stands = new Map(pieces.flat().map((piece, at) => [piece, around[at]]));
  const wanted = changes.map(({ arrived }, at) => {
    const own = (pieces[at] ?? []).flatMap((piece) => stands.get(piece) ?? []);
    const runs = [...verified.flat(), ...(reconciled[at] ?? [])].map(({ subject, seq }): EntryPlace => ({ of: subject, seq }));
    const told = own.flatMap((one) => one.entries.map(({ ref, seq }): EntryPlace => ({ of: ref, seq })));
    return { places: [...runs, ...told, ...arrived.flatMap(partsOf)], claims: own.flatMap(({ claims }) => claims) };
  });
  const read = await entriesAt(
    ports,
    wanted.flatMap(({ places }) => places),
    exact,
  );
  const found = changes.map(({ change, chains, arrived }, at) =>
    unlessFailed(change, async () => {
      const { places = [], claims = [] } = wanted[at] ?? {};
      const parts = new Set(arrived.map(({ entry }) => entry.source.id));
      const entries = places
        .map((place) => demandAt(read, place))
        .filter(({ entry }) => entry.part === undefined || entry.kind !== "push" || entry.part.index === 0 || parts.has(entry.source.id));
      const [merges, branch, built] = await Promise.all([
        mergesBeside(ports, change, claims),
        ownBranch(ports, change, chains),
        builtFrom(ports, change, chains),
      ]);
      return [change, { chains: built, entries: [...entries, ...merges, ...branch] }] as const;
    }),
  );
  return new Map((await Promise.all(found)).filter((one) => one !== undefined));
}

function pieceOf(entry: Entry): LinePiece[] {
  const piece = linePieceOf({ ...entry, part: undefined } as Entry, () => true);
  return piece === undefined ? [] : [piece];
}

/** Of a push of several parts the others: they were recorded one behind the other, or nearly so. */
function partsOf({ entry: { part, subject, seq } }: SealedEntry): EntryPlace[] {
  if (part === undefined) return [];
  const first = Math.max(0, seq - part.index);
  return Array.from({ length: part.of }, (_, at) => ({ of: subject, seq: first + at }));
}

const listsOfPushes = (pieces: readonly LinePiece[]): Listed[] =>
  pieces.map(({ home, ref, at }) => ({ system: "github", scope: `ref:${home}/${ref}`, at }));

/** CodeDeploy lists its deployments by application and group, ECS by cluster (the group) and service. */
function listsOfDeployments(chains: readonly DossierChain[]): Listed[] {
  return chains.flatMap(({ subject, entries }) => {
    const [system = "", account, region] = subjectId(subject).split("/");
    if (!subject.startsWith("deployment:") || (system !== "codedeploy" && system !== "ecs")) return [];
    const told = entries.map(({ entry }) => entry).find((entry) => entry.kind === "deployment-state" || entry.kind === "deployment-lookup");
    const at = startOf(entries.map(({ entry }) => entry));
    if (told === undefined || at === undefined) return [];
    const { application, group } = told.facts;
    return [{ system, scope: `${account}/${region}/${system === "ecs" ? `${group}/${application}` : `${application}/${group}`}`, at }];
  });
}

/** When a deployment started, as the judge tells it. */
function startOf(entries: readonly Entry[]): string | undefined {
  const started = entries.flatMap((entry) =>
    entry.kind === "deployment-state" && entry.facts.state === "InProgress"
      ? [entry.occurredAt]
      : entry.kind === "deployment-lookup" && entry.facts.startedAt !== undefined
        ? [entry.facts.startedAt]
        : [],
  );
  const created = entries.flatMap((entry) => (entry.kind === "deployment-lookup" && entry.facts.createdAt ? [entry.facts.createdAt] : []));
  const called = entries.flatMap((entry) => (entry.kind === "deployment-created" ? [entry.occurredAt] : []));
  const any = entries.map(({ occurredAt }) => occurredAt);
  return [started, created, called, any].find((some) => some.length > 0)?.toSorted()[0];
}

/** Of the other pull requests of the same push the event that says as what each was merged. */
async function mergesBeside({ read }: BesidePorts, change: Subject, claims: readonly string[]): Promise<SealedEntry[]> {
  const home = pullRequestOf(change)?.home ?? subjectId(change).replace(/\/push\/[0-9a-f]+$/, "");
  const others = [...new Set(claims)].map((number): Subject => `change:${home}/pull/${number}`).filter((one) => one !== change);
  const chains = await Promise.all(others.map(read));
  return chains.flatMap((chain) => {
    const merged = chain?.entries.find(({ entry }) => entry.kind === "pull-request" && entry.facts.mergeSha !== undefined);
    return merged === undefined ? [] : [merged];
  });
}

/** The latest pushes to the pull request's own branch. */
async function ownBranch({ store }: BesidePorts, change: Subject, chains: readonly DossierChain[]): Promise<readonly SealedEntry[]> {
  const home = pullRequestOf(change)?.home;
  const own = chains.find(({ subject }) => subject === change)?.entries ?? [];
  const told = own.findLast(({ entry }) => entry.kind === "pull-request")?.entry;
  if (home === undefined || told?.kind !== "pull-request") return [];
  const branch = branchOf(home, told.facts);
  return branch === undefined ? [] : (await store.tail(branch, BRANCH_PUSHES)).toReversed();
}

/** Of a deployment that no change explains the chains of the commits that its artefact is said to be built from. */
async function builtFrom({ links, read }: BesidePorts, change: Subject, chains: readonly DossierChain[]): Promise<DossierChain[]> {
  if (unmatchedDeployment(change) === undefined) return [];
  const revisions = chains.flatMap(({ entries }) =>
    entries.flatMap(({ entry }) => (entry.kind === "deployment-lookup" ? [entry.facts.revision] : [])),
  );
  const known = new Set(chains.map(({ subject }) => subject));
  const commits = (await commitsClaimed(links, revisions)).map((commit): Subject => `commit:${commit}`).filter((of) => !known.has(of));
  return (await Promise.all(commits.map(read))).filter((chain) => chain !== undefined);
}
