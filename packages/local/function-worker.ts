import { parentPort } from "node:worker_threads";
import type { Context } from "aws-lambda";
import type { FunctionName } from "../../stacks/definitions.ts";
import { HANDLERS } from "./handlers.ts";
import type { Asked, Told } from "./worker-handlers.ts";

/** The other side of worker-handlers.ts: runs functions in a thread of their own, as Lambda runs them in a process of their own. */
const port = parentPort;
if (port === null) throw new Error("function-worker.ts runs as a worker thread");
const tell = (told: Told) => port.postMessage(told);

const { watch } = await import("@change-ledger/aws/observe.ts");
watch({
  count: (name, by) => tell({ count: name, by }),
  meter: (table, operation, read, write) => tell({ table, operation, read, write }),
});

port.on("message", async ({ id, name, event, context, deadlineMs }: Asked) => {
  const { [name as FunctionName]: load } = HANDLERS;
  const lambda = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()) } as Context;
  try {
    tell({ id, result: await (await load())(event, lambda) });
  } catch (error) {
    tell({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : "unknown" });
  }
});
