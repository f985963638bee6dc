const HOUR_MS = 60 * 60 * 1000;

/** `at` moved on by `hours`: RFC 3339, UTC, milliseconds. */
export function after(at: string, hours: number): string {
  return new Date(Date.parse(at) + hours * HOUR_MS).toISOString();
}
