import { canonicalBytes, instantSchema, type Subject, sha256Hex, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import type { ChangeEnd } from "./end.ts";
import { EvidenceError } from "./fault.ts";
import type { BundleRecord } from "./ports.ts";

/**
 * An in-toto Statement v1 (https://in-toto.io/Statement/v1) whose subject is the bag's `tagmanifest-sha256.txt`: that file names the digests of all other tag
 * files, the payload manifest among them, which names those of the payload. What we say of them is the predicate, of a type of our own:
 *
 *     {"change": "change:github/acme/cargo/pull/123", "contentDigest": "<64 hex>", "format": 2, "head": "<64 hex>",
 *      "log": {"origin": "ledger.example/acme", "root": "<base64>", "size": 70000},
 *      "outcome": "deployed", "predecessor": {"key": "evidence/…", "sha256": "<64 hex>", "versionId": "…"}, "sealedAt": "2026-11-21T22:15:02.000Z"}
 *
 * A predicate that says anything else, or says it otherwise, has another type: the number at the end is raised.
 */
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PREDICATE_TYPE = "https://change-ledger.dev/evidence-bundle/v1";
const STATEMENT_SUBJECT = "tagmanifest-sha256.txt";

/** How the change ended; `not-ended` of a dossier that shows no end (nothing is sealed then, but whoever asks for a bundle gets one). */
export const OUTCOMES = ["deployed", "rolled-back", "closed", "abandoned", "not-ended"] as const satisfies readonly (
  | ChangeEnd
  | "not-ended"
)[];
export type Outcome = (typeof OUTCOMES)[number];

/** What is attested of a bag. */
export interface BundlePredicate {
  readonly change: Subject;
  /** SHA-256 over the payload manifest's lines but those of `data/log/`: all of the payload that the dossier alone decides. */
  readonly contentDigest: string;
  /** Of the bundle. */
  readonly format: number;
  /** Hash of the head of the change's own chain. */
  readonly head: string;
  /** The log as the checkpoint in the bag states it; the root hash in base64, as there. */
  readonly log: { readonly origin: string; readonly size: number; readonly root: string };
  readonly outcome: Outcome;
  /** The bundle of this change that was the latest on record. */
  readonly predecessor?: BundleRecord | undefined;
  /** By the sealing function's clock, RFC 3339. */
  readonly sealedAt: string;
}

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const base64Hash = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
/** No blank and no control character: the line of bag-info.txt is taken apart at its blanks. */
const word = z.string().regex(/^[!-~]+$/);

export const bundleRecordSchema = z.strictObject({ key: word, versionId: word, sha256: hex64 });

const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.tuple([z.strictObject({ name: z.literal(STATEMENT_SUBJECT), digest: z.strictObject({ sha256: hex64 }) })]),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    change: subjectSchema,
    contentDigest: hex64,
    format: z.int().positive(),
    head: hex64,
    log: z.strictObject({ origin: z.string().min(1), size: z.int().positive(), root: base64Hash }),
    outcome: z.enum(OUTCOMES),
    predecessor: bundleRecordSchema.optional(),
    sealedAt: instantSchema,
  }),
});
export type Statement = z.infer<typeof statementSchema>;

/**
 * The statement's bytes: canonical JSON.
 * @param tagManifest the bag's `tagmanifest-sha256.txt`
 * @throws EvidenceError `not-an-attestation` for a predicate that its own reader would refuse
 */
export function writeStatement(tagManifest: Uint8Array, predicate: BundlePredicate): Uint8Array {
  const bytes = canonicalBytes({
    _type: STATEMENT_TYPE,
    subject: [{ name: STATEMENT_SUBJECT, digest: { sha256: sha256Hex(tagManifest) } }],
    predicateType: PREDICATE_TYPE,
    predicate,
  });
  parseStatement(bytes);
  return bytes;
}

/** @throws EvidenceError `not-an-attestation` for other members or another spelling */
export function parseStatement(bytes: Uint8Array): Statement {
  const statement = parseExact(bytes, statementSchema);
  if (statement === undefined)
    throw new EvidenceError("not-an-attestation", `expected an in-toto Statement v1 with a predicate of ${PREDICATE_TYPE}`);
  return statement;
}

/** What canonical JSON `bytes` say, if the schema knows all of it; undefined for anything else. */
export function parseExact<T>(bytes: Uint8Array, schema: z.ZodType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)));
    return parsed.success && Buffer.compare(canonicalBytes(parsed.data), bytes) === 0 ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
