import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { FUNCTIONS, type FunctionName } from "../../stacks/definitions.ts";
import { functionArn, functionName } from "./names.ts";

export type Handler = (event: unknown, context: Context) => Promise<unknown>;
/** How to come by each function: a lazy import, so that its module reads the environment that the stack has set. */
export type Handlers = Readonly<Record<FunctionName, () => Promise<Handler>>>;

export interface FunctionCounts {
  invocations: number;
  errors: number;
}

/** Runs the functions in this process, each with a context of its own and its timeout. */
export class Functions {
  readonly #load: Handlers;
  readonly #loaded = new Map<FunctionName, Promise<Handler>>();
  readonly counts = new Map<FunctionName, FunctionCounts>();
  readonly #onError: (name: FunctionName, error: unknown) => void;
  /** Handlers that run now, those included whose time is up: they cannot be stopped. */
  running = 0;
  started = 0;

  constructor(load: Handlers, onError: (name: FunctionName, error: unknown) => void) {
    this.#load = load;
    this.#onError = onError;
  }

  /** @throws what the handler throws, or an error when its timeout is over */
  async invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const counts = this.#count(name);
    this.running++;
    this.started++;
    counts.invocations++;
    let timer: NodeJS.Timeout | undefined;
    try {
      const limitMs = FUNCTIONS[name].timeoutSeconds * 1000;
      const run = this.#run(name, event, Date.now() + limitMs).finally(() => this.running--);
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`Task timed out after ${FUNCTIONS[name].timeoutSeconds}.00 seconds`)), limitMs);
      });
      return await Promise.race([run, timeout]);
    } catch (error) {
      counts.errors++;
      this.#onError(name, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when no handler runs, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    for (const limit = Date.now() + limitMs; this.running > 0 && Date.now() < limit; ) await delay(5);
  }

  async #run(name: FunctionName, event: unknown, deadlineMs: number): Promise<unknown> {
    let handler = this.#loaded.get(name);
    if (handler === undefined) {
      handler = this.#load[name]();
      this.#loaded.set(name, handler);
    }
    return (await handler)(event, lambdaContext(name, deadlineMs));
  }

  #count(name: FunctionName): FunctionCounts {
    const counts = this.counts.get(name) ?? { invocations: 0, errors: 0 };
    this.counts.set(name, counts);
    return counts;
  }
}

function lambdaContext(name: FunctionName, deadlineMs: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: functionName(name),
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: String(FUNCTIONS[name].memoryMb),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName(name)}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** Ids of a partial batch response; `undefined` when everything succeeded. @throws Error when the answer is of another shape: Lambda then fails the whole batch */
export function failedItems(answer: unknown): ReadonlySet<string> | undefined {
  if (answer === null || answer === undefined) return undefined;
  const failures = typeof answer === "object" && "batchItemFailures" in answer ? answer.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return undefined;
  if (!Array.isArray(failures)) throw new Error("expected batchItemFailures to be a list");
  const ids = failures.map((failure: unknown) => {
    const id = typeof failure === "object" && failure !== null && "itemIdentifier" in failure ? failure.itemIdentifier : undefined;
    if (typeof id !== "string" || id === "") throw new Error("expected an itemIdentifier in each of batchItemFailures");
    return id;
  });
  return ids.length === 0 ? undefined : new Set(ids);
}
