import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session/session.tsx";
import { ask, type Problem } from "./answers.ts";
import { LIVE, useResource } from "./resource.ts";

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** A list that grows at its head while events arrive, and at its end when the reader asks for more. */
export interface Listed<T> {
  readonly items: readonly T[] | undefined;
  readonly problem: Problem | undefined;
  readonly more: (() => void) | undefined;
  readonly loadingMore: boolean;
}

/**
 * The first page is asked for again and again; pages behind it stay as they were read. An item that stands in both is the newer one.
 * @param path with its query, without a cursor
 */
export function useList<T>(path: string, idOf: (item: T) => string): Listed<T> {
  const { reader } = useSession();
  const head = useResource<Page<T>>(path, LIVE);
  const [tail, setTail] = useState<{ readonly path: string; readonly items: readonly T[]; readonly next: string | undefined }>();
  const [loadingMore, setLoadingMore] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    setTail(undefined);
    setProblem(undefined);
  }, [path]);
  const behind = tail?.path === path ? tail : undefined;
  const next = behind === undefined ? head.value?.next : behind.next;
  const more = async () => {
    if (next === undefined || reader === undefined) return;
    setLoadingMore(true);
    const answer = await ask<Page<T>>(`${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`, reader.token);
    setLoadingMore(false);
    if ("problem" in answer) return setProblem(answer.problem);
    // What slid off the first page since is kept too: the first page as it was when the reader went on.
    const first = behind === undefined ? (head.value?.items ?? []) : [];
    setTail({ path, items: [...(behind?.items ?? first), ...answer.value.items], next: answer.value.next });
  };
  const seen = new Set<string>();
  const items =
    head.value && [...head.value.items, ...(behind?.items ?? [])].filter((item) => !seen.has(idOf(item)) && seen.add(idOf(item)));
  return { items, problem: problem ?? head.problem, more: next === undefined ? undefined : more, loadingMore };
}
