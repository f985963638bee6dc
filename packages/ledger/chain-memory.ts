import type { SealedEntry, Subject } from "@change-ledger/model";

/** A chain as last seen, newest first. Never changed in place. */
export interface Seen {
  /** Its last entries: the whole chain while it is short. */
  readonly entries: readonly SealedEntry[];
  /** Those that may have no marker yet. */
  readonly unmarked: readonly SealedEntry[];
  /** Of a chain that was seen from its beginning on: what is on record, so that no marker need be asked. */
  readonly whole?: Recorded | undefined;
}

/** The identities of a chain's entries, and for each signed body the id under which it came first. */
interface Recorded {
  readonly known: ReadonlySet<string>;
  readonly bodies: ReadonlyMap<string, string>;
}

/** Somebody's turn at a chain. */
export interface Turn {
  /** Resolves when it has come; undefined when it has. */
  readonly before: Promise<void> | undefined;
  /** Lets the next one have it. */
  readonly end: () => void;
  /** Takes it without waiting for whoever has it: those who come later wait for this one alone. */
  readonly insist: () => void;
}

const MOST_CHAINS = 2_000;
/** Some 10 MB: a chain that grows longer than this is asked for its markers. */
const MOST_KNOWN = 40_000;

/**
 * What a process saw last of the chains it wrote to: the least recently used are forgotten. A warm function so appends without a read. It may be out of
 * date and does no harm then: the place behind an outdated tail is taken, and the chain is read on from there. (It must not outlive the table: a chain that
 * was cut off behind it would get a gap.) What it holds of a whole chain is exact where it matters: an INSERT behind its tail that succeeds proves that nothing
 * else was written there, so nothing is on record but what it knows.
 */
export class ChainMemory {
  readonly #seen = new Map<Subject, Seen>();
  readonly #turns = new Map<Subject, Promise<void>>();
  #known = 0;

  get(subject: Subject): Seen | undefined {
    const seen = this.#seen.get(subject);
    if (seen !== undefined) {
      this.#seen.delete(subject);
      this.#seen.set(subject, seen);
    }
    return seen;
  }

  /**
   * Who in this process appends to a chain waits for whoever began before: side by side, all but one would only find their places taken. To be ended in any case.
   */
  turn(subject: Subject): Turn {
    const before = this.#turns.get(subject);
    const { promise, resolve } = Promise.withResolvers<void>();
    let ended = before === undefined ? promise : before.then(() => promise);
    this.#turns.set(subject, ended);
    return {
      before,
      end: () => {
        resolve();
        if (this.#turns.get(subject) === ended) this.#turns.delete(subject);
      },
      insist: () => {
        if (this.#turns.get(subject) !== ended) return;
        ended = promise;
        this.#turns.set(subject, ended);
      },
    };
  }

  set(subject: Subject, seen: Seen): void {
    this.#forget(subject);
    const known = seen.whole?.known.size ?? 0;
    this.#seen.set(subject, known > MOST_KNOWN ? { ...seen, whole: undefined } : seen);
    if (known <= MOST_KNOWN) this.#known += known;
    while (this.#seen.size > MOST_CHAINS || this.#known > MOST_KNOWN) {
      const [oldest] = this.#seen.keys();
      if (oldest === undefined) break;
      this.#forget(oldest);
    }
  }

  #forget(subject: Subject): void {
    this.#known -= this.#seen.get(subject)?.whole?.known.size ?? 0;
    this.#seen.delete(subject);
  }
}
