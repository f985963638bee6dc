/**
 * - `usage`: a command that cannot be understood, or that lacks what it needs
 * - `unreadable`: a file, folder or URL that cannot be read as what it was given for; also one larger than anything of its kind can be
 * - `refused`: something stands where a command would write
 * - `gave-up`: a server that did not answer in time or kept failing
 */
export type CliCode = "usage" | "unreadable" | "refused" | "gave-up";

/** What `packages/cli` throws; all of it ends a command with exit code 2. What a verifier finds wrong is a `Fault`: a value. */
export class CliError extends Error {
  readonly code: CliCode;
  constructor(code: CliCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.code = code;
  }
}
