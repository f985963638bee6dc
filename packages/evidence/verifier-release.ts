/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "68b92ca6c6d9732ca368afc351ea35737d151be360e0d2db614dc4ca74e98fbf",
} as const;
