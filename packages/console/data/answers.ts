/** What the API answered, by path: shown at once when a page is opened again, and asked for again by its ETag. */

/** Problem details (RFC 9457) as the API gives them, or what stands for them where no answer came. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
}

export type Answer<T> = { readonly value: T; readonly etag: string | undefined } | { readonly problem: Problem };

interface Kept {
  readonly value: unknown;
  readonly etag: string | undefined;
}

const KEPT_MOST = 60;
const kept = new Map<string, Kept>();

export function keptAnswer<T>(path: string): { readonly value: T } | undefined {
  const answer = kept.get(path);
  return answer === undefined ? undefined : { value: answer.value as T };
}

export function forgetAnswers(): void {
  kept.clear();
}

/** Asks for JSON. What has not changed since it was last asked for is the very same value, so that nothing is drawn again. */
export async function ask<T>(path: string, token: string, signal?: AbortSignal): Promise<Answer<T>> {
  const before = kept.get(path);
  const headers: Record<string, string> = { accept: "application/json", authorization: `Bearer ${token}` };
  if (before?.etag !== undefined) headers["if-none-match"] = before.etag;
  let answer: Response;
  try {
    answer = await fetch(path, { headers, credentials: "omit", cache: "no-store", ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { problem: { status: 0, title: "The ledger does not answer", detail: "No connection; it is tried again by itself." } };
  }
  if (answer.status === 304 && before !== undefined) return { value: before.value as T, etag: before.etag };
  const text = await answer.text();
  if (!answer.ok) return { problem: problemOf(answer.status, text) };
  const etag = answer.headers.get("etag") ?? undefined;
  if (before !== undefined && etag === undefined && JSON.stringify(before.value) === text) return { value: before.value as T, etag };
  const value = JSON.parse(text) as T;
  kept.delete(path);
  kept.set(path, { value, etag });
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MOST && oldest !== undefined) kept.delete(oldest);
  return { value, etag };
}

/** Asks for text as it is: proofs, checkpoints, lines of entries. */
export async function askText(path: string, token: string, accept = "*/*"): Promise<string> {
  const answer = await fetch(path, { headers: { accept, authorization: `Bearer ${token}` }, credentials: "omit", cache: "no-store" });
  const text = await answer.text();
  if (!answer.ok) throw new Error(problemOf(answer.status, text).title);
  return text;
}

/** Sends JSON. @returns the answer's JSON, or the problem */
export async function send<T>(path: string, token: string, body: unknown): Promise<Answer<T>> {
  const headers = { accept: "application/json", "content-type": "application/json", authorization: `Bearer ${token}` };
  const answer = await fetch(path, { method: "POST", headers, credentials: "omit", body: JSON.stringify(body) }).catch(() => undefined);
  if (answer === undefined) return { problem: { status: 0, title: "The ledger does not answer" } };
  const text = await answer.text();
  return answer.ok ? { value: JSON.parse(text) as T, etag: undefined } : { problem: problemOf(answer.status, text) };
}

function problemOf(status: number, text: string): Problem {
  try {
    const { title, detail } = JSON.parse(text) as { title?: unknown; detail?: unknown };
    if (typeof title === "string") return { status, title, ...(typeof detail === "string" && { detail }) };
  } catch {
    // A gateway's own page: the status says enough.
  }
  return { status, title: status === 401 ? "You are signed out" : status === 429 ? "Too many requests" : `The ledger answered ${status}` };
}
