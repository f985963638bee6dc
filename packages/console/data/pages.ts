import type { Asked, ItemOf, Lists, Reads } from "@change-ledger/api/client/client.ts";
import { useEffect, useState } from "preact/hooks";
import { useSession } from "../session/session.tsx";
import { type Resource, useRead, type Watching } from "./resource.ts";

/** Pages that are asked for without the reader's asking. */
const ROUNDS_MOST = 10;

/** A list that grows at its head while events arrive, and at its end when the reader asks for more. */
export interface Listed<T> extends Resource<readonly T[]> {
  readonly more: (() => void) | undefined;
  readonly loadingMore: boolean;
}

/** The first page is asked for again and again; pages behind it stay as they were read. An item that stands in both is the newer one. */
export function useList<P extends Lists>(
  path: P,
  query: Reads[P]["query"],
  idOf: (item: ItemOf<P>) => string,
  watching: Watching,
): Listed<ItemOf<P>> {
  type Item = ItemOf<P>;
  type Page = { readonly items: readonly Item[]; readonly next?: string };
  const { client } = useSession();
  const asked = { query } as Asked<Reads[P]>;
  const head = useRead(path, asked, watching) as Resource<Page>;
  const key = JSON.stringify(query);
  const [tail, setTail] = useState<{ readonly key: string; readonly items: readonly Item[]; readonly next: string | undefined }>();
  const [loadingMore, setLoadingMore] = useState(false);
  useEffect(() => setTail(undefined), [key]);
  const behind = tail?.key === key ? tail : undefined;
  const next = behind === undefined ? head.value?.next : behind.next;
  const more = async () => {
    if (next === undefined) return;
    setLoadingMore(true);
    try {
      const page = (await client.get(path, { query: { ...query, cursor: next } } as Asked<Reads[P]>)) as Page;
      // What slid off the first page since is kept too: the first page as it was when the reader went on.
      setTail({ key, items: [...(behind?.items ?? head.value?.items ?? []), ...page.items], next: page.next });
    } finally {
      setLoadingMore(false);
    }
  };
  // A filter that nothing on the first pages passes gives short pages: go on by ourselves until something is found.
  const [rounds, setRounds] = useState(0);
  useEffect(() => setRounds(0), [key]);
  const found = (head.value?.items.length ?? 0) + (behind?.items.length ?? 0);
  useEffect(() => {
    if (found > 0 || next === undefined || loadingMore || rounds >= ROUNDS_MOST) return;
    setRounds(rounds + 1);
    void more().catch(() => {});
  }, [found, next, loadingMore, rounds]);
  const seen = new Set<string>();
  const items =
    head.value && [...head.value.items, ...(behind?.items ?? [])].filter((item) => !seen.has(idOf(item)) && seen.add(idOf(item)));
  return {
    value: items,
    problem: head.problem,
    more: next === undefined ? undefined : () => void more().catch(() => {}),
    loadingMore,
  };
}
