import type { ChainStore, LinkPlan, LinkStore } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import {
  comparePlaces,
  listedAt,
  type ModelStore,
  type Place,
  type Stored,
  type Summary,
  type SummaryType,
  scopeOf,
} from "@change-ledger/query";

/** The port in memory: what its comment says and nothing else. */
export class MemoryModels implements ModelStore {
  readonly items = new Map<Subject, { readonly state: Summary; readonly version: number }>();
  writes = 0;
  reads = 0;

  async get(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, Stored>> {
    this.reads++;
    return new Map(
      subjects.flatMap((subject) => {
        const item = this.items.get(subject);
        return item === undefined ? [] : [[subject, structuredClone(item)] as const];
      }),
    );
  }

  async put(writes: Parameters<ModelStore["put"]>[0]): Promise<("written" | "lost")[]> {
    return writes.map(({ state, before }) => {
      if ((this.items.get(state.subject)?.version ?? 0) !== before.version) return "lost";
      this.items.set(state.subject, structuredClone({ state, version: before.version + 1 }));
      this.writes++;
      return "written";
    });
  }

  async places(list: SummaryType, scope: string, limit: number, after?: Place): Promise<Place[]> {
    return this.#listed(list)
      .filter((place) => scopeOf(place.subject) === scope && (after === undefined || comparePlaces(after, place) < 0))
      .sort(comparePlaces)
      .slice(0, limit);
  }

  async scopes(list: SummaryType): Promise<string[]> {
    return [...new Set(this.#listed(list).map(({ subject }) => scopeOf(subject)))].sort();
  }

  #listed(list: SummaryType): Place[] {
    return [...this.items.values()].flatMap(({ state }) => {
      const at = state.type === list ? listedAt(state) : undefined;
      return at === undefined ? [] : [{ at, subject: state.subject }];
    });
  }
}

/** Chains to read. */
export class MemoryChains implements Pick<ChainStore, "read" | "tail"> {
  readonly chains = new Map<Subject, SealedEntry[]>();
  reads = 0;

  add(chain: readonly SealedEntry[]): void {
    for (const sealed of chain) {
      const known = this.chains.get(sealed.entry.subject) ?? [];
      if (sealed.entry.seq === known.length) this.chains.set(sealed.entry.subject, [...known, sealed]);
    }
  }

  async read(subject: Subject, from: number, limit: number): Promise<SealedEntry[]> {
    this.reads++;
    return (this.chains.get(subject) ?? []).slice(from, from + limit);
  }

  async tail(subject: Subject, limit: number): Promise<SealedEntry[]> {
    return (this.chains.get(subject) ?? []).slice(-limit).reverse();
  }
}

export class MemoryPlans implements Pick<LinkStore, "getPlan"> {
  readonly plans = new Map<Subject, LinkPlan>();
  async getPlan(deployment: Subject): Promise<LinkPlan | undefined> {
    return this.plans.get(deployment);
  }
}
