import * as z from "zod";
import { SourceError } from "./fault.ts";

/** A name that a sender gives: never empty, short enough for an entry. */
export const text = z.string().min(1).max(1024);
/** A name that may be missing; empty is missing. */
export const maybeText = z.string().max(1024).nullish();
/** What whoever wrote a commit chose freely, of any length: a limit here would let them keep a push off the record. It is hashed or searched, never kept. */
export const prose = z.string().nullish();
/** Ids that are numbers today may pass 2^53 tomorrow: they are strings from here on. */
export const id = z.union([z.int().nonnegative(), z.string().regex(/^[\w-]{1,64}$/)]).transform(String);
export const flagged = z.boolean().nullish();
/** A time as the sender writes it; instant.ts reads it. */
export const moment = z.union([z.string().max(64), z.number()]).nullish();
export const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/**
 * Reads the members that `schema` names out of `value`; all others are ignored (senders add fields).
 * @throws SourceError with the path and the broken rule, never the value
 */
export function read<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SourceError(issue?.path.map(String).join(".") || "body", issue === undefined ? "broken rule" : ruleOf(issue));
}

/** Says what was expected from the schema's side only: zod's own messages can quote keys of the input. */
function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "too_big":
      return `expected at most ${issue.maximum} (${issue.origin})`;
    case "too_small":
      return `expected at least ${issue.minimum} (${issue.origin})`;
    case "invalid_format":
      return `expected the format ${issue.format}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}`;
    default:
      return issue.code;
  }
}
