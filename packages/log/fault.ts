/**
 * - `not-canonical`: bytes or text that are not the one spelling of anything
 * - `not-a-hash`: not 32 bytes
 * - `out-of-range`: an argument that no tree, tile or log can have
 * - `not-included`, `not-consistent`: a proof that proves nothing
 * - `bad-signature`: a known key's signature that is not its; `not-signed`: no signature of a known key
 * - `retired-key`: a known key's signature from outside the time in which it vouches
 * - `ambiguous-key`: two keys under one name and id
 * - `wrong-origin`: a checkpoint of another log
 * - `wrong-tile`: a tile or bundle that is not the tree's; `wrong-answer`: a reader or signer that broke its contract
 */
export type LogCode =
  | "not-canonical"
  | "not-a-hash"
  | "out-of-range"
  | "not-included"
  | "not-consistent"
  | "bad-signature"
  | "not-signed"
  | "retired-key"
  | "ambiguous-key"
  | "wrong-origin"
  | "wrong-tile"
  | "wrong-answer";

/** What `packages/log` throws. `code` is stable. Checks throw as well: one whose answer is forgotten must not let anything pass. */
export class LogError extends Error {
  readonly code: LogCode;
  constructor(code: LogCode, message: string) {
    super(message);
    this.name = "LogError";
    this.code = code;
  }
}
