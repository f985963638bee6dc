import * as z from "zod";
import { leafHash } from "./bytes.ts";
import { canonicalBytes, parseCanonical } from "./canonical.ts";
import { factSchema } from "./fact.ts";
import { ModelError } from "./fault.ts";
import { subjectSchema } from "./subject.ts";

/** An entry's canonical JSON holds at most this many bytes; a longer list goes on in continuation entries. */
export const ENTRY_MAX_BYTES = 32 * 1024;

/** `prev` of a chain's first entry. */
export const NO_PREVIOUS = "0".repeat(64);

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");

/** RFC 3339, UTC, milliseconds: `2026-11-21T22:14:45.000Z`. */
export const instantSchema = z.iso.datetime({ precision: 3 });

/** Who did it, as the sender names them. `id` never changes for a person; `login` may. */
export const actorSchema = z.strictObject({
  system: z.string().min(1),
  id: z.string().min(1).optional(),
  login: z.string().min(1).optional(),
});
export type Actor = z.infer<typeof actorSchema>;

/** How the sender was authenticated: by a signature over the raw bytes, a shared secret in a header, the bus's own policy, our own credentials (look-ups), or by being derived from the ledger. */
export const AUTHENTICATED_BY = ["hmac-sha256", "hmac-sha1", "shared-secret", "bus", "api", "ledger"] as const;
export type AuthenticatedBy = (typeof AUTHENTICATED_BY)[number];

export const sourceSchema = z.strictObject({
  system: z.string().min(1),
  /** The sender's own name of the event, action included: `pull_request.opened`. */
  event: z.string().min(1),
  /** The sender's id of the event; of derived entries the id that makes them exactly once. */
  id: z.string().min(1),
  auth: z.enum(AUTHENTICATED_BY),
  /** The normaliser's version: the same raw payload normalised by the same version gives the same facts. */
  norm: z.int().positive(),
  /** The id under which the same body came before: an attacker can repeat signed bytes under a delivery id of their own. */
  replays: z.string().min(1).optional(),
});
export type EntrySource = z.infer<typeof sourceSchema>;

/** Where the exact bytes lie that the sender sent: a range of a WARC segment holding one gzip member. */
export const payloadSchema = z.strictObject({
  /** SHA-256 of the raw body. */
  sha256: hex64,
  /** Object key of the segment. */
  archive: z.string().min(1),
  /** Bytes. */
  offset: z.int().nonnegative(),
  length: z.int().positive(),
});
export type PayloadReference = z.infer<typeof payloadSchema>;

/** An entry, version 1. Strict: our own records have no unknown members. */
export const entrySchema = z
  .strictObject({
    v: z.literal(1),
    subject: subjectSchema,
    seq: z.int().nonnegative(),
    prev: hex64,
    occurredAt: instantSchema,
    recordedAt: instantSchema,
    actor: actorSchema.optional(),
    source: sourceSchema,
    payload: payloadSchema.optional(),
    /** Of a fact too long for one entry: this entry's number (from 0) and how many there are. */
    part: z.strictObject({ index: z.int().nonnegative(), of: z.int().positive() }).optional(),
    kind: z.string(),
    facts: z.unknown(),
  })
  .transform((entry, context) => {
    const fact = factSchema.safeParse({ kind: entry.kind, facts: entry.facts });
    if (!fact.success) {
      for (const issue of fact.error.issues) context.addIssue({ code: "custom", message: issue.message, path: [...issue.path] });
      return z.NEVER;
    }
    const { kind: _kind, facts: _facts, ...rest } = entry;
    return { ...rest, ...fact.data };
  });
export type Entry = z.infer<typeof entrySchema>;

/** An entry with the exact bytes that are stored, shipped and hashed, and their leaf hash. */
export interface SealedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/**
 * Writes `entry` as canonical JSON and hashes it. Does not validate what its type already says.
 * @throws ModelError `entry-too-large` above ENTRY_MAX_BYTES, `lone-surrogate`
 */
export function sealEntry(entry: Entry): SealedEntry {
  const bytes = canonicalBytes(entry);
  if (bytes.length > ENTRY_MAX_BYTES) {
    throw new ModelError(
      "entry-too-large",
      `expected at most ${ENTRY_MAX_BYTES} bytes, got ${bytes.length} in ${entry.subject} seq ${entry.seq}`,
    );
  }
  return { entry, bytes, hash: leafHash(bytes) };
}

/**
 * Reads stored bytes back. Refuses whatever is not canonical or not an entry of version 1.
 * @throws ModelError `not-canonical`, `not-an-entry`, `entry-too-large`
 */
export function openEntry(bytes: Uint8Array): SealedEntry {
  if (bytes.length > ENTRY_MAX_BYTES)
    throw new ModelError("entry-too-large", `expected at most ${ENTRY_MAX_BYTES} bytes, got ${bytes.length}`);
  const parsed = entrySchema.safeParse(parseCanonical(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelError("not-an-entry", `expected an entry of version 1; ${issue?.path.join(".") || "entry"}: ${issue?.message}`);
  }
  return { entry: parsed.data, bytes, hash: leafHash(bytes) };
}

/**
 * Reads back bytes that our own writer has sealed, as they come from the ledger table and its stream: hashed anew, but neither validated nor compared with their canonical
 * form again, which costs five times as much. Whoever verifies uses `openEntry`.
 */
export function storedEntry(bytes: Uint8Array): SealedEntry {
  return {
    entry: JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as Entry,
    bytes,
    hash: leafHash(bytes),
  };
}
