/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "5a8826c3c19a1a5b1fb61463d6a9802192fd3bfa3a5e0d40c1cc3ab72672420c",
} as const;
