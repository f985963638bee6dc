import type { LookUpPorts } from "@change-ledger/ledger";
import { canonicalBytes } from "@change-ledger/model";
import type { Octokit } from "@octokit/core";
import * as z from "zod";
import { HEADERS, ownerAndName, told } from "./github.ts";
import { LookupError } from "./lookup-fault.ts";

type AttestationLookup = NonNullable<LookUpPorts["sources"]["attestations"]>;

/** As many as one page holds: an artefact has a handful. */
const MAX_ATTESTATIONS = 100;

/** Of each attestation the sigstore bundle; GitHub keeps large ones elsewhere and leaves them out. */
const listed = z.object({ attestations: z.array(z.object({ bundle: z.unknown() })).max(MAX_ATTESTATIONS) });

/** What a repository attests of a digest, through GitHub's REST API. The App needs read access to attestations. */
export function githubAttestations(octokit: Pick<Octokit, "request">): AttestationLookup {
  return async (asked) => {
    const answer = await listAttestations(octokit, asked);
    const parsed = listed.safeParse(answer);
    if (!parsed.success) throw new LookupError("unavailable", "GitHub: expected a list of attestations");
    const attestations = parsed.data.attestations.map(({ bundle }) => ({ bundle: bundle ?? null }));
    return canonicalBytes(JSON.parse(JSON.stringify({ ...asked, attestations })));
  };
}

async function listAttestations(
  octokit: Pick<Octokit, "request">,
  { repository, digest }: Parameters<AttestationLookup>[0],
): Promise<unknown> {
  try {
    const { data } = await told("list attestations", () =>
      octokit.request("GET /repos/{owner}/{repo}/attestations/{subject_digest}", {
        ...ownerAndName(repository),
        subject_digest: digest,
        per_page: MAX_ATTESTATIONS,
        headers: HEADERS,
      }),
    );
    return data;
  } catch (error) {
    // A repository that attests nothing of it, and one that is not ours to see, are answered alike.
    if (error instanceof LookupError && error.code === "not-found") return { attestations: [] };
    throw error;
  }
}
