import type { Subject } from "@change-ledger/model";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { asJsonLines, hashed, NO_CHAIN, readChain } from "./entries.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, type Asked, serve } from "./route.ts";
import { entriesSchema, limit, text } from "./schemas.ts";

export const ENTRIES_QUERY = z.strictObject({
  from: z.coerce
    .number("a whole number from 0")
    .int("a whole number from 0")
    .min(0, "at least 0")
    .default(0)
    .meta({ description: "Seq of the first entry" }),
  limit: limit.default(100),
});

/** A page of a chain, as JSON or as lines. */
export async function answerEntries(
  ports: ApiPorts,
  subject: Subject,
  { query, caller, wantsLines }: Asked<unknown, z.output<typeof ENTRIES_QUERY>>,
) {
  const page = await readChain(ports, demandReadable(caller, subject, NO_CHAIN), query.from, query.limit);
  return wantsLines ? asJsonLines(page, query.limit) : { ...page, entries: page.entries.map(hashed) };
}

export function chainRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const subject = text.meta({
    examples: ["ref:github/acme/cargo/refs/heads/main"],
    description: "The chain's subject, slashes percent-encoded or not",
  });
  return [
    serve(
      app,
      {
        path: "/v1/chains/{subject}/entries",
        summary: "The entries of any chain",
        params: z.object({ subject }),
        query: ENTRIES_QUERY,
        answer: entriesSchema,
        lines: true,
      },
      (asked) => answerEntries(ports, subjectOf(undefined, asked.params.subject, "subject"), asked),
    ),
  ];
}
