/**
 * The verifier that the bags' README names: one file, published apart from the evidence. A test builds it and holds this digest to what was built. Nothing that
 * is part of that file may import this one: no file holds its own hash.
 */
export const VERIFIER = {
  file: "verify.mjs",
  version: "1",
  sha256: "b6c2c5a27c995ff17b1b1c5eb28a32d75105d2523ce4a3583376b6748b42f7e6",
} as const;
