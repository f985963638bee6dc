import type { Subject } from "@change-ledger/model";
import { type ListName, listedAt, type ModelStore, type ModelWrite, type Place, type Stored, type Summary } from "@change-ledger/query";

/** The read models in memory, version by version; lists are the adapters' business and not kept here. */
export class MemoryModels implements ModelStore {
  readonly stored = new Map<Subject, { readonly state: Summary; readonly version: number }>();

  async get(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, Stored>> {
    return new Map(
      subjects.flatMap((subject) => {
        const stored = this.stored.get(subject);
        return stored === undefined ? [] : [[subject, stored] as const];
      }),
    );
  }
  async put(writes: readonly ModelWrite[]): Promise<readonly ("written" | "lost")[]> {
    return writes.map(({ state, before }) => {
      if ((this.stored.get(state.subject)?.version ?? 0) !== before.version) return "lost";
      this.stored.set(state.subject, { state, version: before.version + 1 });
      return "written";
    });
  }
  async places(_list: ListName, _scope: string, _limit: number, _after?: Place): Promise<readonly Place[]> {
    return [];
  }
  async scopes(): Promise<readonly string[]> {
    return [];
  }
  /** Subjects that a list would show. */
  listed(): Subject[] {
    return [...this.stored.values()].filter(({ state }) => listedAt(state) !== undefined).map(({ state }) => state.subject);
  }
}
