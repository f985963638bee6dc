/**
 * Durations as counts by logarithmic class: any number of them in bounded space, in any order, merged by adding. A quantile read from it is off by at most
 * `ERROR` of its value (the classes of DDSketch: Masson, Rim and Lee, 2019).
 */
const ERROR = 0.01;
const GROWTH = (1 + ERROR) / (1 - ERROR);
/** Seconds. What is shorter counts as this, what is longer than 100 years as that. */
const LEAST = 1;
const MOST = 100 * 366 * 86_400;
const CLASSES = Math.ceil(Math.log(MOST / LEAST) / Math.log(GROWTH)) + 1;

export class DurationSketch {
  readonly #counts = new Map<number, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** How many numbers it holds, whatever was added: at most 1,096. */
  get size(): number {
    return this.#counts.size;
  }

  /** @param seconds not negative */
  add(seconds: number): void {
    this.#raise(classOf(seconds), 1);
  }

  merge(other: DurationSketch): void {
    for (const [at, count] of other.#counts) this.#raise(at, count);
  }

  #raise(at: number, by: number): void {
    this.#counts.set(at, (this.#counts.get(at) ?? 0) + by);
    this.#count += by;
  }

  /** Seconds below which the share `q` (from 0 to 1) of the durations lies; undefined of none. Of an even number the lower middle is the median. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (const [at, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return middleOf(at);
    }
    return undefined;
  }
}

function classOf(seconds: number): number {
  if (seconds < LEAST) return 0;
  return Math.min(CLASSES, 1 + Math.floor(Math.log(seconds / LEAST) / Math.log(GROWTH)));
}

/** The value whose error is the same towards both ends of the class. */
function middleOf(at: number): number {
  if (at === 0) return 0;
  return LEAST * GROWTH ** (at - 1) * ((2 * GROWTH) / (1 + GROWTH));
}
