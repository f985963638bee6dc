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

/** The same with SLSA's provenance, version 0.2, in a Statement of version 1 or 0.1. */
const formerStatement = z.object({
  statement: statement.shape.statement.extend({
    _type: z.enum(["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"]),
    predicateType: z.literal("https://slsa.dev/provenance/v0.2"),
    predicate: z.object({
      builder: z.object({ id: z.string().max(512).nullish() }).nullish(),
      materials: z
        .array(
          z.object({
            uri: z.string().max(2048).nullish(),
            digest: z.object({ gitCommit: z.string().max(128).nullish(), sha1: z.string().max(128).nullish() }).nullish(),
          }),
        )
        .max(1000)
        .nullish(),
    }),
  }),
});

/** What a provenance claims of its subjects. */
export interface Provenance {
  /** `sha256:…` */
  readonly subjects: ReadonlySet<string>;
  /** That they were built from: none where no source is a git commit, or several are. */
  readonly commit: string | undefined;
  readonly repository: string | undefined;
  readonly builder: string | undefined;
}

/**
 * The provenance in a DSSE payload, of either version.
 * @throws SourceError
 */
export function readProvenance(payload: Uint8Array): Provenance {
  const sent = { statement: parseJson(payload) };
  const former = formerStatement.safeParse(sent);
  if (!former.success) return provenance(read(statement, sent).statement);
  const { subject, predicate } = former.data.statement;
  const sources = (predicate.materials ?? []).map(({ uri, digest: of }) => ({
    uri,
    // A SHA-1 is a commit's only where the material is a git repository.
    digest: { gitCommit: told(of?.gitCommit) ?? (uri?.startsWith("git+") === true ? of?.sha1 : undefined) },
  }));
  return claimed(subject, sources, predicate.builder?.id);
}

/**
 * What a provenance claims: the digest, the commit that it was built from, and the builder. Without a dependency that is a git commit there is none.
 * @param named which of its subjects is meant; without it there must be just one
 * @throws SourceError
 */
export function provenanceOf(sent: unknown, named: string | undefined) {
  const { payload } = read(bundle, { detail: { bundle: sent } }).detail.bundle.dsseEnvelope;
  const { subjects, ...found } = provenance(read(statement, { statement: parseJson(Buffer.from(payload, "base64")) }).statement);
  const [only] = subjects;
  if (named === undefined ? subjects.size !== 1 : !subjects.has(named))
    throw new SourceError("detail.digest", "expected the digest of one of the provenance's subjects");
  return present({ ...found, digest: named ?? only });
}

function provenance({ subject, predicate }: z.output<typeof statement>["statement"]): Provenance {
  return claimed(subject, predicate.buildDefinition.resolvedDependencies ?? [], predicate.runDetails?.builder?.id);
}

interface Dependency {
  readonly uri?: string | null | undefined;
  readonly digest?: { readonly gitCommit?: string | null | undefined } | null | undefined;
}

function claimed(
  subject: readonly { readonly digest: { readonly sha256: string } }[],
  sources: readonly Dependency[],
  builder: string | null | undefined,
): Provenance {
  const commits = sources.flatMap((one) => {
    const commit = shaOf(one.digest?.gitCommit);
    return commit === undefined ? [] : [{ commit, repository: sourceOf(one.uri) }];
  });
  // Of several sources nobody can say which one it was built from.
  const [source] = new Set(commits.map(({ commit }) => commit)).size === 1 ? commits : [];
  return {
    subjects: new Set(subject.map((one) => `sha256:${one.digest.sha256}`)),
    commit: source?.commit,
    repository: source?.repository,
    builder: told(builder),
  };
}

/** `git+https://github.com/acme/cargo@refs/heads/main` → `acme/cargo`. */
function sourceOf(uri: string | null | undefined): string | undefined {
  return repositoryOf(uri?.replace(/^git\+/, "").replace(/@[^@]*$/, ""));
}
