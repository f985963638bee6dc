import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Where the console's files are served. */
const BASE = "/console/";

const platform = (file: string): string => fileURLToPath(new URL(`platform/${file}`, import.meta.url));

/** One page, its script and its style; nothing is loaded from elsewhere, and nothing is inlined that a strict policy would refuse. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: BASE,
  oxc: { jsx: { runtime: "automatic", importSource: "preact", development: false } },
  // The packages that make working papers compute with these modules of Node's; a browser has them from here.
  resolve: { alias: { "node:crypto": platform("crypto.ts"), "node:zlib": platform("zlib.ts") } },
  worker: { format: "es" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    target: "es2022",
  },
});
