import { type AppendPorts, type LinkStore, pullRequestOf, rollbacksOn, type SealWork } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, subject, subjectId, subjectType, unmatchedDeployment } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";
import { carriersOf, endOfChange } from "./end.ts";
import { EvidenceError } from "./fault.ts";
import { type Arrived, type Beside, gatherBeside } from "./gather-beside.ts";
import { broughtBy, demandAt, entriesAt, excerptsOf, placesOnRefs } from "./gather-pushes.ts";

export interface GatherPorts extends Pick<AppendPorts, "store"> {
  readonly links: Pick<LinkStore, "getMany" | "latestBefore">;
  /** Those of the subjects that have a chain, as far as the read models know; absent: each is read, which costs a chain that is not there as much as asking does. */
  readonly recorded?: (subjects: readonly Subject[]) => Promise<ReadonlySet<Subject>>;
}

/** Of a linked chain longer than this a bundle holds the beginning, marked as an excerpt; nothing that belongs to one change comes near it. */
const CHAIN_MAX_ENTRIES = 5_000;
/** Of the change's own: some 40 MB. Whoever floods it with comments does not so hide what comes behind them. */
const OWN_MAX_ENTRIES = 50_000;
const PAGE = 200;

/** A change with the chains of its dossier. */
export interface GatheredChange {
  readonly change: Subject;
  /** Its own is the first one: without entries where nothing of the change itself is on record yet. */
  readonly chains: readonly DossierChain[];
}

/** A change, and the entry that has to be seen; none where time alone is the cause. */
export type GatherWork = Pick<SealWork, "change"> & Partial<SealWork>;

/** Which changes are wanted: those that have reached their end, or those whose own chain says that they are. */
export type Wanted = "ended" | ((change: Subject, own: readonly SealedEntry[]) => boolean);

/** How dossiers are gathered. */
export interface GatherHow {
  /** Which chains are read strongly consistent, at twice the price: the others may lack what came in the last moment. `own`: where it stands what was last said. */
  readonly exact?: "none" | "own" | "all";
  /** False leaves out what only a judgement rests on: what stands beside the change's push, its branch, runs that looked at the record. */
  readonly judged?: boolean;
  /** Instants besides now as of which it is judged (RFC 3339, UTC, ms). */
  readonly alsoAsOf?: readonly string[];
}

/** Runs what is of one change alone, and takes note when it fails: the others go on. */
export type UnlessFailed = <T>(change: Subject, run: () => Promise<T | undefined>) => Promise<T | undefined>;

/**
 * The changes of `work`, each with its whole dossier: its chain, and all chains linked to it. What changes share is read once.
 */
export async function gatherDossiers(
  ports: GatherPorts,
  work: readonly GatherWork[],
  wanted: Wanted,
  unlessFailed: UnlessFailed,
  { exact = "none", judged = true, alsoAsOf = [] }: GatherHow = {},
): Promise<GatheredChange[]> {
  const own = new Set(exact === "own" ? work.map(({ change }) => change) : []);
  const read = reader(ports, (of) => exact === "all" || own.has(of));
  const known = new Map<Subject, Promise<readonly Subject[]>>();
  const rolledBack = (deployments: readonly Subject[]) => rollbacksOn(ports.links, deployments, known);
  const causes = Map.groupBy(work, ({ change }) => change);
  const gathered = await Promise.all(
    [...causes].map(([change, why]) =>
      unlessFailed(change, async () => {
        const own = await read(change);
        if (wanted !== "ended" && !wanted(change, own?.entries ?? [])) return undefined;
        await Promise.all(why.map(async ({ seen }) => seen && demandSeen(read, seen)));
        return await ownDossier(change, wanted, read, rolledBack);
      }),
    ),
  );
  const over = gathered.filter((each) => each !== undefined);
  if (over.length === 0) return [];
  const linked = await withLinked(ports, over, read);
  const places = await placesOnRefs(ports, linked);
  const sure = exact === "all";
  const pushes = await entriesAt(
    ports,
    places.flatMap(({ arrived, guards }) => [...arrived, ...guards]),
    sure,
  );
  const found = linked.map((dossier, at) =>
    unlessFailed(dossier.change, async (): Promise<Arrived> => {
      const { arrived = [], guards = [] } = places[at] ?? {};
      return { ...dossier, arrived: arrived.map((one) => demandAt(pushes, one)), guards: guards.map((one) => demandAt(pushes, one)) };
    }),
  );
  const brought = (await Promise.all(found)).filter((each) => each !== undefined);
  const beside = judged
    ? await gatherBeside({ ...ports, read }, brought, unlessFailed, { exact: sure, alsoAsOf })
    : new Map<Subject, Beside>();
  return brought.flatMap(({ change, chains, arrived, guards }) => {
    const more = beside.get(change);
    if (judged && more === undefined) return [];
    const whole = [...chains, ...(more?.chains ?? [])];
    return [{ change, chains: [...whole, ...excerptsOf([...arrived, ...guards, ...(more?.entries ?? [])], whole)] }];
  });
}

type Reader = (of: Subject) => Promise<DossierChain | undefined>;

/** Reads each chain once, however many changes it is linked to. */
function reader(ports: GatherPorts, isExact: (of: Subject) => boolean): Reader {
  const chains = new Map<Subject, Promise<DossierChain | undefined>>();
  return (of) => {
    const reading = chains.get(of) ?? readChain(ports, of, !isExact(of));
    chains.set(of, reading);
    return reading;
  };
}

/** Chains are read eventually consistent, at half the price: what brought the work about has to be there, else it comes again. Of chains that hold much more (a ref's, the audit chain) what the index names is demanded. */
async function demandSeen(read: Reader, { subject: of, seq }: SealWork["seen"]): Promise<void> {
  if (["ref", "audit", "config"].includes(subjectType(of))) return;
  const chain = await read(of);
  const length = chain?.entries.length ?? 0;
  if (length <= seq && chain?.excerpt !== true)
    throw new EvidenceError("too-early", `expected ${of} to hold seq ${seq}, got ${length} entries`);
}

/** The change's chain, the deployments linked to it, and those that rolled them back: the one or the other names it. */
async function ownDossier(
  change: Subject,
  wanted: Wanted,
  read: Reader,
  rolledBack: (deployments: readonly Subject[]) => Promise<readonly Subject[]>,
): Promise<GatheredChange | undefined> {
  const own = (await read(change)) ?? (wanted !== "ended" ? { subject: change, entries: [] } : undefined);
  if (own === undefined) return undefined;
  const entries = own.entries.map(({ entry }) => entry);
  const carriers = [...carriersOf(entries)];
  const [deployments, rollbacks] = await Promise.all([Promise.all(carriers.map(read)), rolledBack(carriers)]);
  const related = await Promise.all([...new Set([...rollbacksOf(deployments), ...rollbacks])].map(read));
  const deployed = [...deployments, ...related].filter((chain) => chain !== undefined);
  const told = deployed.flatMap((chain) => chain.entries.map(({ entry }) => entry));
  if (wanted === "ended" && endOfChange(entries, told) === undefined) return undefined;
  return { change, chains: [...new Map([own, ...deployed].map((chain) => [chain.subject, chain])).values()] };
}

/** With the tickets, records and incidents that each change names and the commits that it is of, those of them that have a chain. */
async function withLinked(ports: GatherPorts, dossiers: readonly GatheredChange[], read: Reader): Promise<GatheredChange[]> {
  const named = dossiers.map(linkedOf);
  const recorded = await ports.recorded?.([...new Set(named.flatMap((subjects) => [...subjects]))]);
  return await Promise.all(
    dossiers.map(async ({ change, chains }, at) => {
      // Incidents have no read model that could say whether they are on record: there are few, and a chain that is not there costs one read.
      const wanted = [...(named[at] ?? [])].filter((of) => recorded === undefined || recorded.has(of) || subjectType(of) === "incident");
      const linked = (await Promise.all(wanted.map(read))).filter((chain) => chain !== undefined);
      const incidents = await Promise.all([...incidentsOf(linked)].filter((of) => !wanted.includes(of)).map(read));
      return { change, chains: [...chains, ...linked, ...incidents.filter((chain) => chain !== undefined)] };
    }),
  );
}

/** Incidents that the records among these chains answer to. */
function incidentsOf(chains: readonly DossierChain[]): Set<Subject> {
  const entries = chains.flatMap((chain) => chain.entries.map(({ entry }) => entry));
  return new Set(entries.flatMap((entry) => (entry.kind === "record" && entry.facts.incident !== undefined ? [entry.facts.incident] : [])));
}

async function readChain(ports: GatherPorts, of: Subject, eventual: boolean): Promise<DossierChain | undefined> {
  const most = subjectType(of) === "change" ? OWN_MAX_ENTRIES : CHAIN_MAX_ENTRIES;
  const entries: SealedEntry[] = [];
  for (;;) {
    const page = await ports.store.read(of, entries.length, PAGE, { eventual });
    entries.push(...page);
    if (page.length < PAGE || entries.length >= most) break;
  }
  if (entries.length === 0) return undefined;
  return entries.length < most ? { subject: of, entries } : { subject: of, entries, excerpt: true };
}

/** Deployments that rolled these back, or that these rolled back: CodeDeploy names them by bare id within account and region. */
function rollbacksOf(deployments: readonly (DossierChain | undefined)[]): Subject[] {
  return deployments.flatMap((chain) =>
    (chain?.entries ?? []).flatMap(({ entry }) => {
      if (entry.kind !== "deployment-lookup") return [];
      const home = subjectId(entry.subject).split("/").slice(0, -1).join("/");
      return [entry.facts.rolledBackBy, entry.facts.rollsBack].flatMap((id) => (id === undefined ? [] : [subject("deployment", home, id)]));
    }),
  );
}

/** Tickets that the change names, and the commits that were its head, were reviewed, are its merge, were pushed, or were deployed without any change to explain them. */
function linkedOf({ change, chains }: GatheredChange): Set<Subject> {
  const linked = new Set<Subject>();
  const [direct] = change.includes("/push/") ? broughtBy(change, chains) : [];
  if (direct !== undefined) linked.add(`commit:${direct}`);
  const unexplained = unmatchedDeployment(change) !== undefined;
  for (const { entry } of chains.flatMap(({ subject: of, entries }) => (of === change || unexplained ? entries : []))) {
    const home = pullRequestOf(entry.subject)?.home;
    if (entry.kind === "pull-request") {
      for (const ticket of entry.facts.tickets ?? []) linked.add(ticket);
      for (const sha of [entry.facts.head, entry.facts.mergeSha])
        if (sha !== undefined && home !== undefined) linked.add(subject("commit", home, sha));
    }
    if (entry.kind === "review" && entry.facts.commit !== undefined && home !== undefined)
      linked.add(subject("commit", home, entry.facts.commit));
    if (unexplained && entry.kind === "deployment-lookup") {
      const { repository, commit } = entry.facts.revision;
      if (repository !== undefined && commit !== undefined) linked.add(subject("commit", "github", repository, commit));
    }
  }
  return linked;
}
