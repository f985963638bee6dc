import type { SealedEntry, Subject } from "@change-ledger/model";
import { evolve, type Summary } from "./evolve.ts";

/**
 * A chain's summary by what had been recorded at `asOf`; undefined: nothing had been. What other chains tell of the subject (its bundles, a rollback's name, the push
 * that it stands on) is not in it.
 * @param entries of the chain, from its beginning on, in order
 * @param asOf RFC 3339, UTC, milliseconds
 */
export function summaryThen(subject: Subject, entries: readonly SealedEntry[], asOf: string): Summary | undefined {
  let state: Summary | undefined;
  for (const sealed of entries) {
    if (sealed.entry.recordedAt > asOf) break;
    const folded = evolve(subject, state, sealed);
    if (folded !== undefined && "state" in folded) state = folded.state;
  }
  return state;
}
