/** What is mutated: the procedure, and whatever makes or verifies an entry's bytes, its hash and `prev`. */
export const MUTATED = [
  "packages/procedure/**/*.ts",
  "packages/model/bytes.ts",
  "packages/model/canonical.ts",
  "packages/model/entry.ts",
  "packages/model/plain-json.ts",
  "packages/ledger/verify.ts",
  "packages/log/hash.ts",
] as const;

/** The tests that are to notice. Those of the corpus need what lies outside of the repository. */
export const TESTS = [
  "test/procedure/**/!(corpus).test.ts",
  "test/scenarios/*.test.ts",
  "test/model/*.test.ts",
  "test/ledger/verify.test.ts",
  "test/log/hash.test.ts",
] as const;
