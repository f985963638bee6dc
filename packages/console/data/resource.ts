import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session/session.tsx";
import { ask, keptAnswer, type Problem } from "./answers.ts";

/** What a page shows of an answer: the last one stays while the next is asked for. */
export interface Resource<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  /** Nothing was ever answered yet. */
  readonly loading: boolean;
}

export interface Watching {
  /** Asks again after so many milliseconds, while the tab is seen. */
  readonly everyMs?: number;
}

/** New events appear within two seconds: what is asked for again is a 304 most of the time. */
export const LIVE: Watching = { everyMs: 1_200 };
/** After a failure it is asked again more and more seldom. */
const RETRY_MOST_MS = 15_000;

/** @param path undefined: nothing to ask for yet */
export function useResource<T>(path: string | undefined, { everyMs }: Watching = {}): Resource<T> {
  const { reader, signOut } = useSession();
  const token = reader?.token;
  const [state, setState] = useState<{ readonly path: string | undefined; readonly resource: Resource<T> }>(() => initial(path));
  useEffect(() => {
    if (path === undefined || token === undefined) return;
    setState(initial(path));
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const round = async () => {
      if (document.visibilityState === "hidden") return;
      const answer = await ask<T>(path, token, stop.signal).catch(() => undefined);
      if (stop.signal.aborted || answer === undefined) return;
      if ("problem" in answer) {
        if (answer.problem.status === 401) return signOut("Your session has ended: sign in again to go on where you were.");
        failures++;
        setState(({ resource }) => ({ path, resource: { ...resource, problem: answer.problem, loading: false } }));
      } else {
        failures = 0;
        setState((before) =>
          before.path === path && before.resource.value === answer.value && before.resource.problem === undefined
            ? before
            : { path, resource: { value: answer.value, problem: undefined, loading: false } },
        );
      }
      const again = failures > 0 && isPassing(answer) ? Math.min(RETRY_MOST_MS, 1_000 * 2 ** failures) : everyMs;
      if (again !== undefined) timer = setTimeout(round, again);
    };
    const onSeen = () => {
      if (document.visibilityState !== "visible") return;
      clearTimeout(timer);
      void round();
    };
    void round();
    if (everyMs !== undefined) document.addEventListener("visibilitychange", onSeen);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onSeen);
    };
  }, [path, token, everyMs]);
  // The first drawing after the path changed must not show the former one's answer.
  return state.path === path ? state.resource : initial<T>(path).resource;
}

function initial<T>(path: string | undefined): { readonly path: string | undefined; readonly resource: Resource<T> } {
  const kept = path === undefined ? undefined : keptAnswer<T>(path);
  return { path, resource: { value: kept?.value, problem: undefined, loading: kept === undefined } };
}

/** What may be over the next time: no connection, too many requests, a fault of the server. */
function isPassing(answer: { readonly problem: Problem } | object): boolean {
  return "problem" in answer && [0, 429, 500, 502, 503, 504].includes(answer.problem.status);
}
