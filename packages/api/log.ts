/**
 * The log, as a mirror reads it: below `/v1/log/` lie `checkpoint`, `tile/…`, `hours/2026/11/21/22` and `trust.json`, each the bytes that are stored. Nothing
 * here need be trusted: who reads verifies.
 */
import { LogError, parseCheckpoint, parseNote, parseTilePath, TILE_WIDTH, type Tile, tileWidth } from "@change-ledger/log";
import * as z from "zod";
import { demandUnrestricted } from "./authorise.ts";
import { ApiError } from "./fault.ts";
import { proofRoute } from "./log-proof.ts";
import { FOR_EVER } from "./manners.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve, serveFile } from "./route.ts";
import { hourPageSchema, text, wholeNumber } from "./schemas.ts";

const NOTHING = z.object({});
const NO_QUERY = z.strictObject({});
const OCTETS = "application/octet-stream";
const TEXT = "text/plain; charset=utf-8";
/** Lambda answers with at most 6 MB, and bytes travel in base64. A bundle of 256 entries can hold 8. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const HOUR = "an hour in UTC, as in 2026-11-21T22";
/** Days and hours that no calendar has are read as others: they must come back the same. */
const hour = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/, HOUR)
  .refine((value) => hourAt(Date.parse(`${value}:00:00Z`)) === value, HOUR);
const HOURS_QUERY = z.strictObject({
  after: hour.optional().meta({ description: "The last hour of an earlier page" }),
  limit: wholeNumber(1, 1000).default(100),
});

export function logRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const { log } = ports;
  const trust = (path: string) =>
    serveFile(
      app,
      {
        path,
        summary: "The public keys that vouch for log and evidence, and when each does",
        params: NOTHING,
        query: NOTHING,
        open: true,
        file: { type: "application/json", description: "The trust file, canonical JSON" },
        notYet: "Nothing was signed yet",
      },
      async () => answer("application/json", (await log.trust()) ?? notYet("no key is published yet")),
    );
  return [
    serveFile(
      app,
      {
        path: "/v1/log/checkpoint",
        summary: "The current checkpoint",
        params: NOTHING,
        query: NO_QUERY,
        file: { type: TEXT, description: "A signed note (C2SP tlog-checkpoint)" },
        notYet: "The log has no checkpoint yet",
      },
      async () => answer(TEXT, (await log.published())?.note ?? notYet("the log has no checkpoint yet")),
    ),
    serveFile(
      app,
      {
        path: "/v1/log/tile/{path}",
        summary: "A hash tile or an entry bundle",
        params: z.object({ path: text.meta({ examples: ["0/000", "entries/x001/234.p/17"], description: "The path below `tile/`" }) }),
        query: NO_QUERY,
        file: { type: OCTETS, description: "The tile's bytes (C2SP tlog-tiles); where a partial tile has grown since, its beginning" },
        elsewhere: "The tile, which is too large for an answer",
        notYet: "The log has no checkpoint yet",
      },
      async ({ params, caller }) => {
        const tile = tileOf(params.path);
        // A hash tells nothing of its entry; a bundle holds entries of all repositories.
        if (tile.level === "entries") demandUnrestricted(caller);
        await demandCovered(ports, tile);
        const bytes = await log.read(tile);
        return bytes.length > ANSWER_MAX_BYTES ? elsewhere(await ports.links.tile(tile)) : answer(OCTETS, bytes, tile.width === TILE_WIDTH);
      },
    ),
    serve(
      app,
      {
        path: "/v1/log/hours",
        summary: "The hours that are sealed, in order",
        params: NOTHING,
        query: HOURS_QUERY,
        answer: hourPageSchema,
      },
      async ({ query: { after, limit } }) => {
        const found = await log.hours(after, limit + 1);
        const items = found.slice(0, limit);
        const next = found.length > limit ? items.at(-1) : undefined;
        return { items, ...(next === undefined ? {} : { next }) };
      },
    ),
    serveFile(
      app,
      {
        path: "/v1/log/hours/{hour}",
        summary: "The checkpoint that sealed an hour",
        params: z.object({ hour: text.meta({ examples: ["2026-11-21T22", "2026/11/21/22"], description: "An hour in UTC, either way" }) }),
        query: NO_QUERY,
        file: { type: TEXT, description: "A signed note (C2SP tlog-checkpoint) with one line more: the hour" },
      },
      async ({ params }) => answer(TEXT, await readHour(ports, hourOf(params.hour)), true),
    ),
    trust("/v1/log/trust"),
    trust("/v1/log/trust.json"),
    proofRoute(app, ports),
  ];
}

/** @param forEver whether these bytes are all that will ever lie there */
function answer(type: string, bytes: Uint8Array, forEver = false): Response {
  return new Response(Uint8Array.from(bytes), { headers: { "content-type": type, ...(forEver && { "cache-control": FOR_EVER }) } });
}

function elsewhere(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function notYet(message: string): never {
  throw new ApiError("not-yet", message);
}

/** @throws ApiError `invalid` */
function tileOf(path: string): Tile {
  try {
    return parseTilePath(`tile/${path}`);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new ApiError("invalid", "expected the path of a tile", [
      { field: "path", rule: "level or `entries`, index, and the width if partial" },
    ]);
  }
}

/**
 * What lies beyond the checkpoint may be there (a commit under way) and may be taken back: nobody is shown it.
 * @throws ApiError `not-found`, `not-yet`
 */
async function demandCovered({ log }: ApiPorts, { level, index, width }: Tile): Promise<void> {
  const published = await log.published();
  if (published === undefined) return notYet("the log has no checkpoint yet");
  const { size } = parseCheckpoint(parseNote(published.note).text);
  const covered = tileWidth(level === "entries" ? 0 : level, index, size);
  if (width > covered) {
    const there = covered === 0 ? "no such tile" : covered === TILE_WIDTH ? "it in full" : `it at width ${covered}`;
    throw new ApiError("not-found", `the log of ${size} entries has ${there}`);
  }
}

/** @throws ApiError `invalid` */
function hourOf(text: string): string {
  const parsed = hour.safeParse(text.replace(/^(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})$/, "$1-$2-$3T$4"));
  if (parsed.success) return parsed.data;
  throw new ApiError("invalid", "expected an hour", [{ field: "hour", rule: `${HOUR} or 2026/11/21/22` }]);
}

function hourAt(ms: number): string | undefined {
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 13);
}

/** @throws ApiError `not-found` */
async function readHour({ log }: ApiPorts, wanted: string): Promise<Uint8Array> {
  const before = hourAt(Date.parse(`${wanted}:00:00Z`) - HOUR_MS);
  const [next] = await log.hours(before, 1);
  if (next !== wanted) throw new ApiError("not-found", "this hour is not sealed");
  return await log.hour(wanted);
}
