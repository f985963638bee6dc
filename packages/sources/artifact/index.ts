import { type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { busEventId, type PutEvent, putBy, putUnder, readPutEvent, VERSION } from "../bus-event.ts";
import { SourceError } from "../fault.ts";
import { commitSubject, repositoryName } from "../github/shapes.ts";
import { present, told } from "../present.ts";
import { read, sha } from "../read.ts";
import type { Reading, Source } from "../source.ts";
import { describedBy } from "./labels.ts";
import { digest, provenanceOf } from "./provenance.ts";

const BUILT = "artifact.built";
const ATTESTED = "artifact.attested";
const DESCRIBED = "artifact.described";

/** Where it lies: an S3 object (`s3://bucket/key?versionId=…`), an image with its digest, a function version's ARN. */
const location = z.string().regex(/^[\x21-\x7e]{1,1024}$/);

/** What an artefact is known by: its content, or where it lies. */
const artefact = { version: VERSION, digest: digest.nullish(), location: location.nullish() };

const built = z.object({
  detail: z.object({ ...artefact, repository: repositoryName, commit: sha, builder: z.string().max(512).nullish() }),
});
const attestation = z.object({ detail: z.object({ ...artefact, bundle: z.unknown() }) });
// Their keys are the sender's: read by own members, not by a schema whose faults would name them.
const words = z
  .custom<Readonly<Record<string, unknown>>>((value) => value !== null && typeof value === "object" && !Array.isArray(value))
  .nullish();
const description = z.object({
  detail: z.object({ ...artefact, labels: words, tags: words, metadata: words }),
});

/** What is told of an artefact through our bus, and how strongly that shows which commit it was built from. */
export const artifact: Source = {
  system: "artifact",
  version: 1,
  bus: putUnder(new Set([BUILT, ATTESTED, DESCRIBED])),
  deliveryId: ({ body }) => busEventId(body),
  normalise(delivery, auth) {
    const event = readPutEvent(delivery.body);
    return assemble(artifact, delivery, auth, readingOf(event), { id: event.id, event: event.detailType, actor: putBy(event) });
  },
};

type Facts = Extract<Reading, { kind: "artifact" }>["facts"];

function readingOf(event: PutEvent): Reading {
  const facts = factsOf(event);
  if (facts.digest === undefined && facts.location === undefined)
    throw new SourceError("detail.digest", "expected a digest, or a location");
  return { kind: "artifact", subject: subjectOf(facts), occurredAt: event.time, facts };
}

function factsOf({ detailType, detail: sent }: PutEvent): Facts {
  switch (detailType) {
    case BUILT: {
      const { detail } = read(built, { detail: sent });
      const { repository, commit } = detail;
      return present({ ...knownBy(detail), repository, commit, by: "event" as const, builder: told(detail.builder) });
    }
    case ATTESTED: {
      const { detail } = read(attestation, { detail: sent });
      const shown = provenanceOf(detail.bundle, detail.digest ?? undefined);
      return present({ ...knownBy(detail), ...shown, by: "provenance" as const, signature: "unchecked" as const });
    }
    case DESCRIBED: {
      const { detail } = read(description, { detail: sent });
      return present({ ...knownBy(detail), ...describedBy(detail) });
    }
    default:
      throw new SourceError("detail-type", "expected what artefacts are told under");
  }
}

function knownBy(of: { readonly digest?: string | null | undefined; readonly location?: string | null | undefined }) {
  return { digest: told(of.digest), location: told(of.location) };
}

/** The commit's chain. What names no commit, or one of no repository, stays unresolved. */
function subjectOf({ repository, commit }: Facts): Subject {
  return repository === undefined || commit === undefined ? subject("audit", "artifact") : commitSubject(repository, commit);
}
