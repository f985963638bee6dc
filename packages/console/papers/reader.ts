import { type Fetched, type LedgerReader, WorkpapersError } from "@change-ledger/workpapers";

const TRIES = 6;
const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 30_000;
const LINK_MAX_BYTES = 100_000;

type Tried = Fetched | "none" | { readonly because: string; readonly pauseMs?: number };

/** The API of this page's own host, with the reader's own token: patient, and with limits. */
export class PageReader implements LedgerReader {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  get(path: string, maxBytes: number): Promise<Fetched | undefined> {
    return this.#ask(() => this.#own(path, maxBytes), path);
  }

  /** The API says where it lies, on another host, which gets no token. The link holds for some minutes: it is asked for anew at every try. */
  bundle(path: string, maxBytes: number): Promise<Fetched | undefined> {
    return this.#ask(async () => {
      const link = await this.#own(path, LINK_MAX_BYTES);
      if (typeof link !== "object" || !("bytes" in link)) return link;
      const { href } = JSON.parse(new TextDecoder().decode(link.bytes)) as { readonly href: string };
      return await tried(href, {}, maxBytes);
    }, path);
  }

  post(path: string, body: unknown, maxBytes: number): Promise<Fetched | undefined> {
    return this.#ask(() => this.#own(path, maxBytes, JSON.stringify(body)), path);
  }

  async once(path: string, maxBytes: number): Promise<Fetched | undefined> {
    const answer = await this.#own(path, maxBytes);
    return typeof answer === "object" && "bytes" in answer ? answer : undefined;
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  async #ask(ask: () => Promise<Tried>, path: string): Promise<Fetched | undefined> {
    for (let times = 1; ; times++) {
      const answer = await ask();
      if (answer === "none") return undefined;
      if ("bytes" in answer) return answer;
      if (times === TRIES) throw new WorkpapersError("gave-up", `${path}: ${answer.because}, ${TRIES} times`);
      await this.pause(Math.min(MAX_PAUSE_MS, answer.pauseMs ?? FIRST_PAUSE_MS * 2 ** times));
    }
  }

  #own(path: string, maxBytes: number, body?: string): Promise<Tried> {
    const headers = { authorization: `Bearer ${this.#token}`, accept: "application/json, */*;q=0.5" };
    const init = body === undefined ? { headers } : { method: "POST", body, headers: { ...headers, "content-type": "application/json" } };
    return tried(`/v1/${path}`, init, maxBytes);
  }
}

/** @throws WorkpapersError `refused`, `unreadable` */
async function tried(url: string, init: RequestInit, maxBytes: number): Promise<Tried> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 200) return { bytes: await bodyOf(response, maxBytes), headers: response.headers };
  } catch (error) {
    if (error instanceof WorkpapersError) throw error;
    return { because: error instanceof Error ? error.message : "no answer" };
  }
  if (response.status === 404) return "none";
  const after = Number(response.headers.get("retry-after") ?? Number.NaN) * 1000;
  if (response.status === 429 || response.status >= 500)
    return { because: `answered ${response.status}`, ...(Number.isFinite(after) && { pauseMs: after }) };
  const problem = (await response.json().catch(() => ({}))) as { readonly title?: unknown; readonly detail?: unknown };
  const said = [problem.title, problem.detail].filter((one) => typeof one === "string").join(": ");
  if (response.status === 401) throw new WorkpapersError("gave-up", "your session has ended: sign in again");
  throw new WorkpapersError(
    response.status === 403 ? "refused" : "unreadable",
    said === "" ? `the ledger answered ${response.status}` : said,
  );
}

async function bodyOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxBytes) throw new WorkpapersError("unreadable", `expected at most ${maxBytes} bytes, got more`);
    parts.push(part.value);
  }
  return Buffer.concat(parts);
}
