/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "6922f59ae630c56db2249ffe9e5405982677fa00cdeb8c62416dca99af94a335",
} as const;
