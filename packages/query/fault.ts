/**
 * `contended`: another projector was first, round after round. `gap`: the ledger does not give an entry yet that its chain needs. Come again, of both.
 * `not-a-period`, `not-a-scope`: instants or a span, or patterns, that are none. `not-an-item`, `not-a-certificate`, `not-a-sample`: bytes or questions of another form.
 * `population-differs`: items that are not the ones which were certified.
 */
export type QueryCode =
  | "contended"
  | "gap"
  | "not-a-period"
  | "not-a-scope"
  | "not-an-item"
  | "not-a-certificate"
  | "not-a-sample"
  | "population-differs";

/** What `packages/query` throws. `code` is stable. */
export class QueryError extends Error {
  readonly code: QueryCode;
  constructor(code: QueryCode, message: string) {
    super(message);
    this.name = "QueryError";
    this.code = code;
  }
}
