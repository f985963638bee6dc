import {
  type Difference,
  EdgeMemory,
  edgeTiles,
  type LockRow,
  LogError,
  type Published,
  reconcile,
  type SequencePorts,
  type Signer,
  sealHours,
  sequence,
  signCheckpoint,
  tilePath,
  tilesOf,
  type WrittenTile,
} from "@change-ledger/log";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { entryAt } from "../contract/sealed.ts";
import { IDENTITY, ORIGIN, SIGNER } from "../log/grown-log.ts";
import { MemoryLedger, MemoryLock, MemoryPlaces, MemoryStore } from "../log/memory-log.ts";
import { trialSigner } from "../log/signer.ts";
import { Chaos, type FaultRates, InjectedFault } from "./chaos.ts";

export interface SequencerPlan {
  readonly seed: number;
  readonly rates: FaultRates;
  /** Sequencers that run at once. */
  readonly sequencers: number;
  /** Share of the stream's records that come twice, and of those that never come. */
  readonly doubled: number;
  readonly dropped: number;
  /** Share of calls that are late. */
  readonly late: number;
  /** Entries that the log has before anything goes wrong, at least 1: now and then close to a full tile, so that one is filled. */
  readonly begun: number;
  readonly mischief: Mischief | undefined;
}

/** What somebody with every permission does once, in the middle of it, and takes back later. */
export type Mischief = "lock" | "checkpoint" | "no-checkpoint" | "foreign-checkpoint" | "tile";

const MAX_TURNS = 60_000;
/** Entries that the stream speaks of in a run; more where somebody comes in between. */
const TOLD = 16;
const TOLD_WITH_MISCHIEF = 32;
const BEGUN_AT = "2026-11-21T21:30:00.000Z";

const SUBJECTS = ["change:trial/1", "commit:trial/2", "ref:trial/3", "ticket:trial/4", "audit:trial/5"] as const;
/** The same in every run: making them is most of the work. */
const ENTRIES = new Map<Subject, readonly SealedEntry[]>(
  SUBJECTS.map((subject, at) => [subject, Array.from({ length: at === 0 ? 600 : TOLD_WITH_MISCHIEF }, (_, seq) => entryAt(subject, seq))]),
);

const FOREIGN = trialSigner(ORIGIN, 99);

/** A lock row that remembers what stood there. */
class WatchedLock extends MemoryLock {
  readonly history: LockRow[] = [];

  override async swap(expected: LockRow | undefined, next: LockRow): Promise<boolean> {
    const swapped = await super.swap(expected, next);
    if (swapped) this.history.push(next);
    return swapped;
  }
}

/** Files that remember each content that a path had, and each checkpoint; and see at once that a published head can be read. */
class WatchedStore extends MemoryStore {
  readonly contents = new Map<string, Uint8Array>();
  readonly notes: Uint8Array[] = [];
  readonly wrong: string[] = [];
  readonly #lock: WatchedLock;

  constructor(lock: WatchedLock) {
    super();
    this.#lock = lock;
  }

  override async write(tiles: readonly WrittenTile[]): Promise<void> {
    for (const { tile, bytes } of tiles) {
      const path = tilePath(tile);
      const first = this.contents.get(path) ?? bytes;
      this.contents.set(path, first);
      if (Buffer.compare(first, bytes) !== 0) this.wrong.push(`${path} was written twice, not the same`);
    }
    await super.write(tiles);
  }

  override async publish(expected: Published | undefined, note: Uint8Array): Promise<boolean> {
    const put = await super.publish(expected, note);
    if (put) this.notes.push(note);
    const row = this.#lock.row;
    if (put && row !== undefined) this.#expectReadable(note, row);
    return put;
  }

  #expectReadable(note: Uint8Array, row: LockRow): void {
    const size = Number(Buffer.from(note).toString().split("\n")[1]);
    if (size !== row.size) return;
    const paths = [...tilesOf(size), ...row.before.flatMap(edgeTiles)].map(tilePath);
    for (const path of paths) if (!this.tiles.has(path)) this.wrong.push(`${size} was published without ${path}`);
  }
}

interface Began {
  readonly lock: LockRow | undefined;
  readonly current: Published | undefined;
  readonly tiles: ReadonlyMap<string, Uint8Array>;
  readonly places: readonly (readonly [Subject, ReadonlyMap<number, { subject: Subject; seq: number; count: number; index: number }>])[];
  readonly stages: ReadonlyMap<string, Uint8Array>;
  readonly sealed: ReadonlyMap<string, Uint8Array>;
}

const begun = new Map<number, Promise<Began>>();

/** A log of so many entries of the first chain, with its first hour sealed, made once. */
async function begin(size: number): Promise<Began> {
  const [lock, places] = [new MemoryLock(), new MemoryPlaces()];
  const store = new MemoryStore();
  const chains = new MemoryLedger();
  const ports = { lock, places, store, chains, signers: [SIGNER], log: IDENTITY, memory: new EdgeMemory(), pause: async () => {} };
  await sequence(ports, ENTRIES.get(SUBJECTS[0])?.slice(0, size) ?? []);
  await sealHours(ports, BEGUN_AT);
  return {
    lock: lock.row,
    current: store.current,
    tiles: store.tiles,
    places: [...places.chains],
    stages: store.stages,
    sealed: store.sealed,
  };
}

/** A ledger, its stream and its log, in one process, under a `Chaos` that decides order and faults. */
export class SequencerWorld {
  readonly chaos: Chaos;
  readonly lock = new WatchedLock();
  readonly places = new MemoryPlaces();
  readonly store = new WatchedStore(this.lock);
  readonly ledger = new MemoryLedger();
  /** Texts that were signed. */
  readonly signed: string[] = [];
  readonly differences: Difference[] = [];
  readonly refusals: string[] = [];
  readonly seen = { appended: 0, crashes: 0, healed: 0, hours: 0, lost: 0 };
  readonly #plan: SequencerPlan;
  /** Records on their way. */
  readonly #stream: SealedEntry[] = [];
  #running = 0;
  #stopped = false;
  /** How often somebody has begun or ended mischief. */
  #disturbances = 0;
  #puts = 0;
  #ms = Date.parse(BEGUN_AT);

  constructor(plan: SequencerPlan) {
    this.#plan = plan;
    this.chaos = new Chaos(plan.seed, plan.rates);
  }

  get disturbed(): boolean {
    return this.#disturbances % 2 === 1;
  }

  async run(): Promise<void> {
    await this.#begin();
    const done = { now: false };
    void this.#live().then(
      () => (done.now = true),
      (error: unknown) => this.#fail(error),
    );
    await this.chaos.drive(() => done.now || this.#failure !== undefined, MAX_TURNS);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #failure: { readonly error: unknown } | undefined;
  #fail(error: unknown): void {
    this.#failure ??= { error };
  }

  async #begin(): Promise<void> {
    const size = this.#plan.begun;
    const made = begun.get(size) ?? begin(size);
    begun.set(size, made);
    const { lock, current, tiles, places, stages, sealed } = await made;
    this.lock.row = lock;
    if (lock !== undefined) this.lock.history.push(lock);
    if (current !== undefined) this.store.notes.push(current.note);
    this.store.current = current;
    for (const [path, bytes] of tiles) this.store.tiles.set(path, bytes);
    for (const [hour, note] of sealed) this.store.sealed.set(hour, note);
    for (const [digest, bytes] of stages) this.store.stages.set(digest, bytes);
    for (const [subject, runs] of places) this.places.chains.set(subject, new Map(runs));
    const [first] = SUBJECTS;
    this.ledger.chains.set(first, (ENTRIES.get(first) ?? []).slice(0, size));
  }

  async #live(): Promise<void> {
    const workers = [
      ...Array.from({ length: this.#plan.sequencers }, () => this.#sequencer()),
      this.#sealer(),
      this.#sealer(),
      this.#reconciler(),
      this.#operator(),
    ];
    for (const worker of workers) worker.catch((error: unknown) => this.#fail(error));
    await this.#tell();
    while (this.#stream.length > 0 || this.disturbed) await this.chaos.turn();
    this.#stopped = true;
    await Promise.all(workers);
    while (this.#running > 0) await this.chaos.turn();
    this.chaos.calm();
    await this.#end();
  }

  /** What the stream has dropped is fed in the end, and then nothing differs. */
  async #end(): Promise<void> {
    const ports = this.#ports(() => {});
    this.seen.healed += (await reconcile(ports, this.ledger.scan(), (each) => this.differences.push(each))).fed;
    const { fed } = await reconcile(ports, this.ledger.scan(), (each) => this.differences.push(each));
    if (fed > 0) throw new Error(`${fed} entries were fed again`);
    this.#ms += 3_600_000;
    await sealHours(ports, new Date(this.#ms).toISOString());
  }

  async #tell(): Promise<void> {
    const most = this.#plan.mischief === undefined ? TOLD : TOLD_WITH_MISCHIEF;
    for (let told = 0; told < most; ) {
      await this.chaos.turn();
      const subject = SUBJECTS[this.chaos.below(SUBJECTS.length)] as Subject;
      const from = this.ledger.chains.get(subject)?.length ?? 0;
      const entries = (ENTRIES.get(subject) ?? []).slice(from, from + 1 + this.chaos.below(4));
      told += Math.max(1, entries.length);
      this.ledger.insert(entries);
      for (const each of entries) {
        if (this.chaos.random() < this.#plan.dropped) continue;
        this.#stream.push(...(this.chaos.random() < this.#plan.doubled ? [each, each] : [each]));
      }
    }
  }

  async #sequencer(): Promise<void> {
    let memory = new EdgeMemory();
    while (!this.#stopped) {
      await this.chaos.turn();
      const batch = this.#take(1 + this.chaos.below(8));
      if (batch.length === 0) continue;
      const outcome = await this.#invoke(async (crash) => await sequence(this.#ports(crash, memory), batch));
      // A new process, also when nothing was wrong with the old one.
      if (outcome === "crashed" || this.chaos.below(5) === 0) memory = new EdgeMemory();
      // What was not done comes again; and now and then what was.
      if (typeof outcome === "string" || this.chaos.random() < this.#plan.doubled / 4) this.#stream.push(...batch);
      else {
        this.#stream.push(...outcome.held);
        this.seen.appended += outcome.appended;
      }
    }
  }

  /** Records in any order, as those of many shards are. */
  #take(most: number): SealedEntry[] {
    const batch: SealedEntry[] = [];
    while (batch.length < most && this.#stream.length > 0)
      batch.push(...this.#stream.splice(this.chaos.below(Math.min(12, this.#stream.length)), 1));
    return batch;
  }

  async #sealer(): Promise<void> {
    const memory = new EdgeMemory();
    while (!this.#stopped) {
      for (let wait = this.chaos.below(150); wait > 0; wait--) await this.chaos.turn();
      if (this.#stopped) return;
      this.#ms += this.chaos.below(4) * 3_000_000;
      const now = new Date(this.#ms).toISOString();
      const hours = await this.#invoke((crash) => sealHours(this.#ports(crash, memory), now));
      if (typeof hours !== "string") this.seen.hours += hours.length;
    }
  }

  /** In a third of the runs also while all else goes on. */
  async #reconciler(): Promise<void> {
    if (this.#plan.seed % 3 !== 0) return;
    for (let wait = 60; wait > 0; wait--) await this.chaos.turn();
    if (this.#stopped) return;
    const memory = new EdgeMemory();
    const outcome = await this.#invoke((crash) =>
      reconcile(this.#ports(crash, memory), this.ledger.scan(), (each) => this.differences.push(each)),
    );
    if (typeof outcome !== "string") this.seen.healed += outcome.fed;
  }

  #ports(crash: () => void, memory = new EdgeMemory()): SequencePorts {
    const sign: Signer["sign"] = async (message) => {
      this.signed.push(Buffer.from(message).toString());
      return await SIGNER.sign(message);
    };
    return {
      lock: this.#wrap(this.lock, crash),
      places: this.#wrap(this.places, crash),
      store: this.#wrap(this.store, crash),
      chains: this.chaos.wrap(this.ledger, crash),
      signers: [{ key: SIGNER.key, sign: this.chaos.wrap({ sign }, crash).sign }],
      log: IDENTITY,
      memory,
      pause: async () => {
        this.seen.lost++;
        await this.chaos.turn();
      },
    };
  }

  /** A port of which now and then a call is late: others may have done much meanwhile. */
  #wrap<T extends object>(port: T, crash: () => void): T {
    const wrapped = this.chaos.wrap(port, crash);
    return new Proxy(wrapped, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== "function") return call;
        return async (...args: unknown[]) => {
          const late = this.chaos.random() < this.#plan.late ? 15 + this.chaos.below(65) : 0;
          for (let wait = late; wait > 0; wait--) await this.chaos.turn();
          return await (call as (...args: unknown[]) => unknown)(...args);
        };
      },
    });
  }

  /** One invocation. A crashed one's calls may still take effect, as a request on its way does. */
  async #invoke<T>(run: (crash: () => void) => Promise<T>): Promise<T | "crashed" | "failed"> {
    let crash = (): void => {};
    const crashed = new Promise<"crashed">((down) => {
      crash = () => down("crashed");
    });
    const before = this.#disturbances;
    const wasDisturbed = this.disturbed;
    this.#running++;
    try {
      const outcome = await Promise.race([run(crash), crashed]);
      if (outcome === "crashed") this.seen.crashes++;
      return outcome;
    } catch (error) {
      const refused = error instanceof LogError && error.code !== "contended";
      if (refused) this.refusals.push(error.code);
      if (error instanceof InjectedFault || (error instanceof LogError && error.code === "contended")) return "failed";
      if (wasDisturbed || before !== this.#disturbances) return "failed";
      throw error;
    } finally {
      this.#running--;
    }
  }

  /** Does what the plan says when the log has grown a little, and takes it back after a while. */
  async #operator(): Promise<void> {
    const { mischief } = this.#plan;
    if (mischief === undefined) return;
    const due = this.lock.history.length + 1 + this.chaos.below(2);
    while (!this.#stopped && this.lock.history.length < due) await this.chaos.turn();
    if (this.#stopped) return;
    // A tile is met by nobody but who opens the edge at the very row that it belongs to: once more, then, until somebody has.
    const tries = mischief === "tile" ? 40 : 1;
    for (let at = 0; at < tries && !this.#stopped && this.refusals.length === 0; at++) {
      const takeBack = await this.#disturb(mischief);
      for (let wait = mischief === "tile" ? 8 : 40 + this.chaos.below(80); wait > 0; wait--) await this.chaos.turn();
      if (takeBack === undefined) continue;
      takeBack();
      this.#disturbances++;
    }
  }

  async #disturb(mischief: Mischief): Promise<(() => void) | undefined> {
    const { lock, store } = this;
    const { row } = lock;
    const { current } = store;
    if (row === undefined || current === undefined) return undefined;
    const put = (note: Uint8Array | undefined) => {
      store.current = note === undefined ? undefined : { note, version: `put ${++this.#puts}` };
    };
    switch (mischief) {
      case "lock": {
        // Behind what is published: that nobody has published yet can be taken back unseen.
        const size = Number(Buffer.from(current.note).toString().split("\n")[1]);
        const early = lock.history.filter((each) => each.size < size).at(-1 - this.chaos.below(2));
        if (early === undefined) return undefined;
        this.#disturbances++;
        lock.row = early;
        return () => {
          lock.row = row;
        };
      }
      case "checkpoint":
      case "no-checkpoint":
        this.#disturbances++;
        put(mischief === "checkpoint" ? store.notes[this.chaos.below(store.notes.length)] : undefined);
        return () => {};
      case "foreign-checkpoint": {
        const note = await signCheckpoint({ origin: ORIGIN, size: row.size, root: row.root, extensions: [] }, [FOREIGN]);
        this.#disturbances++;
        put(note);
        return () => put(store.notes.at(-1));
      }
      case "tile": {
        const paths = edgeTiles(row.size)
          .map(tilePath)
          .filter((path) => store.tiles.has(path));
        const good = paths.map((path) => [path, store.tiles.get(path) as Uint8Array] as const);
        this.#disturbances++;
        for (const [path, bytes] of good) {
          const changed = Uint8Array.from(bytes);
          changed[2] = (changed[2] ?? 0) ^ 1;
          store.tiles.set(path, changed);
        }
        return () => {
          for (const [path, bytes] of good) if (store.tiles.has(path)) store.tiles.set(path, bytes);
        };
      }
      default:
        return mischief satisfies never;
    }
  }
}
