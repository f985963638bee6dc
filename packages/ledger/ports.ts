import type { Delivery, PayloadReference, SealedEntry, Subject } from "@change-ledger/model";

/** The ledger table, as its writer may use it: insert and read. */
export interface ChainStore {
  /** The last `limit` entries of the chain, newest first, strongly consistent; fewer when the chain is shorter. */
  tail(subject: Subject, limit: number): Promise<SealedEntry[]>;
  /** Entries with `seq` ≥ `from`, in order, at most `limit`; strongly consistent unless `eventual`, which costs half and may lack the latest. */
  read(subject: Subject, from: number, limit: number, options?: { readonly eventual?: boolean }): Promise<SealedEntry[]>;
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

/** The part of the read table that the linker owns: sets that only grow, and one versioned plan a deployment. Reads are strongly consistent unless said. */
export interface LinkStore {
  /** Adds to the string sets of a key and returns the whole item as it is after the write, atomically. An empty `add` writes nothing but a key. */
  merge(key: LinkKey, add: Readonly<Record<string, readonly string[]>>): Promise<LinkItem>;
  /**
   * As `merge`, each by itself, answered in their order; cheapest where the keys are new. A key may come twice. `fresh`: nothing was there before
   * (it may be false for an item that this call made).
   */
  mergeMany(
    merges: readonly { readonly key: LinkKey; readonly add: Readonly<Record<string, readonly string[]>> }[],
  ): Promise<{ readonly item: LinkItem; readonly fresh: boolean }[]>;
  /** An empty item when there is none. */
  get(key: LinkKey): Promise<LinkItem>;
  /** Those that exist; eventually consistent: may lack the latest. */
  getMany(keys: readonly LinkKey[]): Promise<ReadonlyMap<LinkKey, LinkItem>>;
  /** Notes `value` at `at` under a key, once however often it is noted. */
  note(key: LinkKey, at: string, value: string): Promise<void>;
  /** The value noted latest before `at` (by `at`, then by value). */
  latestBefore(key: LinkKey, at: string): Promise<string | undefined>;
  /** The value noted earliest after `at` (by `at`, then by value). */
  earliestAfter(key: LinkKey, at: string): Promise<string | undefined>;
  getPlan(deployment: Subject): Promise<LinkPlan | undefined>;
  /** Those that exist; eventually consistent: may lack the latest. */
  getPlans(deployments: readonly Subject[]): Promise<ReadonlyMap<Subject, LinkPlan>>;
  /** Writes `plan` when the stored version is `expected` (0: none yet); false, having written nothing, when it is not. */
  putPlan(deployment: Subject, expected: number, plan: LinkPlan): Promise<boolean>;
}

/** `commit:…`, `push:…`, `deployment:…`, `group:…` and others: see link-keys.ts. */
export type LinkKey = string;
/** Attribute → set of strings. */
export type LinkItem = Readonly<Record<string, ReadonlySet<string>>>;

/** How far back the changes of a deployment were counted. */
export type CountedSince = "previous-revision" | "previous-deployment" | "beginning-of-record" | "not-counted";

/** What a deployment carries, with the entries still to be appended for it (a write-ahead record: whoever finds `pending` completes it). */
export interface LinkPlan {
  /** From 1, one more at every write. */
  readonly version: number;
  readonly carries: readonly Subject[];
  readonly since: CountedSince;
  readonly pending?: { readonly link: readonly Subject[]; readonly unlink: readonly Subject[] } | undefined;
}

/** Direct pushes as changes of their own, while no pull request claims them. */
export interface DirectChanges {
  /** Of no effect once the change was dropped. */
  put(change: Subject, occurredAt: string): Promise<void>;
  /** For good: a put that comes later, or was under way, is of no effect. */
  drop(change: Subject): Promise<void>;
}

/** Work that hangs off the projector. */
export interface WorkQueue<T> {
  /** Durable once it resolves; throws when any message was not taken. At-least-once, in no order. */
  send(messages: readonly T[]): Promise<void>;
}

/** A raw message on its way into the archive. */
export interface RawMessage {
  /** Stable and unique for the message: what makes a retried segment the same segment. */
  readonly id: string;
  readonly delivery: Delivery;
}

/** Keeps raw bytes under Object Lock before anything interprets them. */
export interface Archive {
  /** Writes one segment for all of `messages` and says where each lies, in their order. Durable once it resolves; the same messages give the same segment. */
  keep(messages: readonly RawMessage[]): Promise<PayloadReference[]>;
}

/** Bodies too large for the bus. */
export interface Inbox {
  /** Durable once it resolves. */
  put(key: string, body: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
}

/** Our own event bus. */
export interface Bus {
  /** Puts one event; throws when the bus did not take it (FailedEntryCount). Durable once it resolves. */
  put(event: { readonly source: string; readonly detailType: string; readonly detail: string }): Promise<void>;
}

/** Counts what an operator watches; implementations must not throw. */
export type Count = (
  name: "accepted" | "rejected" | "too-large" | "unparsed" | "duplicates" | "appended" | "failed" | "unresolved" | "bundles",
  by: number,
) => void;
