import { type EnvelopeSigner, EvidenceError, parseSignedStatement, type SignedStatement, signStatement } from "@change-ledger/evidence";
import { canonicalBytes, ModelError, parseCanonical } from "@change-ledger/model";
import * as z from "zod";
import { QueryError } from "../fault.ts";
import { type Certificate, certificateSchema } from "./certificate.ts";
import { hex64 } from "./item.ts";

/**
 * An in-toto Statement v1 (https://in-toto.io/Statement/v1) whose subject is the population's file, and whose predicate is the certificate:
 *
 *     {"_type": "https://in-toto.io/Statement/v1", "predicate": {"format": 1, …}, "predicateType": "https://change-ledger.dev/population/v1",
 *      "subject": [{"digest": {"sha256": "<64 hex>"}, "name": "population.jsonl"}]}
 */
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const POPULATION_PREDICATE_TYPE = "https://change-ledger.dev/population/v1";
/** The items' canonical bytes, one a line. */
export const POPULATION_FILE = "population.jsonl";

/** How the canonical JSON of a statement begins. */
const BARE = Buffer.from('{"_type":');

const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.tuple([z.strictObject({ name: z.literal(POPULATION_FILE), digest: z.strictObject({ sha256: hex64 }) })]),
  predicateType: z.literal(POPULATION_PREDICATE_TYPE),
  predicate: certificateSchema,
});

/** A certificate as it came: a bare statement, or signed in an envelope. Nothing of it is verified. */
export interface SignedCertificate {
  readonly certificate: Certificate;
  readonly envelope?: SignedStatement;
}

/** The statement's bytes: canonical JSON. */
export function certificateStatement(certificate: Certificate): Uint8Array {
  return canonicalBytes({
    _type: STATEMENT_TYPE,
    subject: [{ name: POPULATION_FILE, digest: { sha256: certificate.population.sha256 } }],
    predicateType: POPULATION_PREDICATE_TYPE,
    predicate: certificate,
  });
}

/**
 * Signs a certificate.
 * @returns the bytes of a sigstore bundle around a DSSE envelope: `certificate.sigstore.json`
 * @throws QueryError `not-a-certificate` for one that its own reader would refuse; EvidenceError as `signStatement`
 */
export async function signCertificate(certificate: Certificate, signer: EnvelopeSigner): Promise<Uint8Array> {
  const payload = certificateStatement(certificate);
  parseStatement(payload);
  return await signStatement(payload, signer);
}

/**
 * Takes a certificate apart without verifying it: the statement's bytes, or the sigstore bundle around them.
 * @throws QueryError `not-a-certificate` for anything but the form above
 */
export function parseCertificate(bytes: Uint8Array): SignedCertificate {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(0, BARE.length).equals(BARE))
    return { certificate: parseStatement(bytes) };
  try {
    const envelope = parseSignedStatement(bytes);
    return { envelope, certificate: parseStatement(envelope.payload) };
  } catch (error) {
    if (error instanceof EvidenceError) throw new QueryError("not-a-certificate", error.message);
    throw error;
  }
}

function parseStatement(payload: Uint8Array): Certificate {
  const parsed = statementSchema.safeParse(parsedJson(payload));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new QueryError(
      "not-a-certificate",
      `expected a certificate's statement; ${issue?.path.join(".") || "statement"}: ${issue?.message}`,
    );
  }
  const { subject, predicate } = parsed.data;
  if (subject[0].digest.sha256 !== predicate.population.sha256)
    throw new QueryError("not-a-certificate", "expected the statement's subject to be the population that its predicate speaks of");
  return predicate;
}

function parsedJson(payload: Uint8Array): unknown {
  try {
    return parseCanonical(payload);
  } catch (error) {
    if (error instanceof ModelError) throw new QueryError("not-a-certificate", error.message);
    throw error;
  }
}
