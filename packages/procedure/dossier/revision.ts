import { ARTIFACT_PROOFS, type ArtifactProof, type Revision } from "@change-ledger/model";
import type { Buckets } from "./buckets.ts";
import type { Of, Recorded } from "./recorded.ts";

/** Which commit a revision holds, how strongly that is known, and what says so. */
export interface ResolvedCommit {
  readonly commit: string;
  readonly by: "revision" | ArtifactProof;
  readonly told: readonly Recorded[];
}

/**
 * The commit of what was deployed: the revision's own word; else that of the artefact which lies where the revision lies, or whose digest the revision's location
 * names, by the strongest proof on record. Two proofs of one strength that contradict each other resolve nothing.
 */
export function resolveRevision(revision: Revision | undefined, artifacts: Buckets["artifacts"]): ResolvedCommit | undefined {
  if (revision === undefined) return undefined;
  if (revision.commit !== undefined) return { commit: revision.commit, by: revision.by ?? "revision", told: [] };
  const { location } = revision;
  if (location === undefined) return undefined;
  const own = artifacts.filter(({ entry: { facts } }) => facts.commit !== undefined && liesAt(facts, location));
  for (const proof of ARTIFACT_PROOFS) {
    const told = own.filter(({ entry }) => entry.facts.by === proof);
    const commits = new Set(told.map(({ entry }) => entry.facts.commit));
    const [commit] = commits;
    if (commits.size > 1) return undefined;
    if (commit !== undefined) return { commit, by: proof, told };
  }
  return undefined;
}

function liesAt({ location, digest }: Of<"artifact">["entry"]["facts"], at: string): boolean {
  return location === at || (digest !== undefined && digest.length >= 40 && at.endsWith(digest));
}
