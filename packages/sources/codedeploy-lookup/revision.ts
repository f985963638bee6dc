import { type Revision, shaSchema } from "@change-ledger/model";
import * as z from "zod";
import { present, told } from "../present.ts";
import { maybeText, text } from "../read.ts";

const appSpec = z.object({ content: z.string().nullish() }).nullish();

/** CodeDeploy's `RevisionLocation`: a type and one member that fits it. */
export const revisionLocation = z.object({
  revisionType: maybeText,
  gitHubLocation: z.object({ repository: maybeText, commitId: maybeText }).nullish(),
  s3Location: z.object({ bucket: text, key: text, version: maybeText, eTag: maybeText }).nullish(),
  // AppSpec files of ECS and Lambda come as they are.
  string: appSpec,
  appSpecContent: appSpec,
});
export type RevisionLocation = z.output<typeof revisionLocation>;

/** User-defined metadata of the revisions' S3 objects (lower-case names without `x-amz-meta-`), by `s3ObjectUrl`. */
export const objectMetadata = z.record(z.string(), z.record(z.string(), z.string())).nullish();

/**
 * Names under which a build may put the commit on the object that it uploads, first match wins. Our own, listed in the documentation:
 * S3 has no convention.
 */
export const COMMIT_METADATA = [
  "commit",
  "git-commit",
  "commit-sha",
  "commit-id",
  "git-sha",
  "github-sha",
  "codebuild-resolved-source-version",
  "revision",
] as const;
export const REPOSITORY_METADATA = ["repository", "git-repository", "github-repository"] as const;

/** `s3://bucket/key?versionId=…` */
export function s3ObjectUrl(location: { bucket: string; key: string; version?: string | null | undefined }): string {
  const version = told(location.version);
  return `s3://${location.bucket}/${location.key}${version === undefined ? "" : `?versionId=${version}`}`;
}

/** The commit of a revision, or why it is not known. A short hash is none: it can come to mean another commit. */
export function revisionFact(sent: RevisionLocation, metadata: z.output<typeof objectMetadata>): Revision {
  const type = told(sent.revisionType) ?? (sent.gitHubLocation ? "GitHub" : sent.s3Location ? "S3" : "unknown");
  if (sent.gitHubLocation) {
    const commit = shaOf(sent.gitHubLocation.commitId);
    const repository = repositoryOf(sent.gitHubLocation.repository);
    return commit === undefined
      ? present({ type, repository, unresolved: "the revision names no full commit id" })
      : present({ type, repository, commit, by: "revision" as const });
  }
  if (sent.s3Location) return ofObject(type, s3ObjectUrl(sent.s3Location), metadata);
  return { type, unresolved: `a revision of type ${KNOWN_TYPES.has(type) ? type : "unknown"} names no commit` };
}

/** The other types that the API documents. */
const KNOWN_TYPES: ReadonlySet<string> = new Set(["S3", "GitHub", "String", "AppSpecContent"]);

function ofObject(type: string, location: string, metadata: z.output<typeof objectMetadata>): Revision {
  const told = metadata && Object.hasOwn(metadata, location) ? metadata[location] : undefined;
  if (told === undefined) return { type, location, unresolved: "the object's metadata could not be read" };
  const commit = firstNamed(told, COMMIT_METADATA, shaOf);
  if (commit === undefined) return { type, location, unresolved: "the object's metadata names no full commit id" };
  return present({
    type,
    repository: firstNamed(told, REPOSITORY_METADATA, repositoryOf),
    commit,
    location,
    by: "object-metadata" as const,
  });
}

/** What `read` makes of the first of the names under which there is something that it can read. */
export function firstNamed<T>(
  of: Readonly<Record<string, unknown>>,
  names: readonly string[],
  read: (value: string) => T | undefined,
): T | undefined {
  for (const name of names) {
    const value = Object.hasOwn(of, name) ? of[name] : undefined;
    const found = typeof value === "string" ? read(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A full commit id. */
export function shaOf(value: string | null | undefined): string | undefined {
  const lower = value?.trim().toLowerCase();
  return lower !== undefined && shaSchema.safeParse(lower).success ? lower : undefined;
}

/** `owner/name` out of itself or of the repository's URL. */
export function repositoryOf(value: string | null | undefined): string | undefined {
  return /(?:^|[/:])([\w.-]{1,100}\/[\w.-]{1,100}?)(?:\.git)?\/?$/.exec(told(value?.slice(0, 512)) ?? "")?.[1];
}
