import { itemBytes, type PopulationItem } from "@change-ledger/query";
import { POPULATION } from "./population-definitions.ts";
import { makePopulation } from "./population-made.ts";
import type { PopulationPorts } from "./ports.ts";
import { type AnyRoute, type Api, JSON_LINES, serve } from "./route.ts";

/** Populations, as the API works them out: nothing is put on record. */
export function populationRoutes(app: Api, ports: PopulationPorts): AnyRoute[] {
  return [
    serve(app, POPULATION, async ({ query, caller, wantsLines }) => {
      const { from, to, skip, limit } = query;
      const scope = query.scope?.split(",");
      const { certificate, items } = await makePopulation(ports, caller, { from, to, asOf: query["as-of"], scope });
      const page = items.slice(skip, skip + limit);
      const more = skip + page.length < items.length;
      const rest = new URLSearchParams({ from, to, "as-of": certificate.asOf, ...(scope && { scope: scope.join(",") }) });
      const next = more ? `/v1/population?${rest}&skip=${skip + page.length}&limit=${limit}` : undefined;
      return wantsLines ? asLines(page, next) : { certificate, items: [...page], ...(next !== undefined && { next }) };
    }),
  ];
}

/** Lines of population.jsonl; the next page is a link (RFC 8288). */
function asLines(items: readonly PopulationItem[], next: string | undefined): Response {
  const headers = new Headers({ "content-type": JSON_LINES, vary: "Accept" });
  if (next !== undefined) headers.set("link", `<${next}>; rel="next"`);
  return new Response(Buffer.concat(items.flatMap((item) => [itemBytes(item), NEWLINE])), { headers });
}
const NEWLINE = Buffer.from("\n");
