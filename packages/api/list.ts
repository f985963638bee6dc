import * as z from "zod";
import { asCsv, columnsOf } from "./csv.ts";
import { type Api, type Asked, JSON_LINES, JSON_TYPE, type Route, serve } from "./route.ts";

export const NEXT_CURSOR = "x-next-cursor";
const CSV_TYPE = "text/csv";
const OSCAL_TYPE = "application/oscal+json";
const FORMATS = { json: JSON_TYPE, jsonl: JSON_LINES, csv: CSV_TYPE, oscal: OSCAL_TYPE } as const;
type Format = keyof typeof FORMATS;

const ALSO = {
  [JSON_LINES]: `One item a line, as in \`items\`; \`${NEXT_CURSOR}\` holds the cursor of the next page`,
  [CSV_TYPE]: `RFC 4180, with a line of names; \`${NEXT_CURSOR}\` holds the cursor of the next page`,
} as const;
const OSCAL = {
  [OSCAL_TYPE]: `OSCAL assessment results (1.1.2) of this page; \`${NEXT_CURSOR}\` holds the cursor of the next page`,
} as const;

const formatOf = (formats: readonly Format[]) => ({
  format: z.enum(formats).optional().meta({ description: "Instead of the Accept header" }),
});

/** What a list is answered as: `items`, and `next` where there are more. */
type PageSchema = z.ZodObject<{ items: z.ZodType }>;
type ListAnswer = { readonly items: readonly unknown[]; readonly next?: string | undefined };

/** What a list is besides JSON. */
interface Formats<A extends PageSchema, K> {
  /** Where one item is several lines of CSV and JSON Lines: what a line holds, and the lines of a page. */
  readonly lines?: { readonly line: z.ZodObject; readonly of: (page: z.output<A>) => readonly unknown[] };
  /** Makes OSCAL assessment results of a page. */
  readonly oscal?: (page: z.output<A>, asked: K) => object;
}

/**
 * Serves a list as JSON, JSON Lines and CSV, whichever the caller prefers by Accept or asks for by `format`; as OSCAL assessment results where it has them.
 */
export function serveList<P extends z.ZodObject, Q extends z.ZodObject, A extends PageSchema>(
  app: Api,
  route: Route<P, Q, A>,
  handler: (asked: Asked<z.output<P>, z.output<Q>>) => Promise<z.output<A> & ListAnswer>,
  { lines, oscal }: Formats<A, Asked<z.output<P>, z.output<Q>>> = {},
): Route<P, z.ZodObject, A> {
  const formats: Format[] = oscal === undefined ? ["json", "jsonl", "csv"] : ["json", "jsonl", "csv", "oscal"];
  const query = route.query.extend(formatOf(formats));
  const items = route.answer.shape.items;
  const columns = columnsOf(lines?.line ?? (items instanceof z.ZodArray ? (items.element as z.ZodType) : items));
  const also = { ...ALSO, ...(oscal && OSCAL) };
  return serve(app, { ...route, query, also }, async (asked) => {
    const { format, ...rest } = asked.query as Record<string, unknown> & { format?: Format };
    const plain = { ...asked, query: rest as z.output<Q> };
    const page = await handler(plain);
    const type = format === undefined ? asked.accepted : FORMATS[format];
    const headers = new Headers({ "content-type": type, vary: "Accept" });
    if (page.next !== undefined) headers.set(NEXT_CURSOR, page.next);
    const listed = () => lines?.of(page) ?? page.items;
    switch (type) {
      case JSON_LINES:
        return new Response(
          listed()
            .map((item) => `${JSON.stringify(item)}\n`)
            .join(""),
          { headers },
        );
      case CSV_TYPE:
        headers.set("content-type", `${CSV_TYPE}; charset=utf-8; header=present`);
        headers.set("content-disposition", `attachment; filename="${route.path.split("/").at(-1)}.csv"`);
        return new Response(asCsv(columns, listed()), { headers });
      case OSCAL_TYPE:
        return new Response(JSON.stringify(oscal?.(page, plain)), { headers });
      default:
        return new Response(JSON.stringify(page), { headers });
    }
  });
}
