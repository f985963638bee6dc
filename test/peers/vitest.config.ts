import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Our artefacts and engines beside programs that others wrote, which are fetched into `.peers/` on first use. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    name: "peers",
    include: ["test/peers/*.test.ts"],
    // Two files must not install the same peer at once.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 960_000,
  },
});
