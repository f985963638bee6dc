import type { Files, Posts, Reads, Schemas } from "./schema.ts";

export type { Files, Posts, Reads, Schemas } from "./schema.ts";

/** What the API answers instead of what was asked for (RFC 9457). `type` is stable; without an answer `status` is 0. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly errors: NonNullable<Schemas["Problem"]["errors"]>;
  /** When to ask again. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, problem: Partial<Schemas["Problem"]>, retryAfter: string | null = null) {
    const { type = "about:blank", title = `The ledger answered ${status}`, detail, errors = [] } = problem;
    super(detail ?? title);
    this.name = "ApiProblem";
    this.status = status;
    this.type = type;
    this.title = title;
    this.errors = errors;
    this.retryAfterSeconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  }
}

export interface ClientOptions {
  /** Without a slash at its end; empty in a page that the API's own host serves. */
  readonly baseUrl: string;
  /** The bearer token, asked for at every request; undefined sends none. */
  readonly token?: () => string | undefined;
  /** Whatever speaks HTTP as `fetch` does. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** What a request takes: parameters of the path only where there are any. */
export type Asked<O extends { readonly path: unknown; readonly query: unknown }> = {
  readonly query?: O["query"];
  readonly signal?: AbortSignal;
} & (O["path"] extends Readonly<Record<string, never>> ? object : { readonly path: O["path"] });

/** Paths that answer lists with pages. */
export type Lists = {
  [P in keyof Reads]: Reads[P]["answer"] extends { readonly items: readonly unknown[]; readonly next?: string | undefined } ? P : never;
}[keyof Reads];
export type ItemOf<P extends Lists> = Reads[P]["answer"] extends { readonly items: readonly (infer I)[] } ? I : never;
type Loose = {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
};

export interface Client {
  /** Reads JSON. An answer that has not changed since is not sent again (ETag), and is the very same value. @throws ApiProblem */
  get<P extends keyof Reads>(path: P, asked: Asked<Reads[P]>): Promise<Reads[P]["answer"]>;
  /** @throws ApiProblem */
  post<P extends keyof Posts>(path: P, asked: Asked<Posts[P]> & { readonly body: Posts[P]["body"] }): Promise<Posts[P]["answer"]>;
  /** The items of a list, page by page, as they are asked for. @throws ApiProblem */
  items<P extends Lists>(path: P, asked: Asked<Reads[P]>): AsyncGenerator<ItemOf<P>>;
  /** The response itself: for files, and for lists in another format. @throws ApiProblem */
  file(path: keyof Files | keyof Reads, asked: Loose, accept?: string): Promise<Response>;
}

/** Answers that are kept to be asked for by their ETag. */
const KEPT_MAX = 100;

export function createClient({ baseUrl, token, fetch: send = (url, init) => fetch(url, init) }: ClientOptions): Client {
  const kept = new Map<string, { readonly etag: string; readonly value: unknown }>();

  async function request(url: string, init: RequestInit & { readonly headers: Record<string, string> }): Promise<Response> {
    const bearer = token?.();
    const headers = { ...init.headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
    const response = await send(url, { ...init, headers });
    if (response.ok || response.status === 304) return response;
    const problem = await response.json().catch(() => ({}));
    throw new ApiProblem(response.status, isObject(problem) ? problem : {}, response.headers.get("retry-after"));
  }

  async function read(path: string, asked: Loose): Promise<unknown> {
    const url = urlOf(baseUrl, path, asked);
    const known = kept.get(url);
    const headers = { accept: "application/json", ...(known && { "if-none-match": known.etag }) };
    const response = await request(url, { headers, ...(asked.signal && { signal: asked.signal }) });
    if (response.status === 304 && known !== undefined) return known.value;
    const value: unknown = await response.json();
    const etag = response.headers.get("etag");
    kept.delete(url);
    if (etag !== null) kept.set(url, { etag, value });
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return value;
  }

  // What the document says of a path is what the API answers there: tests hold it to that.
  return {
    get: (path, asked) => read(path, asked) as never,
    async post(path, asked) {
      const { body, signal } = asked as Loose & { readonly body: unknown };
      const headers = { accept: "application/json", "content-type": "application/json" };
      const response = await request(urlOf(baseUrl, path, asked), {
        method: "POST",
        headers,
        body: JSON.stringify(body),
        ...(signal && { signal }),
      });
      return (await response.json()) as never;
    },
    async *items(path, asked) {
      const { query, ...rest } = asked as Loose;
      let cursor = query?.["cursor"];
      do {
        const page = (await read(path, { ...rest, query: { ...query, cursor } })) as {
          readonly items: readonly never[];
          readonly next?: string;
        };
        yield* page.items;
        cursor = page.next;
      } while (cursor !== undefined);
    },
    file: (path, asked, accept = "*/*") =>
      request(urlOf(baseUrl, path, asked), { headers: { accept }, ...(asked.signal && { signal: asked.signal }) }),
  };
}

/** `/v1/changes/{id}` with its parameters; what is undefined is not asked. */
function urlOf(baseUrl: string, path: string, { path: parameters = {}, query = {} }: Loose): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  return `${baseUrl}${filled}${asked.size === 0 ? "" : `?${asked}`}`;
}

function isObject(value: unknown): value is Partial<Schemas["Problem"]> {
  return typeof value === "object" && value !== null;
}
