import { createHash } from "node:crypto";
import {
  type AppendPorts,
  append,
  type Count,
  evidenceOf,
  type LinkStore,
  pullRequestOf,
  pushEntriesOf,
  type SealWork,
} from "@change-ledger/ledger";
import { type FactsOf, type SealedEntry, type SourceFact, type Subject, subject, subjectId } from "@change-ledger/model";
import { bundleKey } from "./bundle.ts";
import { type DossierChain, payloadKey, payloadsOf } from "./dossier.ts";
import { carriersOf, endOfChange } from "./end.ts";
import { EvidenceError } from "./fault.ts";
import { type BundleStore, type RawStore, type SealedBundle, sealChange } from "./seal.ts";

export interface SealPorts extends AppendPorts {
  readonly links: Pick<LinkStore, "getMany">;
  readonly raw: RawStore;
  readonly bundles: BundleStore;
  /** Keys of the bundles that are on record for each change; may lack the latest, for a bundle that is there already is found when it is written again. */
  readonly sealed: (changes: readonly Subject[]) => Promise<ReadonlyMap<Subject, ReadonlySet<string>>>;
  /** Those of the subjects that have a chain, as far as the read models know: what came a moment ago is as late for this bundle as what comes after it. */
  readonly recorded: (subjects: readonly Subject[]) => Promise<ReadonlySet<Subject>>;
  readonly count: Count;
}

/** Of a chain longer than this a bundle holds the beginning, marked as an excerpt; nothing that belongs to one change comes near it. */
const CHAIN_MAX_ENTRIES = 5_000;
const PAGE = 200;
/** Bundles in hand at once, with their raw records. */
const AT_ONCE = 25;

/**
 * Seals those changes of `work` that have reached an end and whose dossier grew since it was last sealed: writes each one's evidence bundle under Object Lock, and
 * records what was written, with its version, in one `sealed` entry a repository. Doing it again writes nothing new. What changes share is read once.
 * @returns the changes that could not be sealed now and are to come again, each with the reason
 */
export async function sealChanges(ports: SealPorts, work: readonly SealWork[]): Promise<Map<Subject, unknown>> {
  const failed = new Map<Subject, unknown>();
  const unlessFailed = async <T>(change: Subject, run: () => Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      failed.set(change, error);
      return undefined;
    }
  };
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
  if (over.length === 0) return failed;
  const dossiers = await withPushes(ports, await withLinked(ports, over, read));
  const known = await ports.sealed(dossiers.map(({ change }) => change));
  const fresh = dossiers.filter(({ change, chains }) => known.get(change)?.has(bundleKey(change, chains)) !== true);
  const bundles: SealedBundle[] = [];
  for (let from = 0; from < fresh.length; from += AT_ONCE) {
    const some = fresh.slice(from, from + AT_ONCE);
    // Raw records of one batch lie side by side in its segments: they are asked for together.
    const raw = await rawOf(ports, some);
    const written = await Promise.all(
      some.map(({ change, chains }) => unlessFailed(change, () => sealChange(change, chains, { raw, bundles: ports.bundles }))),
    );
    bundles.push(...written.filter((each) => each !== undefined));
  }
  const homes = [...Map.groupBy(bundles, ({ change }) => evidenceOf(change))];
  const outcomes = await append(
    ports,
    homes.map(([evidence, seals]) => ({ fact: sealedFact(evidence, seals, ports.now()) })),
  );
  for (const [at, [, seals]] of homes.entries()) {
    const outcome = outcomes[at];
    if (outcome?.outcome === "failed") for (const { change } of seals) failed.set(change, outcome.error);
  }
  ports.count("bundles", bundles.length);
  return failed;
}

type Reader = (of: Subject) => Promise<DossierChain | undefined>;

/** Reads each chain once, however many changes it is linked to. */
function reader(ports: SealPorts): Reader {
  const chains = new Map<Subject, Promise<DossierChain | undefined>>();
  return (of) => {
    const reading = chains.get(of) ?? readChain(ports, of);
    chains.set(of, reading);
    return reading;
  };
}

/** One read of the raw records of all dossiers; where it fails, each bundle's own read says which of them it fails for. */
async function rawOf(ports: SealPorts, dossiers: readonly Unsealed[]): Promise<RawStore> {
  const references = payloadsOf(dossiers.flatMap(({ chains }) => chains));
  try {
    const members = await ports.raw.members(references);
    const found = new Map(references.map((reference, at) => [payloadKey(reference), members[at]]));
    return { members: async (asked) => asked.map((reference) => found.get(payloadKey(reference)) ?? new Uint8Array()) };
  } catch {
    return ports.raw;
  }
}

interface Unsealed {
  readonly change: Subject;
  readonly chains: readonly DossierChain[];
}

/** Chains are read eventually consistent, at half the price: what brought the work about has to be there, else it comes again. */
function demandSeen(chain: DossierChain | undefined, { subject: of, seq }: SealWork["seen"]): void {
  const length = chain?.entries.length ?? 0;
  if (length <= seq) throw new EvidenceError("too-early", `expected ${of} to hold seq ${seq}, got ${length} entries`);
}

/** The change's chain and those linked to it, once it has reached its end. */
async function endedDossier(change: Subject, read: Reader): Promise<Unsealed | undefined> {
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

/** With the tickets that each change names and the commits that it is of, those of them that have a chain. */
async function withLinked(ports: SealPorts, dossiers: readonly Unsealed[], read: Reader): Promise<Unsealed[]> {
  const named = dossiers.map(({ change, chains }) => linkedOf(chains.find((chain) => chain.subject === change)?.entries ?? []));
  const recorded = await ports.recorded([...new Set(named.flatMap((subjects) => [...subjects]))]);
  return await Promise.all(
    dossiers.map(async ({ change, chains }, at) => {
      const linked = await Promise.all([...(named[at] ?? [])].filter((of) => recorded.has(of)).map(read));
      return { change, chains: [...chains, ...linked.filter((chain) => chain !== undefined)] };
    }),
  );
}

async function readChain(ports: SealPorts, of: Subject): Promise<DossierChain | undefined> {
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
async function withPushes(ports: SealPorts, dossiers: readonly Unsealed[]): Promise<Unsealed[]> {
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
  ports: SealPorts,
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

function sealedFact(evidence: Subject, bundles: readonly SealedBundle[], occurredAt: string): SourceFact {
  const facts: FactsOf<"sealed"> = { bundles: bundles.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
  const id = createHash("sha256")
    .update(facts.bundles.map(({ key, versionId }) => `${key} ${versionId}`).join("\n"))
    .digest("base64url")
    .slice(0, 32);
  return {
    subject: evidence,
    occurredAt,
    source: { system: "ledger", event: "sealed", id: `sealed/${id}`, auth: "ledger", norm: 1 },
    kind: "sealed",
    facts,
  };
}
