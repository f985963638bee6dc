import type { ArtifactProof } from "@change-ledger/model";
import { COMMIT_METADATA, firstNamed, REPOSITORY_METADATA, repositoryOf, shaOf } from "../codedeploy-lookup/revision.ts";
import { SourceError } from "../fault.ts";
import { present } from "../present.ts";

type Words = Readonly<Record<string, unknown>> | null | undefined;

/** The OCI image specification's annotations first, then what came before them, then our own names. */
const COMMIT_LABELS = ["org.opencontainers.image.revision", "org.label-schema.vcs-ref", ...COMMIT_METADATA];
const REPOSITORY_LABELS = ["org.opencontainers.image.source", "org.label-schema.vcs-url", ...REPOSITORY_METADATA];

/**
 * The commit that labels of an image, tags of a version or an object's metadata name; none when they name no full one. Exactly one of the three is given.
 * @throws SourceError
 */
export function describedBy(of: { readonly labels?: Words; readonly tags?: Words; readonly metadata?: Words }): {
  readonly repository?: string;
  readonly commit?: string;
  readonly by: ArtifactProof;
} {
  const told: readonly (readonly [ArtifactProof, Words])[] = [
    ["image-label", of.labels],
    ["version-tag", of.tags],
    ["object-metadata", of.metadata],
  ];
  const [one, another] = told.filter(([, words]) => words !== null && words !== undefined);
  if (one?.[1] === undefined || one[1] === null || another !== undefined)
    throw new SourceError("detail.labels", "expected one of labels, tags and metadata");
  const [by, words] = one;
  return present({ repository: firstNamed(words, REPOSITORY_LABELS, repositoryOf), commit: firstNamed(words, COMMIT_LABELS, shaOf), by });
}
