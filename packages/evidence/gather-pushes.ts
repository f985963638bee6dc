import type { ChainStore } from "@change-ledger/ledger";
import { guardEntriesOf, type LinkStore, pullRequestOf, pushEntriesOf } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, subjectId } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";
import { EvidenceError } from "./fault.ts";

interface ReadPorts {
  readonly store: Pick<ChainStore, "read">;
  readonly links: Pick<LinkStore, "getMany">;
}

/** An entry of a chain that holds much more than the change. */
export interface EntryPlace {
  readonly of: Subject;
  readonly seq: number;
}

/** What is wanted of the chains of refs. */
interface FromRefs {
  /** The pushes that brought the change; of a push of several parts those that hold its commits. */
  readonly arrived: readonly EntryPlace[];
  /** Whatever tells of the branches' guards. */
  readonly guards: readonly EntryPlace[];
}

/** Where the index says that the pushes and guards of these changes lie, in their order. */
export async function placesOnRefs(
  { links }: ReadPorts,
  changes: readonly { readonly change: Subject; readonly chains: readonly DossierChain[] }[],
): Promise<readonly FromRefs[]> {
  const brought = changes.map(({ change, chains }) => broughtBy(change, chains));
  const homes = changes.map(({ change }) => guardHomes(change));
  const [places, guards] = await Promise.all([pushEntriesOf(links, brought.flat()), guardEntriesOf(links, homes.flat())]);
  const placed = (found: readonly { readonly ref: Subject; readonly seq: number }[] | undefined) =>
    (found ?? []).map(({ ref, seq }) => ({ of: ref, seq }));
  return changes.map((_change, at) => ({
    arrived: (brought[at] ?? []).flatMap((commit) => placed(places.get(commit))),
    guards: (homes[at] ?? []).flatMap((home) => placed(guards.get(home))),
  }));
}

/** The index names it, so it is on record: what was read is older. */
export function demandAt(entries: ReadonlyMap<string, SealedEntry>, { of, seq }: EntryPlace): SealedEntry {
  const found = entries.get(`${of} ${seq}`);
  if (found !== undefined) return found;
  throw new EvidenceError("too-early", `expected ${of} to hold seq ${seq}`);
}

/** Entries that lie this close are read in one go. */
const NEAR = 4;

/** The entries at these places, by `<subject> <seq>`: what a deployment brings lies side by side in its ref's chain. */
export async function entriesAt(
  { store }: Pick<ReadPorts, "store">,
  places: readonly EntryPlace[],
  exact: boolean,
): Promise<Map<string, SealedEntry>> {
  const runs: { readonly of: Subject; readonly from: number; to: number }[] = [];
  for (const { of, seq } of places.toSorted((a, b) => (a.of < b.of ? -1 : a.of > b.of ? 1 : a.seq - b.seq))) {
    const last = runs.at(-1);
    if (last?.of === of && seq - last.to <= NEAR && seq - last.from < RUN_MAX) last.to = Math.max(last.to, seq);
    else runs.push({ of, from: seq, to: seq });
  }
  const read = await Promise.all(runs.map(({ of, from, to }) => store.read(of, from, to - from + 1, { eventual: !exact })));
  return new Map(read.flat().map((sealed) => [`${sealed.entry.subject} ${sealed.entry.seq}`, sealed]));
}

const RUN_MAX = 200;

/** Of chains that hold much more than the change, which none of these are that is in hand already, excerpts. */
export function excerptsOf(entries: readonly SealedEntry[], whole: readonly DossierChain[]): DossierChain[] {
  const known = new Set(whole.map(({ subject }) => subject));
  return [...Map.groupBy(entries, ({ entry }) => entry.subject)]
    .filter(([of]) => !known.has(of))
    .map(([of, some]): DossierChain => {
      const each = [...new Map(some.map((sealed) => [sealed.entry.seq, sealed])).values()];
      return { subject: of, entries: each.sort((a, b) => a.entry.seq - b.entry.seq), excerpt: true };
    });
}

/** Commits, as `<home>/<sha>`, whose pushes brought the change: its merges, or the direct push itself. */
export function broughtBy(change: Subject, chains: readonly DossierChain[]): string[] {
  const direct = /^(.+)\/push\/([0-9a-f]+)$/.exec(subjectId(change));
  if (direct !== null) return [`${direct[1]}/${direct[2]}`];
  const home = pullRequestOf(change)?.home;
  const own = chains.find((chain) => chain.subject === change)?.entries ?? [];
  const merges = own.flatMap(({ entry }) =>
    entry.kind === "pull-request" && entry.facts.mergeSha !== undefined ? [entry.facts.mergeSha] : [],
  );
  return home === undefined ? [] : [...new Set(merges)].map((sha) => `${home}/${sha}`);
}

/** The repository of a change and its owner: rules of branches are the one's or the other's. */
function guardHomes(change: Subject): string[] {
  const [host = "", owner = "", name = ""] = subjectId(change).split("/");
  return host === "github" && name !== "" ? [`${host}/${owner}/${name}`, `${host}/${owner}`] : [];
}
