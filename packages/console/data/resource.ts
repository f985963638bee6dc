import { ApiProblem, type Asked, type Reads } from "@change-ledger/api/client/client.ts";
import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session/session.tsx";

/** What a page shows of an answer: the last one stays while the next is asked for. */
export interface Resource<T> {
  readonly value: T | undefined;
  readonly problem: ApiProblem | undefined;
}

export interface Watching {
  /** Asks again after so many milliseconds, while the tab is seen. */
  readonly everyMs?: number;
}

/** What happens to deployments appears within two seconds, of which the queue takes one; what is asked for again is a 304 most of the time. */
export const LIVE: Watching = { everyMs: 700 };
/** What people change. */
export const FRESH: Watching = { everyMs: 3_000 };
/** After a failure it is asked again more and more seldom. */
const RETRY_MOST_MS = 15_000;
/** What may be over the next time: no connection, too many requests, a fault of the server, a log that is yet to cover something. */
const PASSING = new Set([0, 429, 500, 502, 503, 504]);

/** The last answers, shown at once when a page is opened again. */
const kept = new Map<string, unknown>();
const KEPT_MOST = 60;

export function forgetAnswers(): void {
  kept.clear();
}

/** What the API answers to a GET, asked again while it is watched. @param path undefined: nothing to ask for yet */
export function useRead<P extends keyof Reads>(
  path: P | undefined,
  asked: Asked<Reads[P]>,
  { everyMs }: Watching = {},
): Resource<Reads[P]["answer"]> {
  type Answer = Reads[P]["answer"];
  const { client, signOut } = useSession();
  const key = path === undefined ? undefined : `${path} ${JSON.stringify(asked)}`;
  const [state, setState] = useState(() => initial<Answer>(key));
  // What is asked is told by `key`: callers make `asked` anew at every drawing.
  useEffect(() => {
    if (path === undefined || key === undefined) return;
    setState(initial<Answer>(key));
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const round = async () => {
      if (document.visibilityState === "hidden") return;
      let again = everyMs;
      try {
        const value = await client.get(path, { ...asked, signal: stop.signal });
        if (stop.signal.aborted) return;
        failures = 0;
        keep(key, value);
        setState((before) => (isShown(before, key, value) ? before : { key, resource: { value, problem: undefined } }));
      } catch (error) {
        if (stop.signal.aborted) return;
        const problem =
          error instanceof ApiProblem
            ? error
            : new ApiProblem(0, { title: "The ledger does not answer", detail: "It is tried again by itself." });
        if (problem.status === 401) return signOut("Your session has ended: sign in again to go on where you were.");
        failures++;
        setState(({ resource }) => ({ key, resource: { ...resource, problem } }));
        if (PASSING.has(problem.status)) again = Math.min(RETRY_MOST_MS, (problem.retryAfterSeconds ?? 2 ** failures) * 1_000);
      }
      if (again !== undefined) timer = setTimeout(round, again);
    };
    const onSeen = () => {
      if (document.visibilityState !== "visible") return;
      clearTimeout(timer);
      void round();
    };
    void round();
    document.addEventListener("visibilitychange", onSeen);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onSeen);
    };
  }, [key, client, everyMs]);
  // The first drawing after the question changed must not show the former one's answer.
  return state.key === key ? state.resource : initial<Answer>(key).resource;
}

interface Held<T> {
  readonly key: string | undefined;
  readonly resource: Resource<T>;
}

function isShown<T>(before: Held<T>, key: string, value: T): boolean {
  return before.key === key && before.resource.value === value && before.resource.problem === undefined;
}

function initial<T>(key: string | undefined): Held<T> {
  const value = key === undefined ? undefined : (kept.get(key) as T | undefined);
  return { key, resource: { value, problem: undefined } };
}

function keep(key: string, value: unknown): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MOST && oldest !== undefined) kept.delete(oldest);
}

/** A problem in a few words. */
export function problemWords(error: unknown): string {
  if (error instanceof ApiProblem) return error.title;
  return error instanceof Error ? error.message : String(error);
}
