import * as z from "zod";
import { text } from "./fact-members.ts";
import { subjectSchema } from "./subject.ts";

/** Who asked the API: a token's subject, or the ARN of a principal that signed. */
export const asker = z.strictObject({ kind: z.enum(["token", "principal"]), id: text });

/**
 * Evidence was read, or a link to it was given out: what lies behind `evidence:read`. A bundle by its key and version, a raw record (the bytes that a sender sent) by
 * the entry whose payload it is; the messages of lifecycle events in one likewise, which ask for no `evidence:read`.
 */
export const evidenceRead = z.strictObject({
  what: z.enum(["bundle", "raw", "messages", "workpapers"]),
  key: text.optional(),
  versionId: text.optional(),
  subject: subjectSchema.optional(),
  seq: z.int().nonnegative().optional(),
  /** Of the bytes, where it is on record. */
  sha256: text.optional(),
  by: asker,
  /** What the caller was allowed then. */
  scopes: z.array(text).max(8),
});
