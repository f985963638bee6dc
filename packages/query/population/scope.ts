import { SCOPE_MAX, type Subject, subjectId } from "@change-ledger/model";
import { compareText } from "../order.ts";

/** Segments, `*` for any one of them: `github/acme/cargo`, `github/acme/*`, `codedeploy/123456789012`. */
const PATTERN = /^(?:\*|[^\s/*\p{Cc}]{1,256})(?:\/(?:\*|[^\s/*\p{Cc}]{1,256})){0,5}$/u;

/** Whether these are patterns that a population can be restricted to: sorted, each once, so that a scope has one spelling. */
export function isScope(patterns: readonly string[]): boolean {
  return (
    patterns.length > 0 &&
    patterns.length <= SCOPE_MAX &&
    patterns.every((one, at) => PATTERN.test(one) && (at === 0 || compareText(patterns[at - 1] ?? "", one) < 0))
  );
}

/** Whether a subject's id begins with the segments of one of the patterns; without any, always. */
export function inScope(patterns: readonly string[] | undefined, subject: Subject): boolean {
  if (patterns === undefined) return true;
  const segments = subjectId(subject).split("/");
  return patterns.some((pattern) =>
    pattern.split("/").every((one, at) => segments[at] !== undefined && (one === "*" || one === segments[at])),
  );
}
