import type { SQSEvent, SQSRecord } from "aws-lambda";
import type { FunctionName } from "../../stacks/definitions.ts";
import type { EventSource } from "./event-source.ts";
import { type Functions, failedItems } from "./lambda.ts";
import { queueArn, REGION } from "./names.ts";
import type { Message } from "./queue.ts";
import { type QueueStore, receiptHandle } from "./queue-store.ts";
import { systemAttributes } from "./sqs-message.ts";

export interface QueueSourceSettings {
  readonly function: FunctionName;
  readonly queue: string;
  readonly batch: number;
  readonly windowSeconds: number;
  /** Batches in the function's hands at once. */
  readonly concurrency: number;
}

const BACKOFF_FIRST_SECONDS = 0.1;
const BACKOFF_MOST_SECONDS = 30;
const IDLE_MS = 20_000;

/** Lambda's event source of an SQS queue, with partial batch responses. A failed message comes back after a backoff, not after the whole visibility timeout. */
export class QueueSource implements EventSource {
  readonly #settings: QueueSourceSettings;
  readonly #store: QueueStore;
  readonly #functions: Functions;
  readonly #closed = new AbortController();
  readonly #loop: Promise<void>;
  readonly #running = new Set<Promise<void>>();
  #window: AbortController | undefined;

  constructor(settings: QueueSourceSettings, store: QueueStore, functions: Functions) {
    this.#settings = settings;
    this.#store = store;
    this.#functions = functions;
    this.#loop = this.#poll();
  }

  get waiting(): boolean {
    return this.#window !== undefined;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  flush(): void {
    this.#window?.abort();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.flush();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    const { queue, concurrency } = this.#settings;
    while (!this.#closed.signal.aborted) {
      await this.#store.arrival(queue, IDLE_MS, this.#closed.signal);
      if (this.#closed.signal.aborted) return;
      const batch = await this.#collect();
      if (batch.length === 0) continue;
      const run = this.#handle(batch).finally(() => this.#running.delete(run));
      this.#running.add(run);
      if (this.#running.size >= concurrency) await Promise.race(this.#running);
    }
  }

  /** A batch: as many as the function takes, or what has come when the window closes. */
  async #collect(): Promise<Message[]> {
    const { queue, batch: size, windowSeconds } = this.#settings;
    const batch = this.#store.receive(queue, size);
    if (batch.length === 0 || batch.length >= size || windowSeconds === 0) return batch;
    const window = new AbortController();
    this.#window = window;
    const endMs = Date.now() + windowSeconds * 1000;
    try {
      while (batch.length < size && !window.signal.aborted) {
        const leftMs = endMs - Date.now();
        if (leftMs <= 0) break;
        await this.#store.arrival(queue, leftMs, window.signal);
        batch.push(...this.#store.receive(queue, size - batch.length));
      }
      return batch;
    } finally {
      this.#window = undefined;
    }
  }

  async #handle(batch: readonly Message[]): Promise<void> {
    const { queue } = this.#settings;
    const given = new Map(batch.map((message) => [message, message.visibleAtMs]));
    let failed: ReadonlySet<string> | "all" | undefined;
    try {
      failed = failedItems(await this.#functions.invoke(this.#settings.function, this.#event(batch)));
      // An id that is none of the batch's fails all of it, as in Lambda.
      if (failed !== undefined && [...failed].some((id) => !batch.some((message) => message.id === id))) failed = "all";
    } catch {
      failed = "all";
    }
    const done = batch.filter((message) => failed === undefined || (failed !== "all" && !failed.has(message.id)));
    if (done.length > 0) this.#store.delete(queue, done.map(receiptHandle));
    for (const message of batch) {
      // Where the function itself has set the time of the next try, that holds.
      if (done.includes(message) || message.visibleAtMs !== given.get(message)) continue;
      // After the last try there is nothing to wait for: the next receive gives it to the dead letters.
      const last = message.receives >= (this.#store.settings(queue).redrive?.maxReceive ?? Number.POSITIVE_INFINITY);
      const seconds = last ? 0 : Math.min(BACKOFF_MOST_SECONDS, BACKOFF_FIRST_SECONDS * 2 ** (message.receives - 1));
      this.#store.changeVisibility(queue, receiptHandle(message), seconds);
    }
  }

  #event(batch: readonly Message[]): SQSEvent {
    const arn = queueArn(this.#settings.queue);
    return {
      Records: batch.map(
        (message): SQSRecord => ({
          messageId: message.id,
          receiptHandle: receiptHandle(message),
          body: message.body,
          attributes: systemAttributes(message),
          messageAttributes: Object.fromEntries(
            Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
              name,
              {
                dataType: DataType,
                ...(StringValue === undefined ? {} : { stringValue: StringValue }),
                ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
              },
            ]),
          ),
          md5OfBody: message.md5,
          eventSource: "aws:sqs",
          eventSourceARN: arn,
          awsRegion: REGION,
        }),
      ),
    };
  }
}
