/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "5c4a82648c5043c95fa3f94bdd8f233cf9d8ef86573e4e84bce2ca6c47377d1a",
} as const;
