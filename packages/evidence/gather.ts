import { type AppendPorts, type LinkStore, pullRequestOf, pushEntriesOf, type SealWork } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, subject, subjectId, subjectType } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";
import { carriersOf, endOfChange } from "./end.ts";
import { EvidenceError } from "./fault.ts";

export interface GatherPorts extends Pick<AppendPorts, "store"> {
  readonly links: Pick<LinkStore, "getMany">;
  /** Those of the subjects that have a chain, as far as the read models know: what came a moment ago is as late for this bundle as what comes after it. */
  readonly recorded: (subjects: readonly Subject[]) => Promise<ReadonlySet<Subject>>;
}

/** Of a chain longer than this a bundle holds the beginning, marked as an excerpt; nothing that belongs to one change comes near it. */
const CHAIN_MAX_ENTRIES = 5_000;
const PAGE = 200;

/** A change that has reached its end, with the chains of its dossier. */
export interface EndedChange {
  readonly change: Subject;
  readonly chains: readonly DossierChain[];
}

/**
 * Those changes of `work` that have reached their end, each with its whole dossier: its chain, and all chains linked to it. What changes share is read once.
 * @param unlessFailed runs what is of one change alone, and takes note when it fails: the others go on
 */
export async function gatherEnded(
  ports: GatherPorts,
  work: readonly SealWork[],
  unlessFailed: <T>(change: Subject, run: () => Promise<T | undefined>) => Promise<T | undefined>,
): Promise<EndedChange[]> {
  const read = reader(ports);
  const causes = Map.groupBy(work, ({ change }) => change);
  const ended = await Promise.all(
    [...causes].map(([change, why]) =>
      unlessFailed(change, async () => {
        await Promise.all(why.map(async ({ seen }) => demandSeen(await read(seen.subject), seen)));
        return await endedDossier(change, read);
      }),
    ),
  );
  const over = ended.filter((each) => each !== undefined);
  return over.length === 0 ? [] : await withPushes(ports, await withLinked(ports, over, read));
}

type Reader = (of: Subject) => Promise<DossierChain | undefined>;

/** Reads each chain once, however many changes it is linked to. */
function reader(ports: GatherPorts): Reader {
  const chains = new Map<Subject, Promise<DossierChain | undefined>>();
  return (of) => {
    const reading = chains.get(of) ?? readChain(ports, of);
    chains.set(of, reading);
    return reading;
  };
}

/** Chains are read eventually consistent, at half the price: what brought the work about has to be there, else it comes again. */
function demandSeen(chain: DossierChain | undefined, { subject: of, seq }: SealWork["seen"]): void {
  const length = chain?.entries.length ?? 0;
  if (length <= seq) throw new EvidenceError("too-early", `expected ${of} to hold seq ${seq}, got ${length} entries`);
}

/** The change's chain and those linked to it, once it has reached its end. */
async function endedDossier(change: Subject, read: Reader): Promise<EndedChange | undefined> {
  const own = await read(change);
  if (own === undefined) return undefined;
  const entries = own.entries.map(({ entry }) => entry);
  const deployments = await Promise.all([...carriersOf(entries)].map(read));
  const related = await Promise.all(rollbacksOf(deployments).map(read));
  const deployed = [...deployments, ...related].filter((chain) => chain !== undefined);
  const told = deployed.flatMap((chain) => chain.entries.map(({ entry }) => entry));
  if (endOfChange(entries, told) === undefined) return undefined;
  return { change, chains: [...new Map([own, ...deployed].map((chain) => [chain.subject, chain])).values()] };
}

/** With the tickets, records and incidents that each change names and the commits that it is of, those of them that have a chain. */
async function withLinked(ports: GatherPorts, dossiers: readonly EndedChange[], read: Reader): Promise<EndedChange[]> {
  const named = dossiers.map(({ change, chains }) => linkedOf(chains.find((chain) => chain.subject === change)?.entries ?? []));
  const recorded = await ports.recorded([...new Set(named.flatMap((subjects) => [...subjects]))]);
  return await Promise.all(
    dossiers.map(async ({ change, chains }, at) => {
      // Incidents have no read model that could say whether they are on record: there are few, and a chain that is not there costs one read.
      const wanted = [...(named[at] ?? [])].filter((of) => recorded.has(of) || subjectType(of) === "incident");
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

async function readChain(ports: GatherPorts, of: Subject): Promise<DossierChain | undefined> {
  const entries: SealedEntry[] = [];
  for (;;) {
    const page = await ports.store.read(of, entries.length, PAGE, { eventual: true });
    entries.push(...page);
    if (page.length < PAGE || entries.length >= CHAIN_MAX_ENTRIES) break;
  }
  if (entries.length === 0) return undefined;
  return entries.length < CHAIN_MAX_ENTRIES ? { subject: of, entries } : { subject: of, entries, excerpt: true };
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

/** Tickets that the change names, and the commits that were its head, were reviewed, or are its merge. */
function linkedOf(entries: readonly SealedEntry[]): Set<Subject> {
  const linked = new Set<Subject>();
  for (const { entry } of entries) {
    const home = pullRequestOf(entry.subject)?.home;
    if (entry.kind === "pull-request") {
      for (const ticket of entry.facts.tickets ?? []) linked.add(ticket);
      for (const sha of [entry.facts.head, entry.facts.mergeSha])
        if (sha !== undefined && home !== undefined) linked.add(subject("commit", home, sha));
    }
    if (entry.kind === "review" && entry.facts.commit !== undefined && home !== undefined)
      linked.add(subject("commit", home, entry.facts.commit));
  }
  return linked;
}

/** Of a ref's chain, which holds every push there ever was, the pushes that brought the change: an excerpt. */
async function withPushes(ports: GatherPorts, dossiers: readonly EndedChange[]): Promise<EndedChange[]> {
  const brought = dossiers.map(({ change, chains }) => broughtBy(change, chains));
  const places = await pushEntriesOf(ports.links, brought.flat());
  const pushes = await entriesAt(ports, [...places.values()].flat());
  return dossiers.map(({ change, chains }, at) => {
    const own = (brought[at] ?? []).flatMap((commit) => places.get(commit) ?? []);
    const excerpts = [...Map.groupBy(own, ({ ref }) => ref)].map(([ref, of]): DossierChain => {
      const seqs = [...new Set(of.map(({ seq }) => seq))].sort((a, b) => a - b);
      return { subject: ref, entries: seqs.flatMap((seq) => pushes.get(`${ref} ${seq}`) ?? []), excerpt: true };
    });
    return { change, chains: [...chains, ...excerpts.filter(({ entries }) => entries.length > 0)] };
  });
}

/** Entries that lie this close are read in one go. */
const NEAR = 4;

/** The entries at these places, by `<subject> <seq>`: what a deployment brings lies side by side in its ref's chain. */
async function entriesAt(
  ports: GatherPorts,
  places: readonly { readonly ref: Subject; readonly seq: number }[],
): Promise<Map<string, SealedEntry>> {
  const runs: { readonly ref: Subject; readonly from: number; to: number }[] = [];
  for (const { ref, seq } of places.toSorted((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : a.seq - b.seq))) {
    const last = runs.at(-1);
    if (last?.ref === ref && seq - last.to <= NEAR && seq - last.from < PAGE) last.to = seq;
    else runs.push({ ref, from: seq, to: seq });
  }
  const read = await Promise.all(runs.map(({ ref, from, to }) => ports.store.read(ref, from, to - from + 1, { eventual: true })));
  return new Map(read.flat().map((sealed) => [`${sealed.entry.subject} ${sealed.entry.seq}`, sealed]));
}

/** Commits, as `<home>/<sha>`, whose pushes brought the change: its merges, or the direct push itself. */
function broughtBy(change: Subject, chains: readonly DossierChain[]): string[] {
  const direct = /^(.+)\/push\/([0-9a-f]+)$/.exec(subjectId(change));
  if (direct !== null) return [`${direct[1]}/${direct[2]}`];
  const home = pullRequestOf(change)?.home;
  const own = chains.find((chain) => chain.subject === change)?.entries ?? [];
  const merges = own.flatMap(({ entry }) =>
    entry.kind === "pull-request" && entry.facts.mergeSha !== undefined ? [entry.facts.mergeSha] : [],
  );
  return home === undefined ? [] : [...new Set(merges)].map((sha) => `${home}/${sha}`);
}
