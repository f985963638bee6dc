import { createHash } from "node:crypto";
import { type AppendPorts, append, type Count, type LinkStore, pullRequestOf, pushEntriesOf } from "@change-ledger/ledger";
import { type Entry, type FactsOf, type SealedEntry, type SourceFact, type Subject, subject, subjectId } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";
import { carriersOf, endOfChange } from "./end.ts";
import { type BundleStore, type RawStore, type SealedBundle, sealChange } from "./seal.ts";

export interface SealPorts extends AppendPorts {
  readonly links: LinkStore;
  readonly raw: RawStore;
  readonly bundles: BundleStore;
  readonly count: Count;
}

/** Of a chain longer than this a bundle holds the beginning, marked as an excerpt; nothing that belongs to one change comes near it. */
const CHAIN_MAX_ENTRIES = 5_000;
const PAGE = 200;

/**
 * Seals those of `changes` that have reached an end and whose dossier grew since it was last sealed: writes each one's evidence bundle under Object Lock, and
 * records what was written, with its version, in one `sealed` entry a repository. Doing it again writes nothing new.
 * @returns the changes that could not be sealed now and are to come again, each with the reason
 */
export async function sealChanges(ports: SealPorts, changes: readonly Subject[]): Promise<Map<Subject, unknown>> {
  const failed = new Map<Subject, unknown>();
  const chains = new Map<Subject, Promise<DossierChain | undefined>>();
  const read = (of: Subject): Promise<DossierChain | undefined> => {
    // Changes that went out together share a deployment's chain: it is read once.
    const reading = chains.get(of) ?? readChain(ports, of);
    chains.set(of, reading);
    return reading;
  };
  const written = await Promise.all(
    [...new Set(changes)].map(async (change) => {
      try {
        return await seal(ports, change, read);
      } catch (error) {
        failed.set(change, error);
        return undefined;
      }
    }),
  );
  const fresh = written.filter((each) => each !== undefined);
  const byHome = Map.groupBy(fresh, ({ bundle }) => evidenceOf(bundle.change));
  const homes = [...byHome];
  const outcomes = await append(
    ports,
    homes.map(([evidence, seals]) => ({
      fact: sealedFact(
        evidence,
        seals.map(({ bundle }) => bundle),
        ports.now(),
      ),
    })),
  );
  for (const [at, [, seals]] of homes.entries()) {
    const outcome = outcomes[at];
    if (outcome?.outcome === "failed") for (const { bundle } of seals) failed.set(bundle.change, outcome.error);
    else await Promise.all(seals.map(({ bundle, dossier }) => ports.links.merge(sealedKey(bundle.change), { dossier: [dossier] })));
  }
  ports.count("bundles", fresh.length);
  return failed;
}

/** The chain that lists a repository's bundles: an auditor reads one, and one entry stands for a whole sealing batch. */
export function evidenceOf(change: Subject): Subject {
  const home = pullRequestOf(change)?.home ?? subjectId(change).split("/").slice(0, 3).join("/");
  return subject("evidence", home);
}

const sealedKey = (change: Subject): string => `sealed:${change}`;

async function seal(
  ports: SealPorts,
  change: Subject,
  read: (of: Subject) => Promise<DossierChain | undefined>,
): Promise<{ bundle: SealedBundle; dossier: string } | undefined> {
  const own = await readChain(ports, change);
  if (own === undefined) return undefined;
  const entries = own.entries.map(({ entry }) => entry);
  const deployments = await Promise.all([...carriersOf(entries)].map(read));
  const related = await Promise.all(rollbacksOf(deployments).map(read));
  const deployed = [...deployments, ...related].filter((chain) => chain !== undefined);
  if (
    endOfChange(
      entries,
      deployed.flatMap((chain) => chain.entries.map(({ entry }) => entry)),
    ) === undefined
  )
    return undefined;
  const linked = await Promise.all([...linkedOf(entries)].map(read));
  const dossier = [own, ...deployed, ...linked.filter((chain) => chain !== undefined), ...(await pushes(ports, change, entries))];
  const distinct = [...new Map(dossier.map((chain) => [chain.subject, chain])).values()];
  const digest = digestOf(distinct);
  const known = await ports.links.get(sealedKey(change));
  if (known["dossier"]?.has(digest)) return undefined;
  return { bundle: await sealChange(change, distinct, ports), dossier: digest };
}

async function readChain(ports: SealPorts, of: Subject): Promise<DossierChain | undefined> {
  const entries: SealedEntry[] = [];
  for (;;) {
    const page = await ports.store.read(of, entries.length, PAGE);
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
function linkedOf(entries: readonly Entry[]): Set<Subject> {
  const linked = new Set<Subject>();
  for (const entry of entries) {
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
async function pushes(ports: SealPorts, change: Subject, entries: readonly Entry[]): Promise<DossierChain[]> {
  const direct = /^(.+)\/push\/([0-9a-f]+)$/.exec(subjectId(change));
  const home = pullRequestOf(change)?.home ?? direct?.[1];
  if (home === undefined) return [];
  const merges = entries.flatMap((entry) =>
    entry.kind === "pull-request" && entry.facts.mergeSha !== undefined ? [entry.facts.mergeSha] : [],
  );
  const shas = new Set(direct?.[2] === undefined ? merges : [direct[2]]);
  const places = (await Promise.all([...shas].map((sha) => pushEntriesOf(ports.links, home, sha)))).flat();
  const byRef = Map.groupBy(places, ({ ref }) => ref);
  return await Promise.all(
    [...byRef].map(async ([ref, at]): Promise<DossierChain> => {
      const found = await Promise.all(at.map(({ seq }) => ports.store.read(ref, seq, 1)));
      return { subject: ref, entries: found.flat().sort((a, b) => a.entry.seq - b.entry.seq), excerpt: true };
    }),
  );
}

function digestOf(chains: readonly DossierChain[]): string {
  const heads = chains.map(({ subject: of, entries }) => `${of} ${entries.length} ${entries.at(-1)?.hash}`).sort();
  return createHash("sha256").update(heads.join("\n")).digest("base64url").slice(0, 32);
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
