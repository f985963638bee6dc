import type { WorkQueue } from "@change-ledger/ledger";
import type { Chaos } from "./chaos.ts";

export interface Held<T> {
  readonly id: string;
  readonly work: T;
  attempts: number;
}

/** SQS as it may behave: at least once, in no order, sometimes twice, with a dead-letter queue. */
export class SimulatedQueue<T> implements WorkQueue<T> {
  readonly dead: Held<T>[] = [];
  #waiting: Held<T>[] = [];
  #inFlight = 0;
  #sent = 0;
  readonly #chaos: Chaos;
  readonly #maxReceive: number;
  readonly #doubles: number;

  constructor(chaos: Chaos, { maxReceive, doubles }: { readonly maxReceive: number; readonly doubles: number }) {
    this.#chaos = chaos;
    this.#maxReceive = maxReceive;
    this.#doubles = doubles;
  }

  #wake: (() => void)[] = [];

  /** Resolves when something may be received, or at once when it may already; so that an idle Lambda costs no turns. */
  async arrival(): Promise<void> {
    if (this.#waiting.length === 0) await new Promise<void>((wake) => this.#wake.push(wake));
  }

  wake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  get empty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight === 0;
  }

  async send(messages: readonly T[]): Promise<void> {
    for (const work of messages) {
      const copies = this.#chaos.random() < this.#doubles ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) this.#waiting.push({ id: `m${this.#sent++}`, work, attempts: 0 });
    }
    this.wake();
  }

  receive(max: number): Held<T>[] {
    const batch = this.#chaos.shuffle(this.#waiting).slice(0, max);
    this.#waiting = this.#waiting.filter((message) => !batch.includes(message));
    this.#inFlight += batch.length;
    for (const message of batch) message.attempts++;
    return batch;
  }

  /** Ends a batch: what failed comes again, until it is dead. */
  settle(batch: readonly Held<T>[], failed: (message: Held<T>) => boolean): void {
    this.#inFlight -= batch.length;
    for (const message of batch) {
      if (!failed(message)) continue;
      if (message.attempts >= this.#maxReceive) this.dead.push(message);
      else this.#waiting.push(message);
    }
    this.wake();
  }
}
