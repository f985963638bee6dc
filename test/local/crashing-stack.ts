import { startLocalStack } from "../../packages/local/index.ts";
import { trivialFunctions } from "./trivial-functions.ts";

/** Run by a test as a process of its own: takes deliveries, never finishes them, and is killed. Prints its address. */
const { handlers } = trivialFunctions((name) => {
  if (name === "ingest") throw new Error("never");
});
const stack = await startLocalStack({ dataDir: process.argv[2] ?? "", handlers });
process.stdout.write(`${stack.url}\n`);
