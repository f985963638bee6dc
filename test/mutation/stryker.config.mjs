import { fileURLToPath } from "node:url";
import { MUTATED } from "./scope.ts";

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

/** `npm run test:mutation`; see docs/mutation.md. */
export default {
  plugins: [beside("runner.ts"), beside("prose.ts")],
  testRunner: "in-process",
  coverageAnalysis: "perTest",
  mutate: MUTATED,
  ignorers: ["prose"],
  // Nobody reads the types of mutants: Node strips them. There is no such file, so that none is rewritten.
  tsconfigFile: "none.json",
  tempDirName: ".change-ledger/mutation/sandbox",
  ignorePatterns: [
    ".change-ledger",
    ".peers",
    ".sst",
    "stacks",
    "functions",
    "packages/console",
    "test/browser",
    "test/end-to-end",
    "coverage",
    "*.log",
  ],
  reporters: ["clear-text", "json", "html", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportMutants: false, skipFull: true },
  jsonReporter: { fileName: ".change-ledger/mutation/report.json" },
  htmlReporter: { fileName: ".change-ledger/mutation/report.html" },
  thresholds: { high: 98, low: 95, break: 95 },
  concurrency: 1,
  timeoutMS: 300_000,
  cleanTempDir: "always",
  allowConsoleColors: false,
  warnings: { slow: false },
};
