import { Worker } from "node:worker_threads";
import type { Count } from "@change-ledger/ledger";
import type { Context } from "aws-lambda";
import { FUNCTIONS, type FunctionName } from "../../stacks/definitions.ts";
import { HANDLERS } from "./handlers.ts";
import type { Handlers } from "./lambda.ts";

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

/**
 * Functions that work on queues and the stream, by the threads that run them; those that answer requests stay with the server. Who seals has the most to compute, and
 * two batches in hand at once: the first thread that is free takes one. More threads would cost more than they bring: each compiles all that it runs for itself.
 */
const THREADS: readonly (readonly FunctionName[])[] = [["ingest", "lookup", "link"], ["seal"], ["project", "sequence", "seal", "assess"]];

/**
 * The real functions, those behind the queues in threads of their own: a machine's cores are then all of use, and a function shares nothing with the
 * servers that it calls but the network. A thread starts with the first invocation, when the stack has set the environment.
 */
export function workerHandlers(watched: Watched): { readonly handlers: Handlers; close(): Promise<void> } {
  const threads = THREADS.map((names) => new FunctionThread(names, watched));
  const remotes = Object.fromEntries(
    THREADS.flat().map((name) => {
      const able = threads.filter(({ names }) => names.includes(name));
      return [name, async () => (event: unknown, context: Context) => leastBusy(able, name).run(name, event, context)];
    }),
  );
  return {
    handlers: { ...HANDLERS, ...remotes },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** Invocations of the function itself weigh first: the others of its thread may be short ones. */
function leastBusy(threads: readonly FunctionThread[], name: FunctionName): FunctionThread {
  return threads.reduce((a, b) => ((b.busyWith(name) - a.busyWith(name) || b.busy - a.busy) < 0 ? b : a));
}

class FunctionThread {
  readonly names: readonly FunctionName[];
  readonly #watched: Watched;
  readonly #open = new Map<number, { readonly name: FunctionName; done(result: unknown): void; fail(error: Error): void }>();
  #worker: Worker | undefined;
  #ids = 0;

  constructor(names: readonly FunctionName[], watched: Watched) {
    this.names = names;
    this.#watched = watched;
  }

  /** Invocations in its hands. */
  get busy(): number {
    return this.#open.size;
  }

  busyWith(name: FunctionName): number {
    return this.#open.values().reduce((sum, open) => (open.name === name ? sum + 1 : sum), 0);
  }

  run(
    name: FunctionName,
    event: unknown,
    { getRemainingTimeInMillis, done: _done, fail: _fail, succeed: _succeed, ...context }: Context,
  ): Promise<unknown> {
    return new Promise((done, fail) => {
      this.#worker ??= this.#start();
      const id = this.#ids++;
      this.#open.set(id, { name, done, fail });
      const deadlineMs = Date.now() + (getRemainingTimeInMillis?.() ?? FUNCTIONS[name].timeoutSeconds * 1000);
      const asked: Asked = { id, name, event, context, deadlineMs };
      this.#worker.postMessage(asked);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const started = new Worker(new URL("./function-worker.ts", import.meta.url), { env: { ...process.env } });
    started.on("message", (told: Told) => this.#take(told));
    started.on("error", (error) => this.#end(`the functions' thread failed: ${error.message}`));
    started.on("exit", () => this.#end("the functions' thread ended"));
    return started;
  }

  #take(told: Told): void {
    for (const noted of told.noted) {
      if ("count" in noted) this.#watched.count(noted.count, noted.by);
      else this.#watched.meter(noted.table, noted.operation, noted.read, noted.write);
    }
    const waiting = this.#open.get(told.id);
    this.#open.delete(told.id);
    if ("error" in told) waiting?.fail(new Error(told.error));
    else waiting?.done(told.result);
  }

  #end(reason: string): void {
    for (const { fail } of this.#open.values()) fail(new Error(reason));
    this.#open.clear();
    this.#worker = undefined;
  }
}
