export type AwsCode =
  | "ledger-write-refused"
  | "batch-incomplete"
  | "bus-refused"
  | "queue-refused"
  | "corrupt-item"
  | "model-write-refused"
  | "log-write-refused"
  | "not-configured";

/** What the adapters throw besides the SDK's own errors. `code` is stable. */
export class AwsError extends Error {
  readonly code: AwsCode;
  constructor(code: AwsCode, message: string) {
    super(message);
    this.name = "AwsError";
    this.code = code;
  }
}
