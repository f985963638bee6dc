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

const NOTHING: readonly Rest[] = Object.freeze([]);

/** The entries as places, sorted, each once. */
export function rests(...told: readonly Told[]): readonly Rest[] {
  let list: Rest[] | undefined;
  for (const one of told) {
    if (one === undefined) continue;
    if (!isList(one)) list = withRest(list, restOf(one));
    else for (const each of one) if (each !== undefined) list = withRest(list, restOf(each));
  }
  return list ?? NOTHING;
}

function restOf({ entry: { subject, seq }, hash }: Recorded): Rest {
  return { subject, seq, hash };
}

function isList(one: Recorded | readonly (Recorded | undefined)[]): one is readonly (Recorded | undefined)[] {
  return Array.isArray(one);
}

/** Puts it in its place, unless it is there: verdicts rest on a few entries as a rule, mostly on one or two, whose order is nearly the right one already. */
function withRest(list: Rest[] | undefined, rest: Rest): Rest[] {
  if (list === undefined) return [rest];
  const { subject, seq } = rest;
  let at = list.length;
  for (; at > 0; at--) {
    const before = list[at - 1] as Rest;
    if (before.subject === subject ? before.seq <= seq : before.subject < subject) {
      if (before.seq === seq && before.subject === subject) return list;
      break;
    }
  }
  // Stryker disable next-line all: a pair made as such takes less than splicing, and an eighth of the memory
  if (list.length === 1) return at === 1 ? [list[0] as Rest, rest] : [rest, list[0] as Rest];
  // Stryker disable next-line ConditionalExpression: splicing at the end is pushing, and takes longer
  if (at === list.length) list.push(rest);
  else list.splice(at, 0, rest);
  return list;
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

/** The worst last: what is known to be wrong beats what nobody can tell, and that what is still to come. */
export const BY_WEIGHT: readonly Outcome[] = ["not-applicable", "satisfied", "pending", "not-assessable", "not-satisfied"];

/** Its place among them. */
export function weightOf(outcome: Outcome): number {
  return BY_WEIGHT.indexOf(outcome);
}

/** The worst of all; of none there is nothing to judge. */
export function worstOf(list: readonly { readonly outcome: Outcome }[]): Outcome {
  let at = 0;
  for (const { outcome } of list) at = Math.max(at, weightOf(outcome));
  return BY_WEIGHT[at] as Outcome;
}

/** The worse of two outcomes. */
export function worse(a: Outcome, b: Outcome): Outcome {
  return weightOf(a) < weightOf(b) ? b : a;
}

/** One verdict of a test's several parts: the worst decides, and tells of all that is as bad; when all is well it rests on all of them. */
export function all(parts: readonly Verdict[]): Verdict {
  const [only] = parts;
  if (only === undefined) return notApplicable("nothing-to-judge", "There is nothing to judge.");
  if (parts.length === 1) return only;
  let worst = only;
  for (const part of parts) if (part.outcome !== worst.outcome && worse(worst.outcome, part.outcome) === part.outcome) worst = part;
  const deciding = parts.filter(({ outcome }) => outcome === worst.outcome);
  return {
    ...worst,
    because: deciding.reduce((words, { because }) => (words === "" ? because : `${words} ${because}`), ""),
    // Stryker disable next-line ConditionalExpression: what one rests on is in order already
    restsOn: deciding.length === 1 ? worst.restsOn : merged(deciding),
    parts,
  };
}

function merged(parts: readonly Verdict[]): readonly Rest[] {
  let list: Rest[] | undefined;
  for (const { restsOn } of parts) for (const rest of restsOn) list = withRest(list, rest);
  return list ?? NOTHING;
}

/** The first letters of a commit, as a sentence names it. */
export function short(sha: string): string {
  return sha.slice(0, 12);
}
