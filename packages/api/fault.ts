export type ApiCode = "invalid" | "unauthenticated" | "forbidden" | "not-found" | "method-not-allowed" | "not-yet";

/** Which part of a request broke which rule. */
export interface Violation {
  readonly field: string;
  readonly rule: string;
}

const STATUS = { invalid: 400, unauthenticated: 401, forbidden: 403, "not-found": 404, "method-not-allowed": 405, "not-yet": 503 } as const;
const TITLE: Readonly<Record<ApiCode, string>> = {
  invalid: "The request breaks a rule",
  unauthenticated: "A token is needed",
  forbidden: "The token does not allow this",
  "not-found": "Nothing is on record here",
  "method-not-allowed": "This can only be read",
  "not-yet": "The log does not cover this yet",
};

/** What the API answers instead of what was asked for. `code` is stable and names the problem's type. */
export class ApiError extends Error {
  readonly code: ApiCode;
  readonly violations: readonly Violation[];
  constructor(code: ApiCode, message: string, violations: readonly Violation[] = []) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.violations = violations;
  }
  get status(): (typeof STATUS)[ApiCode] {
    return STATUS[this.code];
  }
  get title(): string {
    return TITLE[this.code];
  }
}
