import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Where the console stands below the origin. */
const BASE = "/console";

/** What is open: the path below the console, decoded part by part, and its query. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

function placeOf(pathname: string, search: string): Place {
  const below = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  const parts = below
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return { parts, query: new URLSearchParams(search) };
}

const MOVED = "change-ledger:moved";

/** Opens a page without loading anew. */
export function go(path: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(MOVED));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.pathname, location.search));
  useEffect(() => {
    const onMoved = () => setPlace(placeOf(location.pathname, location.search));
    addEventListener("popstate", onMoved);
    addEventListener(MOVED, onMoved);
    return () => {
      removeEventListener("popstate", onMoved);
      removeEventListener(MOVED, onMoved);
    };
  }, []);
  return place;
}

/** Changes one part of the query of the page that is open, and keeps the rest. */
export function withQuery(changes: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return `${location.pathname}${text === "" ? "" : `?${text}`}`;
}

interface LinkProps {
  readonly to: string;
  readonly children?: ComponentChildren;
  readonly class?: string | undefined;
  readonly title?: string | undefined;
  /** The page that is open. */
  readonly current?: boolean;
}

/** A link within the console: a real one, so that it can be opened in another tab. */
export function Link({ to, children, class: name, title, current = false }: LinkProps) {
  return (
    <a
      class={name}
      title={title}
      aria-current={current ? "page" : undefined}
      href={to}
      onClick={(event) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

/** The page of a subject; undefined where the console has none. */
export function pageOf(subject: string): string {
  const at = subject.indexOf(":");
  const [type, id] = [subject.slice(0, at), subject.slice(at + 1)];
  const path = id.split("/").map(encodeURIComponent).join("/");
  switch (type) {
    case "change":
      return `${BASE}/changes/${path}`;
    case "deployment":
      return `${BASE}/deployments/${path}`;
    default:
      return `${BASE}/chains/${encodeURIComponent(type)}/${path}`;
  }
}
