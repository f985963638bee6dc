/** Values by the key of a subject: two words. */
export class KeyMap<T> {
  readonly #values = new Map<number, Map<number, T>>();

  get(low: number, high: number): T | undefined {
    return this.#values.get(low)?.get(high);
  }

  set(low: number, high: number, value: T): void {
    const row = this.#values.get(low) ?? new Map<number, T>();
    this.#values.set(low, row.set(high, value));
  }

  *values(): Generator<T> {
    for (const row of this.#values.values()) yield* row.values();
  }
}
