import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Half a year of real deliveries through the whole pipeline, again and again: `CORPUS_SEEDS=20` for every seed. Each replay takes a while. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    name: "corpus",
    include: ["test/corpus/*.test.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
