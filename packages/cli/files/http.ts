import { setTimeout as wait } from "node:timers/promises";
import { CliError } from "../fault.ts";

const TRIES = 6;
const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 30_000;
const MAX_REDIRECTS = 3;

/** What a server answered. */
export interface Fetched {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
}

/** Reads files of one server, politely and with limits: it is no more to be trusted than what it serves. */
export class HttpReader {
  readonly #base: URL;
  readonly #token: string | undefined;

  /**
   * @param url under which the files lie; an address without a path means `path` there
   * @param token sent to that origin alone
   */
  constructor(url: string, path: string, token: string | undefined) {
    const base = new URL(url);
    if (base.pathname === "/") base.pathname = path;
    if (!base.pathname.endsWith("/")) base.pathname += "/";
    this.#base = base;
    this.#token = token;
  }

  /**
   * @param path below the base, with a query or without
   * @returns undefined for 404
   * @throws CliError `unreadable` for what is refused or longer than `maxBytes`, `gave-up` after some tries
   */
  async get(path: string, maxBytes: number): Promise<Fetched | undefined> {
    return await this.#ask(path, maxBytes);
  }

  /**
   * Gives a server something, as JSON; it may get it twice.
   * @returns undefined for 404
   * @throws CliError as `get` does
   */
  async post(path: string, body: unknown, maxBytes: number): Promise<Fetched | undefined> {
    return await this.#ask(path, maxBytes, JSON.stringify(body));
  }

  /** As `get`, but asked once: undefined also for what may be there later. */
  async once(path: string, maxBytes: number): Promise<Fetched | undefined> {
    const answer = await this.#try(this.#urlOf(path), maxBytes, undefined);
    return typeof answer === "object" && "bytes" in answer ? answer : undefined;
  }

  /** The base ends in a slash for files below it; a query alone is the base's own. */
  #urlOf(path: string): URL {
    return new URL(path.startsWith("?") ? this.#base.href.replace(/\/$/, "") + path : path, this.#base);
  }

  async #ask(path: string, maxBytes: number, body?: string): Promise<Fetched | undefined> {
    const url = this.#urlOf(path);
    for (let tried = 1; ; tried++) {
      const answer = await this.#try(url, maxBytes, body);
      if (typeof answer !== "object") return undefined;
      if ("bytes" in answer) return answer;
      if (tried === TRIES) throw new CliError("gave-up", `${url.href}: ${answer.reason}, ${TRIES} times`);
      await wait(Math.min(MAX_PAUSE_MS, answer.pauseMs ?? FIRST_PAUSE_MS * 2 ** tried));
    }
  }

  async #try(
    url: URL,
    maxBytes: number,
    body: string | undefined,
  ): Promise<Fetched | "none" | { readonly reason: string; readonly pauseMs?: number }> {
    let response: Response;
    try {
      response = await this.#follow(url, body);
      if (response.status === 200) return { bytes: await bodyOf(response, url, maxBytes), headers: response.headers };
    } catch (error) {
      if (error instanceof CliError) throw error;
      return { reason: error instanceof Error ? String(error.cause ?? error.message) : "no answer" };
    }
    await response.body?.cancel();
    if (response.status === 404) return "none";
    const after = Number(response.headers.get("retry-after") ?? Number.NaN) * 1000;
    if (response.status === 429 || response.status >= 500)
      return { reason: `answered ${response.status}`, ...(Number.isFinite(after) ? { pauseMs: after } : {}) };
    throw new CliError(
      "unreadable",
      `${url.href} answered ${response.status}${response.status === 401 || response.status === 403 ? ": does --token-file hold a token for it?" : ""}`,
    );
  }

  /** Follows redirects by itself: the token goes to no other origin. */
  async #follow(first: URL, body: string | undefined): Promise<Response> {
    let url = first;
    for (let hops = 0; ; hops++) {
      const authorized = this.#token !== undefined && url.origin === this.#base.origin;
      const response = await fetch(url, {
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...(authorized && { authorization: `Bearer ${this.#token}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { method: "POST", body }),
      });
      const moved = body === undefined && response.status >= 300 && response.status < 400;
      const location = moved ? response.headers.get("location") : null;
      if (location === null) return response;
      await response.body?.cancel();
      url = new URL(location, url);
      if (hops === MAX_REDIRECTS || !/^https?:$/.test(url.protocol)) throw new CliError("unreadable", `${first.href} leads too far`);
    }
  }
}

async function bodyOf(response: Response, url: URL, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    const bytes = part as Uint8Array;
    length += bytes.length;
    if (length > maxBytes) throw new CliError("unreadable", `${url.href}: expected at most ${maxBytes} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts, length);
}
