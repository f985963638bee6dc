/** How often one caller may ask. */
export interface Rate {
  /** Requests a second, on and on. */
  readonly perSecond: number;
  /** Requests at once, after a pause. */
  readonly burst: number;
}

/** Callers that are remembered: whoever is forgotten begins anew. */
const CALLERS_MAX = 10_000;

/** A token bucket a caller, as API Gateway throttles. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();

  /** @param now milliseconds */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Takes one token of `caller`'s; answers 0, or the seconds after which there is one again. */
  take(caller: string): number {
    const { perSecond, burst } = this.#rate;
    const nowMs = this.#now();
    const last = this.#buckets.get(caller) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, last.tokens + (Math.max(0, nowMs - last.atMs) / 1000) * perSecond);
    // Most recently heard last: the first is the one to forget.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > CALLERS_MAX && oldest !== undefined) this.#buckets.delete(oldest);
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  }
}
