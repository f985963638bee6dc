import type { ChainStore, LinkItem, LinkPlan, LinkStore } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";

/** The ledger table in memory: the third engine of the contract suite, and the one that the simulation can break at will. */
export class MemoryChains implements ChainStore {
  readonly chains = new Map<Subject, SealedEntry[]>();
  readonly marked = new Map<string, string>();
  readonly onInsert: ((entry: SealedEntry) => void)[] = [];

  async tail(subject: Subject, limit: number): Promise<SealedEntry[]> {
    return held(this.chains.get(subject) ?? [], 0)
      .slice(-limit)
      .reverse();
  }
  async read(subject: Subject, from: number, limit: number): Promise<SealedEntry[]> {
    return held(this.chains.get(subject) ?? [], from).slice(0, limit);
  }
  async insert(entries: readonly SealedEntry[]): Promise<("inserted" | "taken")[]> {
    return entries.map((sealed) => {
      const { subject, seq } = sealed.entry;
      const chain = this.chains.get(subject) ?? [];
      if (chain[seq] !== undefined) return "taken";
      chain[seq] = sealed;
      this.chains.set(subject, chain);
      for (const tell of this.onInsert) tell(sealed);
      return "inserted";
    });
  }
  async markers(keys: readonly string[]): Promise<Map<string, string>> {
    return new Map(keys.flatMap((key) => (this.marked.has(key) ? [[key, this.marked.get(key) ?? ""] as const] : [])));
  }
  async mark(markers: ReadonlyMap<string, string>): Promise<void> {
    for (const [key, value] of markers) if (!this.marked.has(key)) this.marked.set(key, value);
  }
  all(): SealedEntry[] {
    return [...this.chains.values()].flat();
  }
}

export class MemoryLinks implements LinkStore {
  readonly items = new Map<string, Map<string, Set<string>>>();
  readonly notes = new Map<string, Set<string>>();
  readonly plans = new Map<Subject, LinkPlan>();

  async merge(key: string, add: Readonly<Record<string, readonly string[]>>): Promise<LinkItem> {
    const item = this.items.get(key) ?? new Map<string, Set<string>>();
    this.items.set(key, item);
    for (const [name, values] of Object.entries(add))
      if (values.length > 0) item.set(name, new Set([...(item.get(name) ?? []), ...values]));
    return snapshot(item);
  }
  async mergeMany(
    merges: readonly { readonly key: string; readonly add: Readonly<Record<string, readonly string[]>> }[],
  ): Promise<{ readonly item: LinkItem; readonly fresh: boolean }[]> {
    const merged: { readonly item: LinkItem; readonly fresh: boolean }[] = [];
    for (const { key, add } of merges) merged.push({ fresh: !this.items.has(key), item: await this.merge(key, add) });
    return merged;
  }
  async get(key: string): Promise<LinkItem> {
    return snapshot(this.items.get(key) ?? new Map());
  }
  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, LinkItem>> {
    return new Map(keys.flatMap((key) => (this.items.has(key) ? [[key, snapshot(this.items.get(key) ?? new Map())] as const] : [])));
  }
  async note(key: string, at: string, value: string): Promise<void> {
    this.notes.set(key, new Set([...(this.notes.get(key) ?? []), `${at}#${value}`]));
  }
  async latestBefore(key: string, at: string): Promise<string | undefined> {
    const before = [...(this.notes.get(key) ?? [])]
      .filter((note) => note < at)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return before.at(-1)?.split("#").slice(1).join("#");
  }
  async earliestAfter(key: string, at: string): Promise<string | undefined> {
    const after = [...(this.notes.get(key) ?? [])]
      .filter((note) => note > `${at}$`)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return after[0]?.split("#").slice(1).join("#");
  }
  async getPlan(deployment: Subject): Promise<LinkPlan | undefined> {
    return structuredClone(this.plans.get(deployment));
  }
  async getPlans(deployments: readonly Subject[]): Promise<ReadonlyMap<Subject, LinkPlan>> {
    return structuredClone(new Map([...this.plans].filter(([deployment]) => deployments.includes(deployment))));
  }
  async putPlan(deployment: Subject, expected: number, plan: LinkPlan): Promise<boolean> {
    if ((this.plans.get(deployment)?.version ?? 0) !== expected) return false;
    this.plans.set(deployment, structuredClone(plan));
    return true;
  }
}

/** The entries from `from` on; a place may be held while one before it is not. */
function held(chain: readonly SealedEntry[], from: number): SealedEntry[] {
  return chain.slice(from).filter((sealed) => sealed !== undefined);
}

function snapshot(item: Map<string, Set<string>>): LinkItem {
  return Object.fromEntries([...item].map(([name, values]) => [name, new Set(values)]));
}
