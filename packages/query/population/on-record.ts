/**
 * What the ledger has on record of a certificate or a sample: its digest, in an entry of the chain `audit:population/<certificate's digest>`, whose first entry is the
 * certificate's and whose others are the samples drawn from it, in their order. The entry's place under a signed checkpoint is the signature (ADR 0021).
 */
import { LogError, logIdentity, type TrustFile, verifyProofFile } from "@change-ledger/log";
import {
  canonicalBytes,
  type FactsOf,
  ModelError,
  openEntry,
  type SealedEntry,
  type Subject,
  sha256Hex,
  subject,
} from "@change-ledger/model";
import type { Certificate } from "./certificate.ts";
import { type Sample, sampleBytes } from "./sample.ts";
import { certificateStatement } from "./statement.ts";

/** An entry's exact bytes, and its proof file (C2SP tlog-proof). */
export interface Proven {
  readonly entry: Uint8Array;
  readonly proof: Uint8Array;
}

type Said<K extends "population-certified" | "sample-drawn"> = Omit<FactsOf<K>, "by">;

/** SHA-256 of the certificate's statement: its name. */
export function certificateDigest(certificate: Certificate): string {
  return sha256Hex(certificateStatement(certificate));
}

/** The chain of a certificate. @param digest `certificateDigest` */
export function certificateChain(digest: string): Subject {
  return subject("audit", "population", digest);
}

/** What goes on record of a certificate. */
export function certifiedFacts(certificate: Certificate, computed: "caller" | "ledger"): Said<"population-certified"> {
  const { period, asOf, scope, outcome, log } = certificate;
  const { root, size, sha256 } = certificate.population;
  return {
    certificate: certificateDigest(certificate),
    period,
    asOf,
    ...(scope !== undefined && { scope }),
    population: { root, size, sha256 },
    outcome,
    log: { size: log.size, root: Buffer.from(log.root, "base64").toString("hex") },
    computed,
  };
}

/** What goes on record of a sample. @param certificate digest of the one that it was drawn from */
export function drawnFacts(sample: Sample, certificate: string): Said<"sample-drawn"> {
  const drawn = sample.strata.reduce((sum, stratum) => sum + stratum.drawn.length, 0);
  return { sample: sha256Hex(sampleBytes(sample)), certificate, population: sample.population, question: sample.question, drawn };
}

export interface RecordFault {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** What is wrong with the entry that is to have a certificate on record, or with its proof. */
export function checkCertified(certificate: Certificate, recorded: Proven, trust: TrustFile): RecordFault[] {
  return check("population-certified", certificateDigest(certificate), recorded, trust, (facts) =>
    certifiedFacts(certificate, facts.computed),
  );
}

/** What is wrong with the entry that is to have a sample on record, or with its proof. */
export function checkDrawn(sample: Sample, certificate: string, recorded: Proven, trust: TrustFile): RecordFault[] {
  return check("sample-drawn", certificate, recorded, trust, () => drawnFacts(sample, certificate));
}

function check<K extends "population-certified" | "sample-drawn">(
  kind: K,
  certificate: string,
  { entry: bytes, proof }: Proven,
  trust: TrustFile,
  factsOf: (facts: FactsOf<K>) => Said<K>,
): RecordFault[] {
  let sealed: SealedEntry;
  try {
    sealed = openEntry(bytes);
    verifyProofFile(proof, Buffer.from(sealed.hash, "hex"), logIdentity(trust));
  } catch (error) {
    if (!(error instanceof LogError || error instanceof ModelError)) throw error;
    return [{ field: "entry", expected: `an entry ${kind} that a checkpoint of the log covers`, found: error.message }];
  }
  const { entry } = sealed;
  const chain = certificateChain(certificate);
  const place = kind === "population-certified" ? entry.seq === 0 : entry.seq > 0;
  if (entry.kind !== kind || entry.subject !== chain || !place)
    return [
      {
        field: "entry",
        expected: `${kind} in ${chain}, the certificate first`,
        found: `${entry.kind} in ${entry.subject} seq ${entry.seq}`,
      },
    ];
  const facts = entry.facts as FactsOf<K>;
  const { by: _by, ...said } = facts;
  const expected = factsOf(facts) as Readonly<Record<string, unknown>>;
  return Object.entries({ ...said, ...expected }).flatMap(([field]) => {
    const [is, was] = [textOf(expected[field]), textOf((said as Readonly<Record<string, unknown>>)[field])];
    return is === was ? [] : [{ field, expected: was, found: is }];
  });
}

const textOf = (value: unknown): string => (value === undefined ? "nothing" : Buffer.from(canonicalBytes(value)).toString());
