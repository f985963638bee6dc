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

/**
 * Enters what a batch tells of artefacts, and answers which deployments are of one of them, each with the claims to add to its sets. The claim is written before it
 * is asked who waits for it, as whoever waits is written before it is asked what is claimed.
 */
export async function indexArtifacts(links: LinkStore, entries: readonly Entry[]): Promise<{ deployment: Subject; claims: Claims }[]> {
  const told = entries.flatMap((entry) => {
    if (entry.kind !== "artifact") return [];
    const claim = claimOf(entry.facts);
    const known = [entry.facts.location, entry.facts.digest].flatMap((one) => one ?? []);
    return claim === undefined ? [] : known.map((name) => ({ name, claim }));
  });
  const merged = await links.mergeMany(told.map(({ name, claim }) => ({ key: artifactKey(name), add: { c: [claim] } })));
  return merged.flatMap(({ item }, at) =>
    [...set(item, "wait")].map((waiting) => {
      const [as = "art", deployment = ""] = waiting.split(" ");
      return { deployment: deployment as Subject, claims: { [as]: [told[at]?.claim ?? ""] } };
    }),
  );
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
  for (const [at, { item }] of merged.entries()) claims[asked[at]?.as ?? "art"].push(...set(item, "c"));
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
