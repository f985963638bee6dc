import type { SealedEntry, Subject } from "@change-ledger/model";
import {
  comparePlaces,
  type ListName,
  listedAt,
  type ModelStore,
  type Place,
  type Stored,
  type Summary,
  scopeOf,
  sparsePlace,
  type Within,
} from "@change-ledger/query";
import { MemoryChains as LedgerChains, MemoryLinks } from "../ledger/memory.ts";

/** The port in memory: what its comment says and nothing else. */
export class MemoryModels implements ModelStore {
  readonly items = new Map<Subject, { readonly state: Summary; readonly version: number }>();
  readonly #scopes = new Set<string>();
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
      for (const { list } of standing(state)) this.#scopes.add(`${list}#${scopeOf(state.subject)}`);
      this.writes++;
      return "written";
    });
  }

  async places(list: ListName, scope: string, limit: number, after?: Place, within: Within = {}): Promise<Place[]> {
    const { from = "", to = "~", oldestFirst = false } = within;
    const compare = oldestFirst ? (a: Place, b: Place) => comparePlaces(b, a) : comparePlaces;
    return this.listed(list)
      .filter((place) => scopeOf(place.subject) === scope && place.at >= from && place.at < to)
      .filter((place) => after === undefined || compare(after, place) < 0)
      .sort(compare)
      .slice(0, limit);
  }

  async scopes(list: ListName): Promise<string[]> {
    return [...this.#scopes].flatMap((scope) => (scope.startsWith(`${list}#`) ? [scope.slice(list.length + 1)] : [])).sort();
  }

  /** Places of the list in all scopes, in no order. */
  listed(list: ListName): Place[] {
    return [...this.items.values()].flatMap(({ state }) =>
      standing(state).flatMap((one) => (one.list === list ? [{ at: one.at, subject: state.subject }] : [])),
    );
  }
}

/** Every list that a summary stands in. */
function standing(state: Summary): { readonly list: ListName; readonly at: string }[] {
  const at = listedAt(state);
  const own = at === undefined ? [] : [{ list: state.type as ListName, at }];
  return [...own, ...[sparsePlace(state) ?? []].flat()];
}

/** Chains to read, filled as tests like. */
export class MemoryChains extends LedgerChains {
  reads = 0;

  add(chain: readonly SealedEntry[]): void {
    for (const sealed of chain) {
      const known = this.chains.get(sealed.entry.subject) ?? [];
      if (sealed.entry.seq === known.length) this.chains.set(sealed.entry.subject, [...known, sealed]);
    }
  }

  override async read(subject: Subject, from: number, limit: number): Promise<SealedEntry[]> {
    this.reads++;
    return super.read(subject, from, limit);
  }
}

/** The deployments' plans are the linker's. */
export { MemoryLinks as MemoryPlans };
