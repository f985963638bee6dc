/** What `packages/sources` throws: `unparsed` for input that breaks a rule, `unknown-source` for a system that the registry does not hold. */
export type SourceCode = "unparsed" | "unknown-source";

/**
 * A delivery that cannot become a fact. `field` is a path of names that we chose (never a key that the sender chose) and `rule` says
 * what was expected there; neither holds text of the payload, so both may be logged and recorded.
 */
export class SourceError extends Error {
  readonly code: SourceCode;
  readonly field: string;
  readonly rule: string;
  constructor(field: string, rule: string, code: SourceCode = "unparsed") {
    super(`${field}: ${rule}`);
    this.name = "SourceError";
    this.code = code;
    this.field = field;
    this.rule = rule;
  }
}
