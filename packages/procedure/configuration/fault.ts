/** Why a configuration is refused. */
export type FaultCode =
  | "too-large"
  | "not-yaml"
  | "not-the-form"
  | "unknown-member"
  | "unknown-role"
  | "unknown-person"
  | "unknown-team"
  | "unknown-test"
  | "unknown-procedure"
  | "unknown-control"
  | "named-twice"
  | "claimed-twice"
  | "overlapping-repositories"
  | "expired-waiver"
  | "empty-period";

/** One fault of a configuration's text, at the place where it has to be mended. */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Path of the member: `people.3.accounts.github.0`. */
  readonly field: string;
  readonly code: FaultCode;
  /** What was expected and what is there, in one sentence. */
  readonly reason: string;
}

/** A fault before it has a place in the text. */
export interface FieldFault {
  readonly path: readonly (string | number)[];
  readonly code: FaultCode;
  readonly reason: string;
}
