import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows of one height, of which only those in sight are drawn: ten thousand scroll as ten do. */
export function Rows<T>({
  items,
  height,
  label,
  mostHeight = 480,
  row,
  focusOn,
}: {
  readonly items: readonly T[];
  /** Pixels a row. */
  readonly height: number;
  readonly label: string;
  readonly mostHeight?: number;
  readonly row: (item: T, at: number) => ComponentChildren;
  /** The row to bring into sight. */
  readonly focusOn?: number | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const seen = Math.ceil(mostHeight / height) + 2;
  const first = Math.max(0, Math.min(items.length - seen, Math.floor(top / height) - 4));
  const drawn = items.slice(first, first + seen + 8);
  useLayoutEffect(() => {
    if (focusOn === undefined || box.current === null) return;
    box.current.scrollTop = Math.max(0, focusOn * height - mostHeight / 2);
  }, [focusOn, height, mostHeight]);
  return (
    <section
      ref={box}
      class="rows"
      style={{ maxHeight: `${mostHeight}px` }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <ol style={{ height: `${items.length * height}px` }} aria-label={label}>
        {drawn.map((item, at) => (
          <li
            key={first + at}
            style={{ top: `${(first + at) * height}px`, height: `${height}px` }}
            aria-setsize={items.length}
            aria-posinset={first + at + 1}
          >
            {row(item, first + at)}
          </li>
        ))}
      </ol>
    </section>
  );
}
