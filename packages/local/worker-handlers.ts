import { Worker } from "node:worker_threads";
import type { Count } from "@change-ledger/ledger";
import type { Context } from "aws-lambda";
import { FUNCTIONS, type FunctionName } from "../../stacks/definitions.ts";
import { HANDLERS } from "./handlers.ts";
import type { Handler, Handlers } from "./lambda.ts";

/** What a worker is asked. */
export interface Asked {
  readonly id: number;
  readonly name: FunctionName;
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly deadlineMs: number;
}

/** Something counted or consumed. */
export type Noted =
  | { readonly count: Parameters<Count>[0]; readonly by: number }
  | { readonly table: string; readonly operation: string; readonly read: number; readonly write: number };

/** What it tells: the end of an invocation, and what was noted since the last. */
export type Told = { readonly id: number; readonly noted: readonly Noted[] } & ({ readonly result: unknown } | { readonly error: string });

export interface Watched {
  readonly count: (name: Parameters<Count>[0], by: number) => void;
  readonly meter: (table: string, operation: string, read: number, write: number) => void;
}

/** Functions that work on queues and the stream; those that answer requests stay with the server. */
const IN_WORKER: readonly FunctionName[] = ["ingest", "project", "lookup", "link", "seal"];

/**
 * The real functions, those behind the queues in a thread of their own: a machine with two cores then works with both, and a function shares nothing with the
 * servers that it calls but the network. The thread starts with the first invocation, when the stack has set the environment.
 */
export function workerHandlers(watched: Watched): { readonly handlers: Handlers; close(): Promise<void> } {
  let worker: Worker | undefined;
  let ids = 0;
  const open = new Map<number, { done(result: unknown): void; fail(error: Error): void }>();

  function start(): Worker {
    const started = new Worker(new URL("./function-worker.ts", import.meta.url), { env: { ...process.env } });
    started.on("message", (told: Told) => {
      for (const noted of told.noted) {
        if ("count" in noted) watched.count(noted.count, noted.by);
        else watched.meter(noted.table, noted.operation, noted.read, noted.write);
      }
      const waiting = open.get(told.id);
      open.delete(told.id);
      if ("error" in told) waiting?.fail(new Error(told.error));
      else waiting?.done(told.result);
    });
    const end = (reason: string) => {
      for (const { fail } of open.values()) fail(new Error(reason));
      open.clear();
      worker = undefined;
    };
    started.on("error", (error) => end(`the functions' thread failed: ${error.message}`));
    started.on("exit", () => end("the functions' thread ended"));
    return started;
  }

  const remote =
    (name: FunctionName): Handler =>
    (event: unknown, { getRemainingTimeInMillis, done: _done, fail: _fail, succeed: _succeed, ...context }: Context) =>
      new Promise((done, fail) => {
        worker ??= start();
        const id = ids++;
        open.set(id, { done, fail });
        const deadlineMs = Date.now() + (getRemainingTimeInMillis?.() ?? FUNCTIONS[name].timeoutSeconds * 1000);
        const asked: Asked = { id, name, event, context, deadlineMs };
        worker.postMessage(asked);
      });

  const remotes = Object.fromEntries(IN_WORKER.map((name) => [name, async () => remote(name)]));
  return {
    handlers: { ...HANDLERS, ...remotes },
    async close() {
      await worker?.terminate();
    },
  };
}
