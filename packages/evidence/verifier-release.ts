/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "6d2d9044dc40ab404fc4feea40b8d7daf83b4641441d631d7f5873bdc4c6c102",
} as const;
