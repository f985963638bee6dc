import * as z from "zod";
import { asker } from "./fact-audit.ts";
import { OUTCOMES } from "./fact-ledger.ts";
import { instant, text } from "./fact-members.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
const count = z.int().nonnegative();

/** A nonce is text of at most so many characters: whatever the auditor likes, chosen when the certificate is on record. */
const NONCE_MAX = 1_024;
const REPLACEMENTS_MAX = 1_000;
/** A scope names at most so many patterns. */
export const SCOPE_MAX = 100;

/** What an auditor asks for when a sample is drawn: docs/population.md, "Samples". */
export const sampleQuestionSchema = z.strictObject({
  nonce: z.string().min(1).max(NONCE_MAX),
  method: z.discriminatedUnion("name", [
    z.strictObject({ name: z.literal("fixed"), size: z.union([z.literal(25), z.literal(40)]) }),
    z.strictObject({
      name: z.literal("attribute"),
      confidencePercent: z.number(),
      tolerablePercent: z.number(),
      expectedDeviations: count,
      /** `binomial`: as the usual tables have it, for any population. `hypergeometric`: for one of this size. */
      model: z.enum(["binomial", "hypergeometric"]),
    }),
  ]),
  /**
   * Stratified by the items' type. `proportional`: the size is divided among the types by how many items they have, at least one each as far as it goes round; `each`: the size is
   * that of each type. Absent: not stratified.
   */
  strata: z.enum(["proportional", "each"]).optional(),
  /** How many items besides may take the place of one that cannot be tested: of each stratum. */
  replacements: count.max(REPLACEMENTS_MAX),
});

const population = { root: hex64, size: count };

/** Somebody certified what the population of a period is. The certificate is the digest of a statement that whoever certified it keeps; this entry's place in the log dates it. */
export const populationCertified = z.strictObject({
  /** SHA-256 of the certificate's statement. */
  certificate: hex64,
  period: z.strictObject({ from: instant, to: instant }),
  asOf: instant,
  /** Absent: everything. */
  scope: z.array(text).min(1).max(SCOPE_MAX).optional(),
  population: z.strictObject({ ...population, sha256: hex64 }),
  outcome: z.enum(OUTCOMES),
  /** The head of the log that it was made from; the root hash in hexadecimal. */
  log: z.strictObject({ size: count, root: hex64 }),
  /** Who worked it out: whoever asked, from the log, or the ledger for them. */
  computed: z.enum(["caller", "ledger"]),
  by: asker,
});

/** A sample was drawn from a certified population: the question, and the digest of what it gave. */
export const sampleDrawn = z.strictObject({
  /** SHA-256 of the sample's canonical bytes. */
  sample: hex64,
  /** Of the population that it was drawn from. */
  certificate: hex64,
  population: z.strictObject(population),
  question: sampleQuestionSchema,
  /** How many items it holds, replacements aside. */
  drawn: count,
  by: asker,
});
