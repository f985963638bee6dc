export type LedgerCode = "contended" | "not-decodable" | "too-long" | "store";

/** What `packages/ledger` throws. `code` is stable. */
export class LedgerError extends Error {
  readonly code: LedgerCode;
  constructor(code: LedgerCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LedgerError";
    this.code = code;
  }
}
