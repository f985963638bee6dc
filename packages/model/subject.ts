import * as z from "zod";
import { ModelError } from "./fault.ts";

/** What a chain can belong to. Every event speaks of exactly one subject. */
export const SUBJECT_TYPES = ["change", "commit", "ref", "ticket", "deployment", "incident", "config", "audit", "evidence"] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

/** At most this many UTF-8 bytes: half of DynamoDB's limit for a partition key. */
export const SUBJECT_MAX_BYTES = 1024;

const PATTERN = new RegExp(`^(${SUBJECT_TYPES.join("|")}):[^\\s\\p{Cc}]+$`, "u");

/** `type:id`, for example `change:github/acme/cargo/pull/123`. No white space, no control characters. */
export type Subject = `${SubjectType}:${string}`;

export const subjectSchema = z.custom<Subject>(
  (value) => typeof value === "string" && PATTERN.test(value) && Buffer.byteLength(value) <= SUBJECT_MAX_BYTES,
  `a subject is ${SUBJECT_TYPES.join("|")}, a colon and an id without white space, at most ${SUBJECT_MAX_BYTES} bytes`,
);

/**
 * @param parts path segments of the id, joined by `/`; what a key may not hold (white space, control characters, `%`) is percent-encoded.
 * @throws ModelError `not-a-subject` when the whole is longer than SUBJECT_MAX_BYTES
 */
export function subject(type: SubjectType, ...parts: readonly string[]): Subject {
  const id = parts
    .map((part) => part.replace(/[\s\p{Cc}%]|\p{Surrogate}/gu, (c) => (c.isWellFormed() ? encodeURIComponent(c) : "%EF%BF%BD")))
    .join("/");
  const whole: Subject = `${type}:${id}`;
  if (!subjectSchema.safeParse(whole).success) {
    throw new ModelError(
      "not-a-subject",
      `expected a ${type} id of 1 to ${SUBJECT_MAX_BYTES - type.length - 1} bytes, got ${Buffer.byteLength(id)}`,
    );
  }
  return whole;
}

/** The type before the first colon. */
export function subjectType(of: Subject): SubjectType {
  return of.slice(0, of.indexOf(":")) as SubjectType;
}

/** The id behind the first colon. */
export function subjectId(of: Subject): string {
  return of.slice(of.indexOf(":") + 1);
}

/** The deployment that a change stands for which no recorded push explains: `change:ecs/…` → `deployment:ecs/…`; undefined for a change of any other sort. */
export function unmatchedDeployment(change: Subject): Subject | undefined {
  const id = subjectId(change);
  return subjectType(change) === "change" && /^(?:codedeploy|ecs)\//.test(id) ? `deployment:${id}` : undefined;
}
