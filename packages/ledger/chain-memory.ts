import type { SealedEntry, Subject } from "@change-ledger/model";

/** A chain as last seen, newest first. Never changed in place. */
export interface Seen {
  /** Its last entries: the whole chain while it is short. */
  readonly entries: readonly SealedEntry[];
  /** Those that may have no marker yet. */
  readonly unmarked: readonly SealedEntry[];
}

const MOST_CHAINS = 2_000;

/**
 * What a process saw last of the chains it wrote to: the least recently used are forgotten. A warm function so appends without a read. It may be out of
 * date and does no harm then: the place behind an outdated tail is taken, and the chain is read on from there. (It must not outlive the table: a chain that
 * was cut off behind it would get a gap.)
 */
export class ChainMemory {
  readonly #seen = new Map<Subject, Seen>();

  get(subject: Subject): Seen | undefined {
    const seen = this.#seen.get(subject);
    if (seen !== undefined) {
      this.#seen.delete(subject);
      this.#seen.set(subject, seen);
    }
    return seen;
  }

  set(subject: Subject, seen: Seen): void {
    this.#seen.delete(subject);
    this.#seen.set(subject, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_CHAINS && oldest !== undefined) this.#seen.delete(oldest);
  }
}
