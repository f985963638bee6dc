import { seeded, shuffled } from "../../packages/local/seeded.ts";

export class InjectedFault extends Error {
  readonly code = "injected";
}

/** How often an I/O call fails before it took effect, after it did, or takes its Lambda down with it (before or after). */
export interface FaultRates {
  readonly before: number;
  readonly after: number;
  readonly crash: number;
}

/**
 * Decides, from a seed, the order in which pending I/O calls go on, and which of them fail and how. Time does not exist here: a call goes on when it is
 * drawn, so that every interleaving of the Lambdas in flight can come up.
 */
export class Chaos {
  readonly random: () => number;
  #rates: FaultRates;
  #pending: (() => void)[] = [];
  calls = 0;
  faults = 0;

  constructor(seed: number, rates: FaultRates) {
    this.random = seeded(seed);
    this.#rates = rates;
  }

  /** From here on nothing fails. */
  calm(): void {
    this.#rates = { before: 0, after: 0, crash: 0 };
  }

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  shuffle<T>(list: readonly T[]): T[] {
    return shuffled(list, this.random);
  }

  /** Lets others go first. */
  async turn(): Promise<void> {
    await new Promise<void>((go) => this.#pending.push(go));
  }

  /** Wraps a port: each call of it waits for its turn and may fail. `crash` takes the calling Lambda down; its call never returns. @param share of the rates, for who makes many calls in one go */
  wrap<T extends object>(port: T, crash: () => void, share = 1): T {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) =>
          this.#call(() => Promise.resolve((value as (...args: unknown[]) => unknown).apply(target, args)), crash, share);
      },
    });
  }

  async #call<T>(run: () => Promise<T>, crash: () => void, share: number): Promise<T> {
    this.calls++;
    await this.turn();
    const [before, after, down] = [this.#rates.before * share, this.#rates.after * share, this.#rates.crash * share];
    const draw = this.random();
    if (draw < before) throw this.#fault();
    if (draw < before + down / 2) return await this.#down(crash);
    const result = await run();
    await this.turn();
    if (draw > 1 - after) throw this.#fault();
    if (draw > 1 - after - down / 2) return await this.#down(crash);
    return result;
  }

  #fault(): InjectedFault {
    this.faults++;
    return new InjectedFault("injected");
  }

  async #down(crash: () => void): Promise<never> {
    this.faults++;
    crash();
    return await new Promise<never>(() => {});
  }

  /** Draws pending calls until `done` says so; throws when nothing is pending and it does not. */
  async drive(done: () => boolean, maxTurns: number): Promise<void> {
    for (let turns = 0; !done(); turns++) {
      if (turns > maxTurns) throw new Error(`not quiet after ${maxTurns} turns`);
      // Everything that can run without I/O runs first.
      await new Promise<void>((go) => setImmediate(go));
      if (done()) return;
      const at = this.below(this.#pending.length);
      const [go] = this.#pending.splice(at, 1);
      if (go === undefined) throw new Error("stuck: nothing is pending");
      go();
    }
  }
}
