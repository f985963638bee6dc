import type { MemoryStore } from "../log/memory-log.ts";

/** A log's files as an auditor's mirror holds them, below one prefix. */
export function mirrorOf({ tiles, sealed, current }: MemoryStore): Map<string, Uint8Array> {
  const hours = [...sealed].map(([hour, note]) => [hourPath(hour), note] as const);
  return new Map([...tiles, ...hours, ...(current === undefined ? [] : [["checkpoint", current.note] as const])]);
}

/** `2026-11-21T22` as the mirror's path of that hour. */
export function hourPath(hour: string): string {
  return `hours/${hour.replace(/[-T]/g, "/")}`;
}

/** The hours of a mirror, in order. */
export function hoursOf(files: ReadonlyMap<string, Uint8Array>): string[] {
  return [...files.keys()]
    .flatMap((path) => {
      const parts = /^hours\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)$/.exec(path);
      return parts === null ? [] : [`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`];
    })
    .sort();
}
