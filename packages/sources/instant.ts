import { SourceError } from "./fault.ts";

/** ISO 8601 as the senders write it: RFC 3339, and Jira's offset without a colon (`+0800`). */
const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How a sender writes numbers that are times. */
export type EpochUnit = "seconds" | "milliseconds";

/**
 * The instant as RFC 3339, UTC, milliseconds (further digits are cut off).
 * @param field whose value it is, for the error
 * @throws SourceError when it is no date, or lies outside the years 1970 to 9999
 */
export function instantOf(value: string | number, field: string, unit: EpochUnit = "seconds"): string {
  const ms = typeof value === "number" ? Math.trunc(unit === "seconds" ? value * 1000 : value) : writtenMs(value);
  if (ms === undefined || Number.isNaN(ms)) throw new SourceError(field, "expected a date and time with an offset (RFC 3339)");
  if (ms < EARLIEST || ms > LATEST) throw new SourceError(field, "expected a date from 1970 to 9999");
  return new Date(ms).toISOString();
}

/** The same for a field that may be missing: the first of `values` that is there. */
export function firstInstant(field: string, ...values: readonly (string | number | null | undefined)[]): string | undefined {
  const value = values.find((candidate) => candidate !== null && candidate !== undefined && candidate !== "");
  return value === undefined || value === null ? undefined : instantOf(value, field);
}

function writtenMs(text: string): number | undefined {
  const parts = WRITTEN.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  // RFC 3339 allows the leap second :60; it counts as the second after.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetHours = Number(parts[9] ?? 0);
  const offsetMinutes = Number(parts[10] ?? 0);
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (parts[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  const fraction = Number(`${parts[7] ?? ""}000`.slice(0, 3));
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
}
