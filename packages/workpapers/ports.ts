/** What an answer was. */
export interface Fetched {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
}

/** A ledger's API, below `/v1/`, asked with the reader's own token; patient, and with limits. It is no more to be trusted than what it serves. */
export interface LedgerReader {
  /**
   * @param path below `/v1/`, with a query or without
   * @returns undefined for 404
   * @throws for what is refused, longer than `maxBytes`, or does not come after some tries
   */
  get(path: string, maxBytes: number): Promise<Fetched | undefined>;
  /** As `get`, of what the API lets lie elsewhere: an evidence bundle. */
  bundle(path: string, maxBytes: number): Promise<Fetched | undefined>;
  /** Gives JSON; the server may get it twice. */
  post(path: string, body: unknown, maxBytes: number): Promise<Fetched | undefined>;
  /** As `get`, but asked once: undefined also for what may be there later. */
  once(path: string, maxBytes: number): Promise<Fetched | undefined>;
  /** Waits. */
  pause(milliseconds: number): Promise<void>;
}

/** Where working papers are kept while they are made: files by their paths, `/` between segments. */
export interface PaperStore {
  /** What somebody is told of it. */
  readonly name: string;
  /** Undefined when there is none. @throws when it is larger */
  read(file: string, maxBytes: number): Uint8Array | undefined;
  /** Whole, or not at all. */
  put(file: string, bytes: Uint8Array): void;
  /** Takes a file away, or all files below a path that ends in a slash. */
  remove(path: string): void;
  /** All files but those of the log's tiles, in order of their paths' code units. */
  files(): readonly string[];
}

/** How far long work is; called often. */
export type Progress = (what: string, done: number, of: number) => void;
