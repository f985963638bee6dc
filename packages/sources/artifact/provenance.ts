import * as z from "zod";
import { repositoryOf, shaOf } from "../codedeploy-lookup/revision.ts";
import { SourceError } from "../fault.ts";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { read } from "../read.ts";

/** Of an artefact's content. */
export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** A sigstore bundle, as GitHub's artefact attestations are: of it the DSSE envelope alone is read. Its signature and certificate are not checked. */
const bundle = z.object({
  detail: z.object({
    bundle: z.object({
      dsseEnvelope: z.object({ payloadType: z.literal("application/vnd.in-toto+json"), payload: z.base64() }),
    }),
  }),
});

/** An in-toto Statement, version 1, with SLSA's provenance, version 1. */
const statement = z.object({
  statement: z.object({
    _type: z.literal("https://in-toto.io/Statement/v1"),
    subject: z
      .array(z.object({ digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) }))
      .min(1)
      .max(1000),
    predicateType: z.literal("https://slsa.dev/provenance/v1"),
    predicate: z.object({
      buildDefinition: z.object({
        resolvedDependencies: z
          .array(
            z.object({ uri: z.string().max(2048).nullish(), digest: z.object({ gitCommit: z.string().max(128).nullish() }).nullish() }),
          )
          .max(1000)
          .nullish(),
      }),
      runDetails: z.object({ builder: z.object({ id: z.string().max(512).nullish() }).nullish() }).nullish(),
    }),
  }),
});

/**
 * What a provenance claims: the digest, the commit that it was built from, and the builder. Without a dependency that is a git commit there is none.
 * @param named which of its subjects is meant; without it there must be just one
 * @throws SourceError
 */
export function provenanceOf(sent: unknown, named: string | undefined) {
  const { payload } = read(bundle, { detail: { bundle: sent } }).detail.bundle.dsseEnvelope;
  const claimed = read(statement, { statement: parseJson(Buffer.from(payload, "base64")) }).statement;
  const subjects = new Set(claimed.subject.map((one) => `sha256:${one.digest.sha256}`));
  const [only] = subjects;
  if (named === undefined ? subjects.size !== 1 : !subjects.has(named))
    throw new SourceError("detail.digest", "expected the digest of one of the provenance's subjects");
  const commits = (claimed.predicate.buildDefinition.resolvedDependencies ?? []).flatMap((one) => {
    const commit = shaOf(one.digest?.gitCommit);
    return commit === undefined ? [] : [{ commit, repository: sourceOf(one.uri) }];
  });
  // Of several sources nobody can say which one it was built from.
  const [source] = new Set(commits.map(({ commit }) => commit)).size === 1 ? commits : [];
  return present({
    digest: named ?? only,
    repository: source?.repository,
    commit: source?.commit,
    builder: told(claimed.predicate.runDetails?.builder?.id),
  });
}

/** `git+https://github.com/acme/cargo@refs/heads/main` → `acme/cargo`. */
function sourceOf(uri: string | null | undefined): string | undefined {
  return repositoryOf(uri?.replace(/^git\+/, "").replace(/@[^@]*$/, ""));
}
