import type { SealedEntry, Subject } from "@change-ledger/model";

/** The ledger table, as its writer may use it: insert and read. */
export interface ChainStore {
  /** The last `limit` entries of the chain, newest first, strongly consistent; fewer when the chain is shorter. */
  tail(subject: Subject, limit: number): Promise<SealedEntry[]>;
  /** Entries with `seq` ≥ `from`, in order, strongly consistent, at most `limit`. */
  read(subject: Subject, from: number, limit: number): Promise<SealedEntry[]>;
  /**
   * Inserts each entry at its (subject, seq), or answers "taken" for those whose place is held, having written nothing for them.
   * At most one entry a chain in one call: nothing orders the writes of a call. Durable once it resolves. When it throws, each entry
   * of the call may or may not have been written.
   */
  insert(entries: readonly SealedEntry[]): Promise<("inserted" | "taken")[]>;
  /** Values of those markers that exist, strongly consistent. */
  markers(keys: readonly string[]): Promise<Map<string, string>>;
  /** Makes sure that each marker exists; one that exists already keeps its value. Durable once it resolves. */
  mark(markers: ReadonlyMap<string, string>): Promise<void>;
}

/** A part of the read table that the linker owns: sets that only grow, and one versioned record a deployment. */
export interface LinkStore {
  /** Adds to the string sets of a key and returns the whole item as it is after the write, atomically. */
  merge(key: LinkKey, add: Readonly<Record<string, readonly string[]>>): Promise<LinkItem>;
  /** Strongly consistent; missing keys are absent from the answer. */
  get(keys: readonly LinkKey[]): Promise<Map<LinkKey, LinkItem>>;
  /** Writes `record` when the stored version is `expected` (0: none yet); false, having written nothing, when it is not. */
  putPlan(deployment: Subject, expected: number, plan: LinkPlan): Promise<boolean>;
  /** Strongly consistent. */
  getPlan(deployment: Subject): Promise<LinkPlan | undefined>;
}

/** `commit:<repository>/<sha>`, `deployment:…`, `group:…` — see link-index.ts. */
export type LinkKey = string;
/** Attribute → set of strings. */
export type LinkItem = Readonly<Record<string, ReadonlySet<string>>>;

/** What a deployment carries, with the entries still to be appended for it (a write-ahead record: whoever finds `pending` completes it). */
export interface LinkPlan {
  readonly version: number;
  readonly carries: readonly Subject[];
  readonly pending: { readonly link: readonly Subject[]; readonly unlink: readonly Subject[] } | undefined;
}

/** Where raw messages go before anything interprets them. */
export interface SegmentStore {
  /** Writes a segment once, under Object Lock; a segment of the same key (its name is its content's digest) is success. Durable once it resolves. */
  put(key: string, bytes: Uint8Array): Promise<void>;
}

/** Work that hangs off the projector. */
export interface WorkQueue<T> {
  /** Durable once it resolves; throws when any message was not taken. At-least-once, in no order. */
  send(messages: readonly T[]): Promise<void>;
}
