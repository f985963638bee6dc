import { ARTIFACT_PROOFS, type ArtifactProof, type FactsOf, type Revision } from "@change-ledger/model";
import type { Of } from "./recorded.ts";

/** What somebody says of an artefact. */
export interface ArtifactClaim {
  readonly facts: FactsOf<"artifact">;
  /** A look-up saw it: what lies at a place is then known to be of a digest. */
  readonly lookedUp: boolean;
}

/** The strongest that is said of what a revision is; or that the strongest contradict each other. */
type Claimed<C> =
  | { readonly commit: string; readonly repository: string | undefined; readonly by: ArtifactProof; readonly told: readonly C[] }
  | { readonly contradicted: ArtifactProof; readonly told: readonly C[] };

/**
 * The commit of the artefact which lies where the revision lies, or whose digest the revision's location names, or is of what a look-up saw there: by the strongest
 * proof. Two of one strength that name different commits resolve nothing, whatever weaker ones say. Undefined: nobody names one.
 */
function claimedCommit<C extends ArtifactClaim>({ location }: Revision, claims: readonly C[]): Claimed<C> | undefined {
  if (location === undefined) return undefined;
  const seen = claims.filter(({ facts, lookedUp }) => lookedUp && facts.location === location);
  const contents = new Set(seen.map(({ facts }) => facts.digest));
  const own = claims.filter(({ facts }) => facts.commit !== undefined && isOf(facts, location, contents));
  for (const proof of ARTIFACT_PROOFS) {
    const told = own.filter(({ facts }) => facts.by === proof);
    const commits = new Set(told.map(({ facts }) => facts.commit));
    const [commit] = commits;
    if (commits.size > 1) return { contradicted: proof, told };
    const repository = told.find(({ facts }) => facts.repository !== undefined)?.facts.repository;
    if (commit !== undefined) return { commit, repository, by: proof, told };
  }
  return undefined;
}

function isOf({ location, digest }: FactsOf<"artifact">, at: string, contents: ReadonlySet<string | undefined>): boolean {
  return location === at || (digest !== undefined && (contents.has(digest) || (digest.length >= 40 && at.endsWith(digest))));
}

/** What look-ups of the place say that found no commit there. */
function unresolvedBy<C extends ArtifactClaim>({ location }: Revision, claims: readonly C[]): C[] {
  return claims.filter(({ facts }) => location !== undefined && facts.location === location && facts.unresolved !== undefined);
}

function reasonsOf(claims: readonly ArtifactClaim[]): string {
  return [...new Set(claims.map(({ facts }) => facts.unresolved))].sort().join("; ");
}

/** The revision with the commit that artefacts name, and how strongly; where they name none, with the reasons. A commit of its own stays as it is. */
export function withArtifacts(revision: Revision, claims: readonly ArtifactClaim[]): Revision {
  if (revision.commit !== undefined) return revision;
  const { unresolved: _before, ...rest } = revision;
  const found = claimedCommit(revision, claims);
  if (found !== undefined && "commit" in found) {
    const { commit, repository = revision.repository, by } = found;
    return { ...rest, commit, by, ...(repository !== undefined && { repository }) };
  }
  const why = found === undefined ? reasonsOf(unresolvedBy(revision, claims)) : contradiction(found.contradicted);
  return why === "" ? revision : { ...rest, unresolved: why };
}

/** How claims of one strength are called to whoever reads of them. */
const PROOF_WORDS: Readonly<Record<ArtifactProof, string>> = {
  provenance: "attested provenances",
  event: "builds' events",
  "object-metadata": "words of objects' metadata",
  "image-label": "image labels",
  "version-tag": "tags of the function",
};

function contradiction(proof: ArtifactProof): string {
  return `${PROOF_WORDS[proof]} contradict each other`;
}

/** Which commit a revision holds, how strongly that is known, and what says so; or why it is not known. */
export type Resolution =
  | { readonly commit: string; readonly by: "revision" | ArtifactProof; readonly told: readonly Of<"artifact">[] }
  | { readonly unresolved: string; readonly contradicted: boolean; readonly told: readonly Of<"artifact">[] };

/** The revision's own word; else what is said of its artefact. @param artifacts of the dossier: look-ups' answers stand in the deployment's own chain */
export function resolutionOf(revision: Revision | undefined, artifacts: readonly Of<"artifact">[]): Resolution | undefined {
  if (revision === undefined) return undefined;
  if (revision.commit !== undefined) return { commit: revision.commit, by: revision.by ?? "revision", told: [] };
  const claims = artifacts.map((recorded) => ({ facts: recorded.entry.facts, lookedUp: recorded.entry.source.auth === "api", recorded }));
  const found = claimedCommit(revision, claims);
  if (found !== undefined) {
    const told = found.told.map(({ recorded }) => recorded);
    return "commit" in found
      ? { commit: found.commit, by: found.by, told }
      : { unresolved: contradiction(found.contradicted), contradicted: true, told };
  }
  const own = unresolvedBy(revision, claims);
  const unresolved = reasonsOf(own) || (revision.unresolved ?? "the revision names no commit");
  return { unresolved, contradicted: false, told: own.map(({ recorded }) => recorded) };
}
