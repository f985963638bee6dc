import type { SealedEntry } from "@change-ledger/model";
import { certificateChain, drawnFacts, drawSample, itemBytes, QueryError } from "@change-ledger/query";
import { invalid } from "./body.ts";
import { placeOf, readCertified } from "./certificates.ts";
import { ApiError } from "./fault.ts";
import { DRAW, SAMPLE } from "./population-definitions.ts";
import { makePopulation } from "./population-made.ts";
import type { PopulationPorts } from "./ports.ts";
import { onRecord } from "./put-on-record.ts";
import { type AnyRoute, type Api, serve, servePost } from "./route.ts";

const PAGE = 200;
/** Samples of one certificate that are looked through for one of them. */
const SAMPLES_MAX = 2_000;

/** Samples go on record behind the certificate of their population, each of them: whoever drew until they liked it is seen. */
export function sampleRoutes(app: Api, ports: PopulationPorts): AnyRoute[] {
  return [
    servePost(app, DRAW, async ({ body, caller }) => {
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
    }),
    serve(app, SAMPLE, async ({ params: { id }, caller }) => {
      const [certificate = "", sample = ""] = id.split("-");
      await readCertified(ports, caller, certificate);
      const sealed = await findSample(ports, certificate, sample);
      const { facts } = sealed.entry;
      return { id, drawn: facts, entry: placeOf(sealed) };
    }),
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
async function findSample({ chains }: PopulationPorts, certificate: string, sample: string): Promise<SealedEntry> {
  for (let from = 1; from < SAMPLES_MAX; from += PAGE) {
    const page = await chains.read(certificateChain(certificate), from, PAGE);
    const found = page.find(({ entry }) => entry.kind === "sample-drawn" && entry.facts.sample === sample);
    if (found !== undefined) return found;
    if (page.length < PAGE) break;
  }
  throw new ApiError("not-found", "no sample of this digest is on record");
}
