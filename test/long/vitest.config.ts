import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LONG } from "../../vitest.config.ts";

/** What takes half a minute of a core and more by itself: the tamper drill, a log whose every call fails, `npm start`, an audit, the runbooks. Needs npm alone. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: { name: "long", include: LONG, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000 },
});
