import * as z from "zod";
import { identitySchema, shaSchema, text } from "./fact-members.ts";
import { subjectSchema } from "./subject.ts";

/** What another system says of a change or a commit through the bus: QA's sign-off, a retrospective review. Whoever may put events there vouches for it. */
export const attested = z.strictObject({
  /** `qa-sign-off`, `security-review`, `retrospective-review`, `authorisation`… */
  what: text,
  outcome: z.enum(["passed", "failed"]),
  commit: shaSchema.optional(),
  change: subjectSchema.optional(),
  environment: text.optional(),
  /** The tool that speaks. */
  tool: text.optional(),
  /** The person who signed, as `system` names them. */
  by: identitySchema.extend({ system: text }).optional(),
});

/** How it is known which commit an artefact was built from, the strongest first. */
export const ARTIFACT_PROOFS = ["provenance", "event", "object-metadata", "image-label", "version-tag"] as const;
export type ArtifactProof = (typeof ARTIFACT_PROOFS)[number];

/** An artefact and the commit that it was built from. */
export const artifact = z.strictObject({
  /** `sha256:…` of its content, where told. */
  digest: text.optional(),
  /** Where it lies: `s3://bucket/key?versionId=…`, an image's name. */
  location: text.optional(),
  repository: text.optional(),
  commit: shaSchema.optional(),
  by: z.enum(ARTIFACT_PROOFS),
  /** Who built it, in the sender's words. */
  builder: text.optional(),
  /**
   * Of provenance: how far its signature was checked. `unchecked`: whoever put it on the bus vouches for it. `of-its-certificate`: it verifies under the key of
   * the certificate that came with it; who issued that certificate is not checked, the host that keeps the attestation vouches for it.
   */
  signature: z.enum(["unchecked", "of-its-certificate"]).optional(),
  /** Of a look-up's answer: why it names no commit. */
  unresolved: text.optional(),
});
