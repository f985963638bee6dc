export type ModelCode = "not-canonical" | "not-an-entry" | "entry-too-large" | "not-a-subject" | "lone-surrogate";

/** What `packages/model` throws. `code` is stable; the message says what was expected, what came, and what to do. */
export class ModelError extends Error {
  readonly code: ModelCode;
  constructor(code: ModelCode, message: string) {
    super(message);
    this.name = "ModelError";
    this.code = code;
  }
}
