/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "34b80d9c89fdf10feec1586ac1c1698e0c4c3cdda30ad003122d053f41961d42",
} as const;
