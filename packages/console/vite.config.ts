import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Where the console's files are served. */
const BASE = "/console/";

/** One page, its script and its style; nothing is loaded from elsewhere, and nothing is inlined that a strict policy would refuse. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: BASE,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: "es2022",
  },
});
