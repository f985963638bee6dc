import type { Outcome, Subject } from "@change-ledger/model";
import type { Recorded } from "../dossier/recorded.ts";

/** An entry that a judgement rests on. */
export interface Rest {
  readonly subject: Subject;
  readonly seq: number;
  readonly hash: string;
}

/** What an audit test says of a change. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Stable name of the reason: the same cause has the same code in every assessment. */
  readonly code: string;
  /** The sentence that an auditor reads. */
  readonly because: string;
  /** What to do, when it is not satisfied. */
  readonly remedy?: string;
  /** In order of subject and seq, each once. */
  readonly restsOn: readonly Rest[];
  /** Of `pending`: when it stops being so, RFC 3339: if nothing has come by then, it is a finding. */
  readonly dueAt?: string;
  /** Of a test of several parts what each says; the worst decides. */
  readonly parts?: readonly Verdict[];
}

type Told = Recorded | undefined | readonly (Recorded | undefined)[];

/** The entries as places, sorted, each once. */
export function rests(...told: readonly Told[]): readonly Rest[] {
  const list: Rest[] = [];
  for (const one of told) {
    if (one === undefined) continue;
    if ("entry" in one) add(list, one);
    else for (const each of one) if (each !== undefined) add(list, each);
  }
  return list.length < 2 ? list : list.sort(compareRests);
}

function add(list: Rest[], { entry: { subject, seq }, hash }: Recorded): void {
  for (const known of list) if (known.seq === seq && known.subject === subject) return;
  list.push({ subject, seq, hash });
}

function compareRests(a: Rest, b: Rest): number {
  return a.subject === b.subject ? a.seq - b.seq : a.subject < b.subject ? -1 : 1;
}

export function satisfied(because: string, ...told: readonly Told[]): Verdict {
  return { outcome: "satisfied", code: "satisfied", because, restsOn: rests(...told) };
}

export function notSatisfied(code: string, because: string, remedy: string, ...told: readonly Told[]): Verdict {
  return { outcome: "not-satisfied", code, because, remedy, restsOn: rests(...told) };
}

export function pending(code: string, because: string, ...told: readonly Told[]): Verdict {
  return { outcome: "pending", code, because, restsOn: rests(...told) };
}

/** Still to come, and due. @param dueAt RFC 3339, UTC, milliseconds */
export function due(code: string, because: string, dueAt: string, ...told: readonly Told[]): Verdict {
  return { outcome: "pending", code, because, dueAt, restsOn: rests(...told) };
}

/** A source that the test needs is not connected or did not answer. */
export function notAssessable(code: string, because: string, remedy: string, ...told: readonly Told[]): Verdict {
  return { outcome: "not-assessable", code, because, remedy, restsOn: rests(...told) };
}

export function notApplicable(code: string, because: string, ...told: readonly Told[]): Verdict {
  return { outcome: "not-applicable", code, because, restsOn: rests(...told) };
}

/** Worst first: what is known to be wrong beats what nobody can tell, and that what is still to come. */
const WEIGHT: Readonly<Record<Outcome, number>> = {
  "not-satisfied": 4,
  "not-assessable": 3,
  pending: 2,
  satisfied: 1,
  "not-applicable": 0,
};

/** The worse of two outcomes. */
export function worse(a: Outcome, b: Outcome): Outcome {
  return WEIGHT[b] > WEIGHT[a] ? b : a;
}

/** One verdict of a test's several parts: the worst decides, and tells of all that is as bad; when all is well it rests on all of them. */
export function all(parts: readonly Verdict[]): Verdict {
  const [only] = parts;
  if (only === undefined) return notApplicable("nothing-to-judge", "There is nothing to judge.");
  if (parts.length === 1) return only;
  let outcome: Outcome = "not-applicable";
  for (const part of parts) outcome = worse(outcome, part.outcome);
  const deciding = parts.filter((part) => part.outcome === outcome);
  const first = deciding[0] ?? only;
  return {
    ...first,
    because: deciding.map((part) => part.because).join(" "),
    restsOn: deciding.length === 1 ? first.restsOn : merged(deciding),
    parts,
  };
}

function merged(parts: readonly Verdict[]): readonly Rest[] {
  const list: Rest[] = [];
  for (const { restsOn } of parts)
    for (const rest of restsOn) if (!list.some((known) => known.seq === rest.seq && known.subject === rest.subject)) list.push(rest);
  return list.sort(compareRests);
}

/** The first letters of a commit, as a sentence names it. */
export function short(sha: string): string {
  return sha.slice(0, 12);
}
