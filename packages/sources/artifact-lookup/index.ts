import { type FactsOf, type Subject, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import { digest } from "../artifact/provenance.ts";
import { assemble } from "../assemble.ts";
import { repositoryName } from "../github/shapes.ts";
import { parseJson } from "../json.ts";
import { lookupDeliveryId, lookupId } from "../lookup-id.ts";
import { read, text } from "../read.ts";
import type { Reading, Source } from "../source.ts";
import { attestedBy } from "./attestations.ts";
import { functionSays } from "./function-version.ts";
import { imageSays } from "./image.ts";

/** What an artefact's look-up found: the commit and the repository, or why they are not known. */
export type Said = Partial<Pick<FactsOf<"artifact">, "repository" | "commit" | "digest" | "builder" | "signature" | "unresolved">>;

const location = z.string().regex(/^[\x21-\x7e]{1,1024}$/);
const deployment = subjectSchema.refine((of) => of.startsWith("deployment:"));
const asked = { deployment, location };
const unresolved = z.object({ reason: text, attempts: z.int().positive() }).nullish();
/** The exact bytes of a JSON document, whose digest names it. */
const document = z.string().max(4_000_000);

const lookup = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("image"),
    ...asked,
    manifests: z.array(document).min(1).max(2).nullish(),
    config: document.nullish(),
    unresolved,
  }),
  z.object({
    kind: z.literal("function-version"),
    ...asked,
    codeSha256: z.string().max(128).nullish(),
    description: z.string().max(1024).nullish(),
    tags: z.record(z.string(), z.string()).nullish(),
    unresolved,
  }),
  z.object({
    kind: z.literal("attestations"),
    ...asked,
    digest,
    repository: repositoryName,
    attestations: z.array(z.unknown()).max(100).nullish(),
    unresolved,
  }),
]);
type Lookup = z.output<typeof lookup>;

/**
 * What we asked about the artefact of a deployment whose revision names no commit, one answer each: `{kind: "image", deployment, location, manifests, config}`
 * (the registry's documents as they are: their digests are checked again here), `{kind: "function-version", deployment, location, codeSha256, description, tags}`,
 * `{kind: "attestations", deployment, location, digest, repository, attestations}` (as GitHub's API lists them); or, instead of the answer, `unresolved: {reason, attempts}`.
 */
export const artifactLookup: Source = {
  system: "artifact-lookup",
  version: 1,
  deliveryId: lookupDeliveryId(lookup, idOf),
  normalise(delivery, auth, _settings) {
    const sent = read(lookup, parseJson(delivery.body));
    return assemble(artifactLookup, delivery, auth, readingOf(sent, delivery.receivedAt), {
      event: sent.kind,
      id: idOf(sent, delivery.body),
    });
  },
};

function idOf(of: Lookup, body: Uint8Array): string {
  return lookupId(of.kind, body);
}

/** It stands in the chain of the deployment that it was asked for: whoever reads that knows what was deployed, and how that is known. */
function readingOf(sent: Lookup, occurredAt: string): Reading {
  const subject: Subject = sent.deployment;
  if (sent.unresolved) {
    const { reason, attempts } = sent.unresolved;
    return { kind: "unresolved", subject, occurredAt, facts: { asked: sent.kind, attempts, reason } };
  }
  return { kind: "artifact", subject, occurredAt, facts: { location: sent.location, ...factsOf(sent) } };
}

function factsOf(sent: Lookup): Pick<FactsOf<"artifact">, "by"> & Said {
  switch (sent.kind) {
    case "image":
      return { by: "image-label", ...imageSays(sent.location, sent.manifests ?? [], sent.config ?? undefined) };
    case "function-version":
      return { by: "version-tag", ...functionSays(sent) };
    case "attestations":
      return { by: "provenance", digest: sent.digest, ...attestedBy(sent.attestations ?? [], sent.digest, sent.repository) };
    default:
      return sent satisfies never;
  }
}
