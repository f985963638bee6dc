/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "6b0c20720f46474c0c6629afcbb09ceccbfe69cd054ec65b9d0f7d04b90ccc2c",
} as const;
