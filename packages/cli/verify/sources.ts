/** What a verifier reads: ports, so that files, servers and tests answer alike. None of it is trusted. */

type Maybe<T> = T | Promise<T>;

/** A log as a mirror holds it, by paths below its one prefix: `checkpoint`, `trust.json`, `tile/…`, `hours/2026/11/21/22`. */
export interface LogFiles {
  /**
   * The file, of at most `maxBytes`; undefined when there is none. Throws when it is larger or cannot be read. The bytes are the caller's, and may
   * be the beginning of `into`.
   */
  read(path: string, maxBytes: number, into?: Uint8Array): Maybe<Uint8Array | undefined>;
  /** Sealed hours, as in `2026-11-21T22`, in order. */
  hours(): AsyncIterable<string> | Iterable<string>;
  /** Paths of all files below `tile/`, where they can be listed: so that those which the log does not need are looked at, too. */
  tiles?(): AsyncIterable<string> | Iterable<string>;
}

/** Bytes from the beginning to the end, as often as they are opened. */
export interface LedgerFile {
  readonly name: string;
  /** For progress; undefined when it is not known. */
  readonly bytes?: number | undefined;
  open(): ByteSource;
}

export interface ByteSource {
  /** Fills `into` from its beginning; how many bytes came, 0 at the end. */
  read(into: Uint8Array): Maybe<number>;
  close(): void;
}

/** An evidence bundle, zipped or as a folder. */
export interface BundleFiles {
  readonly name: string;
  /** Of the zip file: its key in the bucket is `key`, where that is known; undefined of a folder. */
  readonly zip?: { readonly sha256: string; readonly key?: string | undefined } | undefined;
  /** The bag's files by their paths in it. Throws EvidenceError for a zip file that is none of ours. */
  files(): Maybe<ReadonlyMap<string, Uint8Array>>;
}

/** How far long work is; called often. */
export type Progress = (what: string, done: number, of: number) => void;
