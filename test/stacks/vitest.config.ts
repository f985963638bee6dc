import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** The stacks under Pulumi's mocks. A project of its own: Pulumi keeps its state in globals and SST calls process.chdir(). */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: {
    // One copy of the Pulumi SDKs, also after a real deployment has put others into .sst/platform/node_modules.
    alias: [{ find: /^(@pulumi(verse)?\/.+)$/, replacement: `${modules}$1` }],
  },
  test: {
    globalSetup: fileURLToPath(new URL("built.ts", import.meta.url)),
    name: "stacks",
    include: ["test/stacks/*.test.ts"],
    pool: "forks",
    // One process and one module graph: each stage is synthesised once for all files.
    isolate: false,
    fileParallelism: false,
    hookTimeout: 120_000,
    testTimeout: 60_000,
  },
});
