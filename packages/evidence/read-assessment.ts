import { instantSchema, OUTCOMES, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import type { BagFiles, Report } from "./bag-fault.ts";
import type { BagChains } from "./check-chains.ts";
import { parseExact } from "./statement.ts";

export const ASSESSMENT_FILE = "data/assessment.json";
/** Far above what the longest dossier gives; below what would keep a reader busy. */
const ASSESSMENT_MAX_BYTES = 8 * 1024 * 1024;

const outcome = z.enum(OUTCOMES);
const restsOn = z.array(z.strictObject({ subject: subjectSchema, seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) }));
const said = { outcome, code: z.string(), because: z.string(), remedy: z.string().optional(), restsOn, dueAt: z.string().optional() };
const part = { ...said, parts: z.array(z.strictObject(said)).optional() };
const judged = { ...said, parts: z.array(z.strictObject(part)).optional() };
const type = z.enum(["normal", "standard", "emergency"]);

/** An assessment of version 1, all of it: what is in it and is not shown would be believed without being seen. */
const assessmentSchema = z.strictObject({
  v: z.literal(1),
  change: subjectSchema,
  asOf: instantSchema,
  configuration: z.string(),
  procedure: z.strictObject({ id: z.string(), version: z.string() }),
  type: z.strictObject({ claimed: type, judgedAs: type, because: z.string(), restsOn }),
  outcome,
  steps: z.array(
    z.strictObject({
      number: z.int(),
      title: z.string(),
      outcome,
      requirements: z.array(z.strictObject({ ...judged, block: z.string() })),
    }),
  ),
  tests: z.array(z.strictObject({ ...judged, test: z.string() })),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      change: subjectSchema,
      test: z.string(),
      code: z.string(),
      because: z.string(),
      remedy: z.string(),
      restsOn,
      waiver: z.string().optional(),
    }),
  ),
  obligations: z.array(
    z.strictObject({
      id: z.string(),
      change: subjectSchema,
      test: z.string(),
      code: z.string(),
      because: z.string(),
      dueAt: z.string(),
      restsOn,
    }),
  ),
  controls: z.array(z.strictObject({ control: z.string(), outcome: z.enum([...OUTCOMES, "not-evidenced"]), because: z.array(z.string()) })),
});

/** An assessment as a bag holds it: names of tests and blocks are whatever stands there. */
export type ReadAssessment = z.infer<typeof assessmentSchema>;

/** What the canonical bytes of an assessment say; undefined for whatever is none, or too long. */
export function readAssessment(bytes: Uint8Array): ReadAssessment | undefined {
  return bytes.length > ASSESSMENT_MAX_BYTES ? undefined : parseExact(bytes, assessmentSchema);
}

/** The assessment in a bag, if there is one and it is of this change and rests on entries that are in the bag. */
export function checkAssessment(files: BagFiles, { change, chains, whole }: BagChains, report: Report): ReadAssessment | undefined {
  const bytes = files.get(ASSESSMENT_FILE);
  if (bytes === undefined) return undefined;
  const where = { check: "assessment", file: ASSESSMENT_FILE } as const;
  const read = readAssessment(bytes);
  if (read === undefined) {
    report({
      ...where,
      expected: `an assessment of version 1, canonical JSON of at most ${ASSESSMENT_MAX_BYTES} bytes`,
      found: "something else",
    });
    return undefined;
  }
  if (read.change !== change) report({ ...where, field: "change", expected: change, found: read.change });
  if (!whole) return read;
  const hashes = new Set(chains.flatMap(({ entries }) => entries.map(({ entry, hash }) => placeOf({ ...entry, hash }))));
  const rests = [
    read.type,
    ...read.tests,
    ...read.steps.flatMap(({ requirements }) => requirements),
    ...read.findings,
    ...read.obligations,
  ];
  const elsewhere = rests.flatMap((one) => one.restsOn).find((rest) => !hashes.has(placeOf(rest)));
  if (elsewhere !== undefined)
    report({
      ...where,
      field: "restsOn",
      expected: "entries of this bag",
      found: `${elsewhere.subject} seq ${elsewhere.seq}, ${elsewhere.hash}`,
    });
  return read;
}

function placeOf({ subject, seq, hash }: { readonly subject: string; readonly seq: number; readonly hash: string }): string {
  return `${subject} ${seq} ${hash}`;
}
