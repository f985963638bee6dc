export type ProcedureCode = "not-a-dossier" | "not-an-instant";

/** What `packages/procedure` throws: faults of the caller only. Judgements and faults of a configuration are values. */
export class ProcedureError extends Error {
  readonly code: ProcedureCode;
  constructor(code: ProcedureCode, message: string) {
    super(message);
    this.name = "ProcedureError";
    this.code = code;
  }
}
