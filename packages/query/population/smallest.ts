/** Keeps the `limit` smallest of all that it is given, under `order`, in memory that grows with `limit` alone. */
export class Smallest<T> {
  readonly #limit: number;
  readonly #order: (a: T, b: T) => number;
  #kept: T[] = [];
  /** How many it was given. */
  seen = 0;

  constructor(limit: number, order: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#order = order;
  }

  add(value: T): void {
    this.seen++;
    this.#kept.push(value);
    if (this.#kept.length > 2 * this.#limit + 64) this.#kept = this.sorted();
  }

  sorted(): T[] {
    return this.#kept.sort(this.#order).slice(0, this.#limit);
  }
}
