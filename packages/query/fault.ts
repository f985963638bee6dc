/** `contended`: another projector was first, round after round. `gap`: the ledger does not give an entry yet that its chain needs. Come again, of both. */
export type QueryCode = "contended" | "gap";

/** What `packages/query` throws. `code` is stable. */
export class QueryError extends Error {
  readonly code: QueryCode;
  constructor(code: QueryCode, message: string) {
    super(message);
    this.name = "QueryError";
    this.code = code;
  }
}
