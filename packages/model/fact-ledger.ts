import * as z from "zod";
import { text } from "./fact-members.ts";
import { subjectSchema } from "./subject.ts";

/** A deployment carries this change (or, of `unlinked`, no longer: later facts corrected it). */
export const link = z.strictObject({ deployment: subjectSchema, version: z.int().positive() });

/** Evidence bundles written under Object Lock; one entry a sealing batch of a repository. */
export const sealed = z.strictObject({
  bundles: z.array(
    z.strictObject({
      change: subjectSchema,
      /** Hash of the head of the change's chain that the bundle covers. */
      head: text,
      key: text,
      versionId: text,
      sha256: text,
      bytes: z.int().positive(),
    }),
  ),
});

/** A look-up that gave up: what was asked, how often, and the stable reason. */
export const unresolved = z.strictObject({ asked: text, attempts: z.int().positive(), reason: text });

/** An event of a known sender that no fact kind stands for: recorded as what it is. */
export const other = z.strictObject({ repository: text.optional() });

/** What could not be parsed: which field and which rule, never the text. */
export const unparsed = z.strictObject({ field: text, rule: text, bytes: z.int().nonnegative() });
