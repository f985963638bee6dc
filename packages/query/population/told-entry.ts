import type { Entry } from "@change-ledger/model";
import { compareText } from "../order.ts";
import { type DatedBy, type ItemRest, LATE_AFTER_HOURS } from "./item.ts";

/** An entry with its hash, and its place in the log where it has one that is known. */
export interface PopulationEntry {
  readonly entry: Entry;
  readonly hash: string;
  /** Leaf index. */
  readonly leaf?: number | undefined;
}

/** A time, how it is known, and the entry that says so. */
export interface Dated {
  readonly at: string;
  readonly by: DatedBy;
  readonly rest: ItemRest;
}

export function datedBy(by: DatedBy, at: string, { entry, hash, leaf }: PopulationEntry): Dated {
  return { at, by, rest: { seq: entry.seq, hash, ...(leaf === undefined ? {} : { leaf }) } };
}

/** The earlier; of equal times the entry that stands earlier in its chain. */
export function earlierOf(a: Dated | undefined, b: Dated): Dated {
  if (a === undefined) return b;
  return (compareText(a.at, b.at) || a.rest.seq - b.rest.seq || compareText(a.rest.hash, b.rest.hash)) <= 0 ? a : b;
}

const HOUR_MS = 3_600_000;

/** `late`, where the ledger first heard of it long after it happened. */
export function lateness(at: string, recordedAt: string): { late?: true } {
  return Date.parse(recordedAt) - Date.parse(at) > LATE_AFTER_HOURS * HOUR_MS ? { late: true } : {};
}
