import { defineConfig } from "vitest/config";

/** Pure functions and values: these share their modules from file to file, which saves a quarter of their time. */
const PURE = ["model", "sources", "procedure", "scenarios", "query", "evidence", "log", "workpapers"].map(
  (name) => `test/${name}/**/*.test.ts`,
);

/** Run by themselves: see test/long/vitest.config.ts. */
export const LONG = [
  "test/aws/permissions.test.ts",
  "test/drill/**/*.test.ts",
  "test/end-to-end/artifacts.test.ts",
  "test/end-to-end/assessed.test.ts",
  "test/end-to-end/assessed-in-reverse.test.ts",
  "test/end-to-end/failures.test.ts",
  "test/end-to-end/log.test.ts",
  "test/end-to-end/log-crash.test.ts",
  "test/end-to-end/records-and-incidents.test.ts",
  "test/end-to-end/runbooks.test.ts",
  "test/end-to-end/start.test.ts",
  "test/cli/rebuild.test.ts",
  "test/cli/commands.test.ts",
];

export default defineConfig({
  test: {
    // Of two cores vitest would leave one idle; much of what runs here waits for servers of its own.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: PURE,
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/**/*.test.ts"],
          exclude: [...PURE, ...LONG, "test/stacks/**", "test/peers/**", "test/corpus/**", "test/browser/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
