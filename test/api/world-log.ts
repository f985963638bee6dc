import type { LedgerExport, ObjectLinks } from "@change-ledger/api";
import { EdgeMemory, formatTrust, type SequencePorts, sealHours, sequence, tilePath } from "@change-ledger/log";
import type { SealedEntry } from "@change-ledger/model";
import { MemoryLock, MemoryPlaces, MemoryStore } from "../log/memory-log.ts";
import { trialSigner } from "../log/signer.ts";
import type { MemoryChains } from "../query/memory.ts";

const ORIGIN = "ledger.example/api";
const SIGNER = trialSigner(ORIGIN, 5);
export const IDENTITY = { origin: ORIGIN, keys: [SIGNER.key] };
const TRUST = { origin: ORIGIN, noteKeys: [{ key: SIGNER.key, from: "2023-01-01T00:00:00Z" }], envelopeKeys: [] };

class PublishedStore extends MemoryStore {
  trustFile: Uint8Array | undefined = formatTrust(TRUST);

  async trust(): Promise<Uint8Array | undefined> {
    return this.trustFile;
  }
}

/** The log of a small ledger, as it is published. */
export class WorldLog {
  readonly store = new PublishedStore();
  readonly places = new MemoryPlaces();
  readonly links: ObjectLinks = {
    bundle: async (key, versionId) => `https://objects.example/${encodeURIComponent(key)}?versionId=${versionId}`,
    tile: async (tile) => `https://objects.example/${tilePath(tile)}`,
  };
  readonly #ports: SequencePorts;

  constructor(chains: MemoryChains) {
    const { store, places } = this;
    const memory = new EdgeMemory();
    this.#ports = { lock: new MemoryLock(), places, store, chains, signers: [SIGNER], log: IDENTITY, memory, pause: async () => {} };
  }

  async take(entries: readonly SealedEntry[]): Promise<void> {
    await sequence(this.#ports, entries);
  }

  async sealHours(now: string): Promise<void> {
    await sealHours(this.#ports, now);
  }
}

/** The port in memory; a cursor is the number of entries before it. */
export function memoryExport({ chains }: MemoryChains): LedgerExport {
  return {
    async page(limit, cursor = "0") {
      if (!/^\d{1,6}$/.test(cursor)) return undefined;
      const all = [...chains.values()].flat();
      const from = Number(cursor);
      return { entries: all.slice(from, from + limit), ...(from + limit < all.length ? { next: String(from + limit) } : {}) };
    },
  };
}
