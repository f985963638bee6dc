import { ARTIFACT_PROOFS, type Entry, type FactsOf, type Revision, type Subject } from "@change-ledger/model";
import { artifactKey, type Home } from "./link-keys.ts";
import type { LinkItem, LinkStore } from "./ports.ts";

/** A deployment's sets of claims: of the commit of its own revision, and of that of the one before. */
type ClaimSet = "art" | "artp";
export type Claims = Readonly<Partial<Record<ClaimSet, readonly string[]>>>;

const set = (item: LinkItem, name: string): ReadonlySet<string> => item[name] ?? new Set();

/** What an artefact was built from, as far as one place or one content is concerned: `<proof> <home> <commit>`. */
function claimOf({ repository, commit, by }: FactsOf<"artifact">): string | undefined {
  return repository === undefined || commit === undefined ? undefined : `${by} github/${repository} ${commit}`;
}

/** A deployment of an artefact that somebody told of: the claims to add to its sets, and the entry that told. */
export interface ClaimFor {
  readonly deployment: Subject;
  readonly claims: Claims;
  readonly by: Entry;
}

/**
 * Enters what a batch tells of artefacts, and answers which deployments are of one of them, each with the claims to add to its sets. The claim is written before it
 * is asked who waits for it, as whoever waits is written before it is asked what is claimed.
 */
export async function indexArtifacts(links: LinkStore, entries: readonly Entry[]): Promise<ClaimFor[]> {
  const told = entries.flatMap((entry) => (entry.kind === "artifact" ? addsOf(entry) : []));
  const merged = await links.mergeMany(told.map(({ name, add }) => ({ key: artifactKey(name), add })));
  const found = merged.map(async ({ item }, at): Promise<ClaimFor[]> => {
    const one = told[at];
    const waiting = [...set(item, "wait")];
    if (one === undefined || waiting.length === 0) return [];
    const claims = one.add.c ?? (await waitAlso(links, one.add.same ?? [], waiting));
    return claims.length === 0 ? [] : waiting.map((waits) => ({ ...awaited(waits, claims), by: one.entry }));
  });
  return (await Promise.all(found)).flat();
}

interface Add {
  readonly name: string;
  readonly add: { readonly c?: readonly string[]; readonly same?: readonly string[] };
  readonly entry: Entry;
}

/** What an artefact's place and its content are to be told: the commit that it was built from; and, where a look-up saw what lies there, which content that is. */
function addsOf(entry: Extract<Entry, { kind: "artifact" }>): Add[] {
  const { location, digest } = entry.facts;
  const claim = claimOf(entry.facts);
  const known = [location, digest].flatMap((one) => one ?? []);
  const seen = entry.source.auth === "api" && location !== undefined && digest !== undefined && !location.endsWith(digest);
  return [
    ...(claim === undefined ? [] : known.map((name) => ({ name, add: { c: [claim] }, entry }))),
    ...(seen ? [{ name: location, add: { same: [digest] }, entry }] : []),
  ];
}

/** Lets those that wait for a place wait for what lies there too; answers what is claimed of that. */
async function waitAlso(links: LinkStore, contents: readonly string[], waiting: readonly string[]): Promise<string[]> {
  const merged = await links.mergeMany(contents.map((name) => ({ key: artifactKey(name), add: { wait: waiting } })));
  return merged.flatMap(({ item }) => [...set(item, "c")]);
}

/** `<set> <deployment>` */
function awaited(waits: string, claims: readonly string[]): { readonly deployment: Subject; readonly claims: Claims } {
  const [as = "art", deployment = ""] = waits.split(" ");
  return { deployment: deployment as Subject, claims: { [as]: claims } };
}

/** Lets the deployment wait for claims about its revision and the one before, where they name no commit themselves; answers those that are there. */
export async function awaitClaims(links: LinkStore, deployment: Subject, facts: FactsOf<"deployment-lookup">): Promise<Claims> {
  const asked = [
    { as: "art" as const, revision: facts.revision },
    { as: "artp" as const, revision: facts.previousRevision },
  ].flatMap(({ as, revision }) => namesOf(revision).map((name) => ({ as, name })));
  if (asked.length === 0) return {};
  const merged = await links.mergeMany(asked.map(({ as, name }) => ({ key: artifactKey(name), add: { wait: [`${as} ${deployment}`] } })));
  const claims: Record<ClaimSet, string[]> = { art: [], artp: [] };
  for (const [at, { item }] of merged.entries()) {
    const { as } = asked[at] ?? { as: "art" as const };
    claims[as].push(...set(item, "c"), ...(await waitAlso(links, [...set(item, "same")], [`${as} ${deployment}`])));
  }
  return Object.fromEntries(Object.entries(claims).filter(([, values]) => values.length > 0));
}

/** As long as an artefact's location may be: a longer one names none. */
const LOCATION_MAX = 1024;
const DIGEST = /sha256:[0-9a-f]{64}$/;

/** What an artefact may be known by that lies where the revision lies: the place itself, and the digest that it ends with. */
function namesOf(revision: Revision | undefined): string[] {
  const location = revision?.commit === undefined ? revision?.location : undefined;
  if (location === undefined || location.length > LOCATION_MAX) return [];
  const [digest] = DIGEST.exec(location) ?? [];
  return digest === undefined || digest === location ? [location] : [location, digest];
}

/** Commits, as `<home>/<sha>`, that anybody claims what was deployed was built from; at most some dozens. Eventually consistent. */
export async function commitsClaimed(links: Pick<LinkStore, "getMany">, revisions: readonly Revision[]): Promise<readonly string[]> {
  const names = revisions.flatMap(namesOf);
  if (names.length === 0) return [];
  const places = await links.getMany(names.map(artifactKey));
  const same = [...places.values()].flatMap((item) => [...set(item, "same")]).filter((name) => !names.includes(name));
  const contents = same.length === 0 ? [] : [...(await links.getMany(same.slice(0, MOST_CLAIMS).map(artifactKey))).values()];
  const claims = [...places.values(), ...contents].flatMap((item) => [...set(item, "c")]).slice(0, MOST_CLAIMS);
  return [...new Set(claims.map((claim) => claim.split(" ").slice(1).join("/")))];
}

const MOST_CLAIMS = 40;

/** The commit that the strongest of the claims name; none where those of one strength contradict each other. A pure function of the set. */
export function resolveClaims(claims: ReadonlySet<string>): { readonly home: Home; readonly commit: string } | undefined {
  for (const proof of ARTIFACT_PROOFS) {
    const [one, another] = [...claims].filter((claim) => claim.startsWith(`${proof} `));
    if (another !== undefined) return undefined;
    const [, home, commit] = one?.split(" ") ?? [];
    if (home !== undefined && commit !== undefined) return { home, commit };
  }
  return undefined;
}
