import type { Subject } from "@change-ledger/model";
import type { Summary } from "./evolve.ts";
import type { ListName } from "./list-names.ts";
import type { Place } from "./place.ts";

/** A summary as it is stored. */
export interface Stored {
  /** Undefined when nothing is stored, or what is stored has an older form: fold the chain from its beginning. */
  readonly state: Summary | undefined;
  /** Counts the writes; 0: nothing is stored. */
  readonly version: number;
}

export const NOT_STORED: Stored = { state: undefined, version: 0 };

export interface ModelWrite {
  readonly state: Summary;
  /** What `get` answered, strongly consistent, for this subject. */
  readonly before: Stored;
}

/** The read models: mutable, one item a subject, rebuilt from the ledger at any time. */
export interface ModelStore {
  /** An answer for each subject that is stored; those that are not are absent. Eventually consistent unless asked. */
  get(subjects: readonly Subject[], options?: { readonly consistent?: boolean }): Promise<ReadonlyMap<Subject, Stored>>;
  /**
   * Writes each state whose stored version is still `before.version`, else answers "lost" having written nothing for it: read again and
   * fold again. At most one write a subject in one call; nothing orders the writes. Durable once it resolves. When it throws, each of
   * the call may or may not have been written.
   */
  put(writes: readonly ModelWrite[]): Promise<readonly ("written" | "lost")[]>;
  /** Places of a list within one scope, in the order asked for, strictly behind `after`, at most `limit`. Eventually consistent. */
  places(list: ListName, scope: string, limit: number, after?: Place, within?: Within): Promise<readonly Place[]>;
  /** Every scope that ever had an item in the list, sorted. */
  scopes(list: ListName): Promise<readonly string[]>;
}

/** Which places of a list are asked for, and in which order. */
export interface Within {
  /** Places from this instant on. */
  readonly from?: string | undefined;
  /** Places before this instant. */
  readonly to?: string | undefined;
  /** Absent: the newest first. */
  readonly oldestFirst?: boolean | undefined;
}
