import {
  type Checkpoint,
  EdgeMemory,
  type LogIdentity,
  openCheckpoint,
  readBundles,
  type SequencePorts,
  type Signer,
  sequence,
} from "@change-ledger/log";
import { type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import { entryAt } from "../contract/sealed.ts";
import { MemoryLedger, MemoryLock, MemoryPlaces, MemoryStore } from "./memory-log.ts";
import { trialSigner } from "./signer.ts";

export const ORIGIN = "ledger.example/trial";
export const SIGNER: Signer = trialSigner(ORIGIN, 7);
export const IDENTITY: LogIdentity = { origin: ORIGIN, keys: [SIGNER.key] };

/** A log of its own, and the ledger that it is the log of. */
export class TrialLog {
  readonly lock = new MemoryLock();
  readonly places = new MemoryPlaces();
  readonly store = new MemoryStore();
  readonly chains = new MemoryLedger();

  /** What one process has. */
  ports(more: Partial<SequencePorts> = {}): SequencePorts {
    const { lock, places, store, chains } = this;
    return { lock, places, store, chains, signers: [SIGNER], log: IDENTITY, memory: new EdgeMemory(), pause: async () => {}, ...more };
  }

  /** Appends so many entries to a chain of the ledger. */
  tell(subject: Subject, count: number): SealedEntry[] {
    const seq = this.chains.chains.get(subject)?.length ?? 0;
    const told = Array.from({ length: count }, (_, at) => entryAt(subject, seq + at));
    this.chains.insert(told);
    return told;
  }

  /** Tells and sequences. */
  async grow(subject: Subject, count: number): Promise<SealedEntry[]> {
    const told = this.tell(subject, count);
    await sequence(this.ports(), told);
    return told;
  }

  get head(): Checkpoint {
    return openCheckpoint(this.store.current?.note ?? new Uint8Array(), IDENTITY);
  }

  /** Leaf hashes of the published log, verified. */
  async leaves(): Promise<string[]> {
    const found: string[] = [];
    for await (const { hashes } of readBundles(this.store, this.head)) found.push(...hashes);
    return found;
  }

  /** All that is stored, for comparing. */
  snapshot(): string {
    const files = [...this.store.tiles].map(([path, bytes]) => `${path} ${sha256Hex(bytes)}`).sort();
    return JSON.stringify([
      files,
      [...this.places.chains.values()].map((chain) => [...chain.values()]),
      this.store.current?.note.toString(),
    ]);
  }
}
