import { itemBytes, type PopulationItem } from "@change-ledger/query";
import * as z from "zod";
import { makePopulation, populationQuestion } from "./population-made.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, JSON_LINES, serve } from "./route.ts";
import { hash, instant, SCHEMAS, wholeNumber } from "./schemas.ts";

const QUERY = z.strictObject({
  ...populationQuestion,
  skip: wholeNumber(0, 10_000_000).default(0).meta({ description: "Items of earlier pages" }),
  limit: wholeNumber(1, 1000).default(100),
});

/** Loose: docs/formats.md, "Completeness certificate", says all of it. */
export const certificateSchema = z
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

/** Populations, as the API works them out: nothing is put on record. */
export function populationRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      {
        path: "/v1/population",
        summary: "Production deployments and updates of protected branches of a period, with what their completeness rests on",
        params: z.object({}),
        query: QUERY,
        answer: populationSchema,
        lines: true,
        scope: "population:read",
        notYet: "The log has no checkpoint yet",
      },
      async ({ query, caller, wantsLines }) => {
        const { from, to, scope, skip, limit } = query;
        const { certificate, items } = await makePopulation(ports, caller, { from, to, asOf: query["as-of"], scope });
        const page = items.slice(skip, skip + limit);
        const more = skip + page.length < items.length;
        const rest = new URLSearchParams({ from, to, "as-of": certificate.asOf, ...(scope && { scope: scope.join(",") }) });
        const next = more ? `/v1/population?${rest}&skip=${skip + page.length}&limit=${limit}` : undefined;
        return wantsLines ? asLines(page, next) : { certificate, items: page, ...(next !== undefined && { next }) };
      },
    ),
  ];
}

/** Lines of population.jsonl; the next page is a link (RFC 8288). */
function asLines(items: readonly PopulationItem[], next: string | undefined): Response {
  const headers = new Headers({ "content-type": JSON_LINES, vary: "Accept" });
  if (next !== undefined) headers.set("link", `<${next}>; rel="next"`);
  return new Response(Buffer.concat(items.flatMap((item) => [itemBytes(item), NEWLINE])), { headers });
}
const NEWLINE = Buffer.from("\n");
