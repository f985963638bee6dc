import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The console in a real Chromium, on the demonstration's data: one stack and one browser a file. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    name: "browser",
    include: ["test/browser/*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
