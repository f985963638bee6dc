/** What a function of its own serves: the document of the API lists it, and loads nothing of what answers. */
import { OUTCOMES, SCOPE_MAX, sampleQuestionSchema } from "@change-ledger/model";
import * as z from "zod";
import type { AnyRoute } from "./route.ts";
import { hash, instant, SCHEMAS, wholeNumber } from "./schemas.ts";

const NOTHING = z.object({});
const NO_QUERY = z.strictObject({});
const count = z.int().nonnegative();
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits")
  .meta({ examples: ["0".repeat(64)] });
const period = z.strictObject({ from: instant, to: instant });
const PATTERNS = "patterns such as github/acme/*, in order, each once";
const scope = z.array(z.string().max(1024)).min(1).max(SCOPE_MAX).optional().meta({ description: PATTERNS });

/** What a population is asked for by. */
const question = {
  from: instant.meta({ description: "The period's first instant" }),
  to: instant.meta({ description: "The first instant behind it" }),
  "as-of": instant.optional().meta({ description: "What was recorded by then is what is known; absent: now" }),
  scope: z
    .string()
    .max(4096)
    .optional()
    .meta({
      examples: ["codedeploy/123456789012,github/acme/*"],
      description: `Only what belongs to one of these: ${PATTERNS}, separated by commas; absent: everything`,
    }),
};

/** Loose: docs/formats.md, "Completeness certificate", says all of it. */
const certificateSchema = z
  .looseObject({
    format: z.literal(1),
    period: z.object({ from: instant, to: instant }),
    asOf: instant,
    certifiedAt: instant,
    population: z.looseObject({ root: hash, size: z.int(), sha256: z.string() }),
    outcome: z.string(),
  })
  .meta({ description: "What is said of a population's completeness" })
  .register(SCHEMAS, { id: "Certificate" });

const populationSchema = z
  .object({
    certificate: certificateSchema,
    items: z.array(z.looseObject({ kind: z.enum(["deployment", "ref-update"]), id: z.string(), at: instant, type: z.string() })),
    next: z
      .string()
      .optional()
      .meta({ description: "Where the next page is; its certificate has the same root, or the population has grown" }),
  })
  .register(SCHEMAS, { id: "Population" });

/** Either a question, or what somebody worked out from the log. */
const certificateAsked = z
  .union([
    z.strictObject({ period, asOf: instant.optional(), scope }),
    z.strictObject({
      certificate: digest.meta({ description: "SHA-256 of the certificate's statement" }),
      period,
      asOf: instant,
      scope,
      population: z.strictObject({ root: digest, size: count, sha256: digest }),
      outcome: z.enum(OUTCOMES),
      log: z
        .strictObject({ size: count, root: digest })
        .meta({ description: "The head of the log that it was worked out from; the root hash in hexadecimal" }),
    }),
  ])
  .register(SCHEMAS, { id: "CertificateRequest" });
export type CertificateTold = Extract<z.output<typeof certificateAsked>, { certificate: string }>;

/** Where an entry is that has something on record. */
const entrySchema = z
  .object({ subject: z.string(), seq: count, hash: digest, entries: z.string(), proof: z.string() })
  .meta({ description: "The entry: its place, and where it and its proof are read" })
  .register(SCHEMAS, { id: "EntryOnRecord" });
export type EntryOnRecord = z.output<typeof entrySchema>;

const certificateTaken = z
  .object({
    id: digest,
    href: z.string().meta({ description: "Where it is read once it is on record" }),
    certificate: certificateSchema.optional().meta({ description: "As it was worked out here: keep it, the ledger keeps its digest" }),
  })
  .register(SCHEMAS, { id: "CertificateTaken" });

const certificateOnRecord = z
  .object({ id: digest, certified: z.looseObject({ period, asOf: instant }), entry: entrySchema })
  .register(SCHEMAS, { id: "CertificateOnRecord" });

/** Either a question, or what somebody drew. */
const sampleAsked = z
  .union([
    z.strictObject({ certificate: digest, question: sampleQuestionSchema }),
    z.strictObject({
      sample: digest.meta({ description: "SHA-256 of the sample's canonical JSON" }),
      certificate: digest,
      population: z.strictObject({ root: digest, size: count }),
      question: sampleQuestionSchema,
      drawn: count,
    }),
  ])
  .register(SCHEMAS, { id: "SampleRequest" });

const sampleTaken = z
  .object({
    id: z.string(),
    href: z.string().meta({ description: "Where it is read once it is on record" }),
    sample: z.looseObject({}).optional().meta({ description: "As it was drawn here: keep it, the ledger keeps its digest" }),
  })
  .register(SCHEMAS, { id: "SampleTaken" });

const sampleOnRecord = z
  .object({ id: z.string(), drawn: z.looseObject({}), entry: entrySchema })
  .register(SCHEMAS, { id: "SampleOnRecord" });

const SCOPE = { scope: "population:read" } as const;
const NOT_TAKEN = "It could not be put on record, or the log has no checkpoint yet";

export const POPULATION = {
  path: "/v1/population",
  summary: "Production deployments and updates of protected branches of a period, with what their completeness rests on",
  params: NOTHING,
  query: z.strictObject({
    ...question,
    skip: wholeNumber(0, 10_000_000).default(0).meta({ description: "Items of earlier pages" }),
    limit: wholeNumber(1, 1000).default(100),
  }),
  answer: populationSchema,
  lines: true,
  ...SCOPE,
  notYet: "The log has no checkpoint yet",
} as const;

export const CERTIFY = {
  path: "/v1/population/certificates",
  summary: "Puts a certificate on record: one that the API works out, or the digest of one that you worked out from the log",
  params: NOTHING,
  query: NO_QUERY,
  body: certificateAsked,
  answer: certificateTaken,
  ...SCOPE,
  notYet: NOT_TAKEN,
} as const;

export const CERTIFICATE = {
  path: "/v1/population/certificates/{id}",
  summary: "A certificate, as it is on record",
  params: z.object({ id: digest }),
  query: NO_QUERY,
  answer: certificateOnRecord,
  ...SCOPE,
} as const;

export const DRAW = {
  path: "/v1/samples",
  summary: "Puts a sample on record: one that the API draws, or the digest of one that you drew from the population",
  params: NOTHING,
  query: NO_QUERY,
  body: sampleAsked,
  answer: sampleTaken,
  ...SCOPE,
  notYet: NOT_TAKEN,
} as const;

export const SAMPLE = {
  path: "/v1/samples/{id}",
  summary: "A sample, as it is on record",
  params: z.object({
    id: z
      .string()
      .regex(/^[0-9a-f]{64}-[0-9a-f]{64}$/, "the digests of certificate and sample, a hyphen between them")
      .meta({ examples: [`${"0".repeat(64)}-${"0".repeat(64)}`] }),
  }),
  query: NO_QUERY,
  answer: sampleOnRecord,
  ...SCOPE,
} as const;

export const POPULATION_DEFINITIONS: readonly AnyRoute[] = [POPULATION, CERTIFY, CERTIFICATE, DRAW, SAMPLE];
