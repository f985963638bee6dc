export type LocalCode =
  | "port-in-use"
  | "engine-missing"
  | "engine-failed"
  | "already-running"
  | "bad-codedeploy-file"
  | "bad-deliveries-file"
  | "bad-keys-file"
  | "bad-option"
  | "not-verified"
  | "closed";

/** What `packages/local` throws. `code` is stable; the message says what was expected, what came, and what to do. */
export class LocalError extends Error {
  readonly code: LocalCode;
  constructor(code: LocalCode, message: string) {
    super(message);
    this.name = "LocalError";
    this.code = code;
  }
}

/** What a local service answers when it refuses a call: AWS's own error code and status. */
export class ServiceFault extends Error {
  readonly code: string;
  readonly status: number;
  /** Headers that AWS sends along with the error. */
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: string, status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "ServiceFault";
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}
