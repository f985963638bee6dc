import type { Scope } from "./principals.ts";

/** Which part of a request broke which rule. */
export interface Violation {
  readonly field: string;
  readonly rule: string;
}

/** Each problem's HTTP status and title; docs/api.md says more of each. */
export const PROBLEMS = {
  invalid: { status: 400, title: "The request breaks a rule" },
  unauthenticated: { status: 401, title: "A token is needed" },
  forbidden: { status: 403, title: "The token does not allow this" },
  "not-found": { status: 404, title: "Nothing is on record here" },
  "method-not-allowed": { status: 405, title: "This path does not take this method" },
  "not-acceptable": { status: 406, title: "This does not fit an answer" },
  "too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body is of another type" },
  "not-yet": { status: 503, title: "The log does not cover this yet" },
  "not-recorded": { status: 503, title: "This could not be put on record, and so is not done" },
} as const;
export type ApiCode = keyof typeof PROBLEMS;

/** What the API answers instead of what was asked for. `code` is stable and names the problem's type. */
export class ApiError extends Error {
  readonly code: ApiCode;
  readonly violations: readonly Violation[];
  /** What the caller lacks. */
  readonly scope: Scope | undefined;
  /** Methods that the path takes. */
  readonly allow: readonly string[];
  constructor(code: ApiCode, message: string, violations: readonly Violation[] = [], scope?: Scope, allow: readonly string[] = []) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.violations = violations;
    this.scope = scope;
    this.allow = allow;
  }
  get status(): (typeof PROBLEMS)[ApiCode]["status"] {
    return PROBLEMS[this.code].status;
  }
  get title(): string {
    return PROBLEMS[this.code].title;
  }
}
