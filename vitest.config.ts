import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/stacks/**", "test/peers/**", "test/corpus/**", "test/browser/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
