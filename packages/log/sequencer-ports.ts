import type { SealedEntry, Subject } from "@change-ledger/model";
import type { LogIdentity } from "./checkpoint.ts";
import type { WrittenTile } from "./edge.ts";
import type { EdgeMemory } from "./edge-memory.ts";
import type { Hash } from "./hash.ts";
import type { Signer } from "./ports.ts";
import type { BundleTile, HashTile } from "./tile.ts";

/** The lock row: what the log is, decided by one compare-and-swap. Everything else is made from it and from the stage that it names. */
export interface LockRow {
  /** Entries in the log, and the root hash over them: the only tree heads that are ever signed are those that stood here. */
  readonly size: number;
  readonly root: Hash;
  /** Digest of the stage that led here; undefined for the empty log. */
  readonly stage: string | undefined;
  /** The sizes before this one, latest first, at most 3: whose partial tiles may still be read. */
  readonly before: readonly number[];
}

export interface LogLock {
  /** Strongly consistent; undefined while no log was begun. */
  read(): Promise<LockRow | undefined>;
  /** Puts `next` where `expected` stands (size, root hash and stage alike; undefined: where none stands). False, having written nothing, when something else stands there. Durable once it resolves. */
  swap(expected: LockRow | undefined, next: LockRow): Promise<boolean>;
}

/** Entries of one chain that lie side by side in the log, too: `count` of them, from `seq` on, the first at leaf `index`. */
export interface Run {
  readonly subject: Subject;
  readonly seq: number;
  readonly count: number;
  readonly index: number;
}

/** Where the entries of each chain lie in the log. Mutable, and rebuilt from the log at any time: what is written for one place is always the same. */
export interface LogPlaces {
  /** The `seq` that each of these chains goes on with in the log; strongly consistent; 0 for a chain that has nothing there. */
  next(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, number>>;
  /** Those runs of a chain that hold any entry with `from` ≤ seq < `to`, in order of `seq`; strongly consistent unless `eventual`, which costs half and may lack what came in the last moment. */
  runs(subject: Subject, from: number, to: number, how?: { readonly eventual?: boolean }): Promise<readonly Run[]>;
  /** Writes each, over an equal one that may be there. Durable once it resolves. */
  write(runs: readonly Run[]): Promise<void>;
}

/** The published checkpoint, with what stands for this version of the object. */
export interface Published {
  readonly note: Uint8Array;
  readonly version: string;
}

/** The log's files. Full tiles and hourly checkpoints are under Object Lock; partial tiles, stages and the current checkpoint are not. */
export interface LogStore {
  /** Keeps a stage until `unstage`; the same digest is the same stage. Durable once it resolves. */
  stage(digest: string, bytes: Uint8Array): Promise<void>;
  /** Throws when there is none. */
  staged(digest: string): Promise<Uint8Array>;
  unstage(digest: string): Promise<void>;
  /** Writes each tile. A full one is written once: one that is there with the same bytes is success, with others LogError `storage-differs`. Durable once it resolves. */
  write(tiles: readonly WrittenTile[]): Promise<void>;
  /** The bytes of a tile, full or partial; where a partial one has given way to a wider one, that one's first `width` hashes or entries. LogError `wrong-tile` when there is neither. */
  read(tile: HashTile | BundleTile): Promise<Uint8Array>;
  /** Removes partial tiles that nobody needs any more; those that are not there are passed over. Full ones cannot be named here. */
  discard(tiles: readonly (HashTile | BundleTile)[]): Promise<void>;
  /** Strongly consistent; undefined before the first one. */
  published(): Promise<Published | undefined>;
  /** Puts `note` in the place of `expected`; false, having written nothing, when another stands there. Durable once it resolves. */
  publish(expected: Published | undefined, note: Uint8Array): Promise<boolean>;
  /** Writes the checkpoint that seals an hour, once: one that is there already stays, whatever it says. `hour` as in `2026-11-21T22`. */
  sealHour(hour: string, note: Uint8Array): Promise<void>;
  /** The latest hour that is sealed. */
  latestHour(): Promise<{ readonly hour: string; readonly note: Uint8Array } | undefined>;
  /** Sealed hours later than `after`, in order, at most `limit`. */
  hours(after: string | undefined, limit: number): Promise<readonly string[]>;
  /** Throws when that hour is not sealed. */
  hour(hour: string): Promise<Uint8Array>;
}

/** The ledger, as the sequencer reads it: what lies between the entries that it was given and those that the log holds. */
export interface ChainSource {
  /** As `ChainStore.read` of the ledger's ports. */
  read(subject: Subject, from: number, limit: number): Promise<SealedEntry[]>;
}

export interface SequencePorts {
  readonly lock: LogLock;
  readonly places: LogPlaces;
  readonly store: LogStore;
  readonly chains: ChainSource;
  /** All who sign now: more than one while a key is replaced. */
  readonly signers: readonly Signer[];
  /** The log with every key that ever signed for it; those of `signers` need not be among them. */
  readonly log: LogIdentity;
  /** One a process. */
  readonly memory: EdgeMemory;
  /** Waits, with jitter, after the `round`-th time in a row that another process was first. */
  readonly pause: (round: number) => Promise<void>;
}
