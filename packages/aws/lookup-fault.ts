import type { LookupCode } from "@change-ledger/sources";

/** A look-up without an answer. The message names the operation and the sender's error code, never what it answered. */
export class LookupError extends Error {
  readonly code: LookupCode;
  constructor(code: LookupCode, message: string) {
    super(message);
    this.name = "LookupError";
    this.code = code;
  }
}
