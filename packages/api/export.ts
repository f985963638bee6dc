import * as z from "zod";
import { ApiError } from "./fault.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, JSON_LINES, serveFile } from "./route.ts";
import { cursor, wholeNumber } from "./schemas.ts";

const NEXT = "x-next-cursor";
const NEWLINE = Buffer.from("\n");
const EXPORT_QUERY = z.strictObject({ cursor: cursor.optional(), limit: wholeNumber(1, 1000).default(1000) });

/** The whole ledger, page by page, as the very bytes that were hashed. */
export function exportRoutes(app: Api, { ledger }: ApiPorts): AnyRoute[] {
  return [
    serveFile(
      app,
      {
        path: "/v1/ledger/entries",
        summary: "All entries, chain by chain in any order, each chain by seq",
        params: z.object({}),
        query: EXPORT_QUERY,
        unrestricted: true,
        file: {
          type: JSON_LINES,
          description: "The very bytes that were hashed, one entry a line; a page can be empty",
          headers: { [NEXT]: "`cursor` of the next page; absent at the end" },
        },
      },
      async ({ query }) => {
        const page = await ledger.page(query.limit, query.cursor);
        if (page === undefined)
          throw new ApiError("invalid", "expected a cursor from an earlier answer", [
            { field: "cursor", rule: `\`${NEXT}\` of an earlier answer, unchanged` },
          ]);
        const headers = new Headers({ "content-type": JSON_LINES });
        if (page.next !== undefined) headers.set(NEXT, page.next);
        return new Response(Buffer.concat(page.entries.flatMap(({ bytes }) => [bytes, NEWLINE])), { headers });
      },
    ),
  ];
}
