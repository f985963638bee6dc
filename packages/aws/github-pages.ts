import { setTimeout as sleep } from "node:timers/promises";
import type { Octokit } from "@octokit/core";
import * as z from "zod";
import { HEADERS, told } from "./github.ts";
import { LookupError } from "./lookup-fault.ts";

const PAGE = 100;
/** A list that goes on longer is a fault of the server. */
const PAGES_MAX = 10_000;
const TRIES = 6;
const FIRST_PAUSE_MS = 1_000;
/** The primary limit is an hour's. */
const PAUSE_MAX_MS = 3_700_000;

/** A time of GitHub's, as ours are: RFC 3339, UTC, ms. */
export const instant = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  context.addIssue({ code: "custom", message: "a time" });
  return z.NEVER;
});

type Parameters = Readonly<Record<string, string | number | undefined>>;

export interface GithubPages {
  /** One answer, read by `schema`; undefined for 404. Throws LookupError. */
  one<T extends z.ZodType>(route: string, parameters: Parameters, schema: T): Promise<z.output<T> | undefined>;
  /** The items of a list in the order of its pages, each read by `schema`; ends early when nobody asks on. Throws LookupError. */
  all<T extends z.ZodType>(route: string, parameters: Parameters, schema: T, member?: string): AsyncGenerator<z.output<T>>;
  post(route: string, parameters: Parameters): Promise<void>;
}

/**
 * GitHub's lists, page by page. Only what the Link header says of where to go on is taken of it: it names no other server.
 * @param wait whether to wait out a rate limit (`Retry-After`, `X-RateLimit-Reset`) and a fault of the server; else it is the caller's to come again
 */
export function githubPages(octokit: Pick<Octokit, "request">, wait: ((ms: number) => Promise<void>) | undefined): GithubPages {
  async function ask(route: string, parameters: Parameters) {
    for (let tries = 1; ; tries++) {
      try {
        return await octokit.request(route, { ...parameters, headers: HEADERS });
      } catch (error) {
        const ms = wait === undefined || tries === TRIES ? undefined : pauseOf(error, tries);
        if (ms === undefined || wait === undefined) return await told(route, () => Promise.reject(error));
        await wait(ms);
      }
    }
  }
  return {
    async one(route, parameters, schema) {
      try {
        return readAs(route, schema, (await ask(route, parameters)).data);
      } catch (error) {
        if (error instanceof LookupError && error.code === "not-found") return undefined;
        throw error;
      }
    },
    async *all(route, parameters, schema, member) {
      let on: Parameters = {};
      for (let page = 0; page < PAGES_MAX; page++) {
        const { data, headers } = await ask(route, { per_page: PAGE, ...parameters, ...on });
        const items: unknown = member === undefined ? data : (data as Readonly<Record<string, unknown>> | null)?.[member];
        yield* readAs(route, z.array(schema), items);
        const next = nextOf(headers.link);
        if (next === undefined) return;
        on = next;
      }
      throw new LookupError("unavailable", `GitHub, ${route}: expected at most ${PAGES_MAX} pages`);
    },
    async post(route, parameters) {
      await ask(route, parameters);
    },
  };
}

/** Waits as long as a server asks for. */
export const waitPatiently = (ms: number): Promise<void> => sleep(ms);

function readAs<T extends z.ZodType>(route: string, schema: T, data: unknown): z.output<T> {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new LookupError("unavailable", `GitHub, ${route}: expected the form of the REST API`);
  return parsed.data;
}

/** RFC 8288: `<https://…?page=2>; rel="next"`. */
function nextOf(link: string | undefined): Parameters | undefined {
  const [, url] = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "") ?? [];
  const query = URL.parse(url ?? "")?.searchParams;
  if (query === undefined || query === null) return undefined;
  const on = ["page", "after", "cursor"].flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? ""] as const] : []));
  return on.length === 0 ? undefined : Object.fromEntries(on);
}

/** GitHub's rules for who asks too often: wait as `Retry-After` says, else until the limit is reset, else ever longer. Undefined for what waiting does not mend. */
function pauseOf(error: unknown, tries: number): number | undefined {
  const { status, response } = error as { status?: number; response?: { headers?: Readonly<Record<string, unknown>> } };
  const headers = response?.headers ?? {};
  const after = Number(headers["retry-after"] ?? Number.NaN) * 1000;
  const spent = String(headers["x-ratelimit-remaining"]) === "0";
  if (status === 403 && Number.isNaN(after) && !spent) return undefined;
  if (status !== undefined && status !== 403 && status !== 429 && status < 500) return undefined;
  const reset = spent ? Number(headers["x-ratelimit-reset"]) * 1000 - Date.now() : Number.NaN;
  const own = FIRST_PAUSE_MS * 2 ** (tries - 1);
  return Math.min(PAUSE_MAX_MS, Math.max(own, Number.isNaN(after) ? (Number.isNaN(reset) ? own : reset + 1000) : after));
}
