/**
 * - `unreadable`: a file, or a server's answer, that is not what it has to be
 * - `refused`: what stands where papers are made is of another audit; or the server does not let this reader read what they are made of
 * - `gave-up`: what was put on record did not come into the log in time
 * - `too-large`: more than is made here
 */
export type WorkpapersCode = "unreadable" | "refused" | "gave-up" | "too-large";

/** What `packages/workpapers` throws. */
export class WorkpapersError extends Error {
  readonly code: WorkpapersCode;
  constructor(code: WorkpapersCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "WorkpapersError";
    this.code = code;
  }
}
