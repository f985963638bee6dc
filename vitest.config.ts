import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/stacks/**", "test/peers/**", "test/corpus/**", "test/browser/**"],
    // Of two cores vitest would leave one idle; much of what runs here waits for servers of its own.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
