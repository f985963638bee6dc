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
 * - `not-an-entry`: a leaf that is no entry of the ledger's
 * - `storage-ahead`: something was published or sealed that the lock row does not know of; `storage-differs`: something that is not its history
 * - `wrong-stage`: what the lock row decided cannot be made from its stage
 * - `contended`: others were first, again and again
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
  | "wrong-answer"
  | "not-an-entry"
  | "storage-ahead"
  | "storage-differs"
  | "wrong-stage"
  | "contended";

/** What `packages/log` throws. `code` is stable. Checks throw as well: one whose answer is forgotten must not let anything pass. */
export class LogError extends Error {
  readonly code: LogCode;
  constructor(code: LogCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LogError";
    this.code = code;
  }
}
