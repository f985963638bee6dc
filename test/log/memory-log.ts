import {
  type BundleTile,
  type ChainSource,
  formatBundle,
  HASH_BYTES,
  type HashTile,
  type LockRow,
  LogError,
  type LogLock,
  type LogPlaces,
  type LogStore,
  type Published,
  parseBundle,
  type Run,
  sameHash,
  TILE_WIDTH,
  type Tile,
  tilePath,
  type WrittenTile,
} from "@change-ledger/log";
import type { SealedEntry, Subject } from "@change-ledger/model";

/** The lock row, in memory. */
export class MemoryLock implements LogLock {
  row: LockRow | undefined;

  async read(): Promise<LockRow | undefined> {
    return this.row;
  }

  async swap(expected: LockRow | undefined, next: LockRow): Promise<boolean> {
    const { row } = this;
    const same = row === undefined || expected === undefined ? row === expected : isSame(row, expected);
    if (same) this.row = next;
    return same;
  }
}

function isSame(a: LockRow, b: LockRow): boolean {
  return a.size === b.size && sameHash(a.root, b.root) && a.stage === b.stage;
}

/** Places, in memory. */
export class MemoryPlaces implements LogPlaces {
  readonly chains = new Map<Subject, Map<number, Run>>();

  async next(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, number>> {
    const nextOf = (subject: Subject) =>
      Math.max(0, ...[...(this.chains.get(subject)?.values() ?? [])].map(({ seq, count }) => seq + count));
    return new Map(subjects.map((subject) => [subject, nextOf(subject)]));
  }

  async runs(subject: Subject, from: number, to: number): Promise<readonly Run[]> {
    return [...(this.chains.get(subject)?.values() ?? [])]
      .filter(({ seq, count }) => seq < to && seq + count > from)
      .sort((a, b) => a.seq - b.seq);
  }

  async write(runs: readonly Run[]): Promise<void> {
    for (const run of runs) {
      const chain = this.chains.get(run.subject) ?? new Map<number, Run>();
      this.chains.set(run.subject, chain.set(run.seq, run));
    }
  }
}

/** The log's files, in memory. */
export class MemoryStore implements LogStore {
  readonly stages = new Map<string, Uint8Array>();
  /** By path. */
  readonly tiles = new Map<string, Uint8Array>();
  readonly sealed = new Map<string, Uint8Array>();
  current: Published | undefined;
  #versions = 0;

  async stage(digest: string, bytes: Uint8Array): Promise<void> {
    this.stages.set(digest, Uint8Array.from(bytes));
  }

  async staged(digest: string): Promise<Uint8Array> {
    return present(this.stages.get(digest), `stage ${digest}`);
  }

  async unstage(digest: string): Promise<void> {
    this.stages.delete(digest);
  }

  async write(tiles: readonly WrittenTile[]): Promise<void> {
    for (const { tile, bytes } of tiles) {
      const path = tilePath(tile);
      const there = tile.width === TILE_WIDTH ? this.tiles.get(path) : undefined;
      if (there !== undefined && Buffer.compare(there, bytes) !== 0) throw new LogError("storage-differs", `another ${path} is there`);
      this.tiles.set(path, Uint8Array.from(bytes));
    }
  }

  async read(tile: HashTile | BundleTile): Promise<Uint8Array> {
    for (let width = tile.width; width <= TILE_WIDTH; width++) {
      const bytes = this.tiles.get(tilePath({ ...tile, width }));
      if (bytes === undefined) continue;
      if (width === tile.width) return bytes;
      return tile.level === "entries"
        ? formatBundle(parseBundle(bytes, width).slice(0, tile.width))
        : bytes.subarray(0, tile.width * HASH_BYTES);
    }
    throw new LogError("wrong-tile", `no ${tilePath(tile)}, nor a wider one`);
  }

  async discard(tiles: readonly Tile[]): Promise<void> {
    for (const tile of tiles) {
      if (tile.width === TILE_WIDTH) throw new LogError("out-of-range", `${tilePath(tile)} is full`);
      this.tiles.delete(tilePath(tile));
    }
  }

  async published(): Promise<Published | undefined> {
    return this.current;
  }

  async publish(expected: Published | undefined, note: Uint8Array): Promise<boolean> {
    if (this.current?.version !== expected?.version) return false;
    this.current = { note: Uint8Array.from(note), version: `v${++this.#versions}` };
    return true;
  }

  async sealHour(hour: string, note: Uint8Array): Promise<void> {
    if (!this.sealed.has(hour)) this.sealed.set(hour, Uint8Array.from(note));
  }

  async latestHour(): Promise<{ readonly hour: string; readonly note: Uint8Array } | undefined> {
    const hour = [...this.sealed.keys()].sort().at(-1);
    return hour === undefined ? undefined : { hour, note: await this.hour(hour) };
  }

  async hours(after: string | undefined, limit: number): Promise<readonly string[]> {
    return [...this.sealed.keys()]
      .filter((hour) => after === undefined || hour > after)
      .sort()
      .slice(0, limit);
  }

  async hour(hour: string): Promise<Uint8Array> {
    return present(this.sealed.get(hour), `hour ${hour}`);
  }
}

/** The ledger, in memory. */
export class MemoryLedger implements ChainSource {
  readonly chains = new Map<Subject, SealedEntry[]>();

  insert(entries: readonly SealedEntry[]): void {
    for (const each of entries) this.chains.set(each.entry.subject, [...(this.chains.get(each.entry.subject) ?? []), each]);
  }

  async read(subject: Subject, from: number, limit: number): Promise<SealedEntry[]> {
    return (this.chains.get(subject) ?? []).filter(({ entry }) => entry.seq >= from).slice(0, limit);
  }

  /** All entries, chain by chain. */
  async *scan(): AsyncGenerator<SealedEntry> {
    for (const chain of this.chains.values()) yield* chain;
  }
}

function present(bytes: Uint8Array | undefined, what: string): Uint8Array {
  if (bytes === undefined) throw new Error(`no ${what}`);
  return bytes;
}
