import { parentPort } from "node:worker_threads";
import type { Context } from "aws-lambda";
import type { FunctionName } from "../../stacks/definitions.ts";
import { HANDLERS } from "./handlers.ts";
import type { Asked, Noted, Told } from "./worker-handlers.ts";

/** The other side of worker-handlers.ts: runs functions in a thread of their own, as Lambda runs them in a process of their own. */
const port = parentPort;
if (port === null) throw new Error("function-worker.ts runs as a worker thread");
const tell = (told: Told) => port.postMessage(told);

// A message a call would cost more than the call's accounting is worth: what was counted goes with the end of an invocation.
let noted: Noted[] = [];
const { watch } = await import("@change-ledger/aws/observe.ts");
watch({
  count: (name, by) => noted.push({ count: name, by }),
  meter: (table, operation, read, write) => noted.push({ table, operation, read, write }),
});
const takeNoted = (): readonly Noted[] => {
  const taken = noted;
  noted = [];
  return taken;
};

port.on("message", async ({ id, name, event, context, deadlineMs }: Asked) => {
  const { [name as FunctionName]: load } = HANDLERS;
  const lambda = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()) } as Context;
  try {
    const result = await (await load())(event, lambda);
    tell({ id, result, noted: takeNoted() });
  } catch (error) {
    tell({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : "unknown", noted: takeNoted() });
  }
});
