/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "2663e4265390e69f079aa40c2c3cb3d8303b118e5779fd891766f498d8271e5a",
} as const;
