import { type Entry, type Subject, subjectId } from "@change-ledger/model";
import { reconciledKey, UNRESOLVED_KEY, verifiedKey } from "./link-keys.ts";
import type { LinkStore } from "./ports.ts";

/** Checks of the record itself, as `verified` entries name them. */
const CHECKS = ["normalisation", "chains", "log", "evidence"] as const;

/** Where an entry lies that tells of a run, or of a look-up that gave up. */
export interface RunPlace {
  readonly subject: Subject;
  readonly seq: number;
}

/** A list that is compared with the ledger, and an instant that the comparison should hold. */
export interface Listed {
  readonly system: string;
  readonly scope: string;
  readonly at: string;
}

/** Enters runs that verified the record or compared it with somebody else's list, and look-ups that gave up, so that the latest are found; doing it again changes nothing. */
export async function noteRuns(links: Pick<LinkStore, "note">, entries: readonly Entry[]): Promise<void> {
  const notes = entries.flatMap((entry) => {
    // Of several of one time the one that was recorded last is the greatest.
    const place = `${String(entry.seq).padStart(12, "0")} ${entry.subject}`;
    switch (entry.kind) {
      case "verified":
        return [[verifiedKey(entry.facts.check), entry.recordedAt, place] as const];
      case "reconciled":
        return [[reconciledKey(entry.facts.system, entry.facts.scope), entry.facts.from, place] as const];
      case "unresolved":
        return [[UNRESOLVED_KEY, entry.recordedAt, place] as const];
      default:
        return [];
    }
  });
  await Promise.all(notes.map(([key, at, place]) => links.note(key, at, place)));
}

/** The latest run of each check that was recorded by an instant (RFC 3339, UTC, ms). */
export async function verifiedBy(links: Pick<LinkStore, "latestBefore">, asOf: string): Promise<readonly RunPlace[]> {
  const found = await Promise.all(CHECKS.map((check) => links.latestBefore(verifiedKey(check), justAfter(asOf))));
  return found.flatMap(placeOf);
}

/** The last comparison of each list that begins before its instant: it holds the instant, or says how far they have come. */
export async function reconciledFor(links: Pick<LinkStore, "latestBefore">, lists: readonly Listed[]): Promise<readonly RunPlace[]> {
  const found = await Promise.all(lists.map(({ system, scope, at }) => links.latestBefore(reconciledKey(system, scope), justAfter(at))));
  return found.flatMap(placeOf);
}

/** Subjects in which a run found something wrong. */
export function faultyOf(entry: Entry): readonly Subject[] {
  switch (entry.kind) {
    case "verified":
      return [...new Set(entry.facts.faults.map(({ subject }) => subject))];
    case "reconciled":
      return entry.facts.unlisted.filter((one) => one.startsWith("deployment:")) as Subject[];
    default:
      return [];
  }
}

/** `latestBefore` answers what lies strictly before. */
function justAfter(at: string): string {
  return new Date(Date.parse(at) + 1).toISOString();
}

/** The place that was noted; none for anything else. */
export function placeOf(text: string | undefined): RunPlace[] {
  if (text === undefined) return [];
  const [seq = "", subject = ""] = text.split(" ");
  return subjectId(subject as Subject) === "" ? [] : [{ subject: subject as Subject, seq: Number(seq) }];
}
