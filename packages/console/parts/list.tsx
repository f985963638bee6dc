import type { ComponentChildren } from "preact";
import type { Listed } from "../data/pages.ts";
import { Empty, Shown } from "./states.tsx";

/** A list with its states, and a way to its next page. */
export function List<T>({
  of,
  what,
  empty,
  children,
}: {
  readonly of: Listed<T>;
  readonly what: string;
  readonly empty: ComponentChildren;
  readonly children: (items: readonly T[]) => ComponentChildren;
}) {
  return (
    <Shown of={of} what={what}>
      {(items) => (
        <>
          {items.length > 0 ? children(items) : of.more === undefined ? <Empty>{empty}</Empty> : <Empty>None of the latest matches.</Empty>}
          {of.more !== undefined && (
            <p class="more">
              <button type="button" onClick={of.more} disabled={of.loadingMore}>
                {of.loadingMore ? "Reading…" : "Show more"}
              </button>
            </p>
          )}
        </>
      )}
    </Shown>
  );
}
