import { type SealedEntry, sampleQuestionSchema } from "@change-ledger/model";
import { certificateChain, drawnFacts, drawSample, itemBytes, QueryError } from "@change-ledger/query";
import * as z from "zod";
import { invalid } from "./body.ts";
import { digest, entrySchema, placeOf, readCertified } from "./certificates.ts";
import { ApiError } from "./fault.ts";
import { makePopulation } from "./population-made.ts";
import type { ApiPorts } from "./ports.ts";
import { onRecord } from "./put-on-record.ts";
import { type AnyRoute, type Api, serve, servePost } from "./route.ts";
import { SCHEMAS } from "./schemas.ts";

const PAGE = 200;
/** Samples of one certificate that are looked through for one of them. */
const SAMPLES_MAX = 2_000;

/** Either a question, or what somebody drew. */
const askedSchema = z
  .union([
    z.strictObject({ certificate: digest, question: sampleQuestionSchema }),
    z.strictObject({
      sample: digest.meta({ description: "SHA-256 of the sample's canonical JSON" }),
      certificate: digest,
      population: z.strictObject({ root: digest, size: z.int().nonnegative() }),
      question: sampleQuestionSchema,
      drawn: z.int().nonnegative(),
    }),
  ])
  .register(SCHEMAS, { id: "SampleRequest" });

const takenSchema = z
  .object({
    id: z.string(),
    href: z.string().meta({ description: "Where it is read once it is on record" }),
    sample: z.looseObject({}).optional().meta({ description: "As it was drawn here: keep it, the ledger keeps its digest" }),
  })
  .register(SCHEMAS, { id: "SampleTaken" });

const recordedSchema = z
  .object({ id: z.string(), drawn: z.looseObject({}), entry: entrySchema })
  .register(SCHEMAS, { id: "SampleOnRecord" });

/** Samples go on record behind the certificate of their population, each of them: whoever drew until they liked it is seen. */
export function sampleRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    servePost(
      app,
      {
        path: "/v1/samples",
        summary: "Puts a sample on record: one that the API draws, or the digest of one that you drew from the population",
        params: z.object({}),
        query: z.strictObject({}),
        body: askedSchema,
        answer: takenSchema,
        scope: "population:read",
        notYet: "It could not be put on record, or the log has no checkpoint yet",
      },
      async ({ body, caller }) => {
        const { facts } = await readCertified(ports, caller, body.certificate);
        const { root, size } = facts.population;
        if ("sample" in body) {
          if (body.population.root !== root || body.population.size !== size)
            throw invalid([{ field: "population", rule: "root and size as certified" }]);
          await onRecord(ports, caller, (by) => ({ kind: "sample-drawn", facts: { ...body, by } }));
          return taken(body.certificate, body.sample);
        }
        const { from, to } = facts.period;
        const { items } = await makePopulation(ports, caller, { from, to, asOf: facts.asOf, scope: facts.scope });
        const sample = drawn({ root, size }, items.map(itemBytes), body.question);
        const said = drawnFacts(sample, body.certificate);
        await onRecord(ports, caller, (by) => ({ kind: "sample-drawn", facts: { ...said, by } }));
        return { ...taken(body.certificate, said.sample), sample };
      },
    ),
    serve(
      app,
      {
        path: "/v1/samples/{id}",
        summary: "A sample, as it is on record",
        params: z.object({
          id: z
            .string()
            .regex(/^[0-9a-f]{64}-[0-9a-f]{64}$/, "the digests of certificate and sample, a hyphen between them")
            .meta({ examples: [`${"0".repeat(64)}-${"0".repeat(64)}`] }),
        }),
        query: z.strictObject({}),
        answer: recordedSchema,
        scope: "population:read",
      },
      async ({ params: { id }, caller }) => {
        const [certificate = "", sample = ""] = id.split("-");
        await readCertified(ports, caller, certificate);
        const sealed = await findSample(ports, certificate, sample);
        const { facts } = sealed.entry;
        return { id, drawn: facts, entry: placeOf(sealed) };
      },
    ),
  ];
}

function taken(certificate: string, sample: string) {
  const id = `${certificate}-${sample}`;
  return { id, href: `/v1/samples/${id}` };
}

/** @throws ApiError `invalid` for a question out of bounds, or a population that the log does not give again (what was certified was worked out otherwise) */
function drawn(...[population, items, question]: Parameters<typeof drawSample>): ReturnType<typeof drawSample> {
  try {
    return drawSample(population, items, question);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (error.code === "population-differs")
      throw invalid([
        { field: "certificate", rule: "one whose population the API can make again: draw this one with change-ledger audit" },
      ]);
    throw invalid([{ field: "question", rule: error.message }]);
  }
}

/** @throws ApiError `not-found` */
async function findSample({ chains }: ApiPorts, certificate: string, sample: string): Promise<SealedEntry> {
  for (let from = 1; from < SAMPLES_MAX; from += PAGE) {
    const page = await chains.read(certificateChain(certificate), from, PAGE);
    const found = page.find(({ entry }) => entry.kind === "sample-drawn" && entry.facts.sample === sample);
    if (found !== undefined) return found;
    if (page.length < PAGE) break;
  }
  throw new ApiError("not-found", "no sample of this digest is on record");
}
