import { pullRequestOf } from "@change-ledger/ledger";
import type { Entry, FactsOf, Subject } from "@change-ledger/model";
import { ITEM_TYPES, type ItemType } from "./item.ts";

interface Link {
  readonly version: number;
  readonly on: boolean;
}

interface Judged {
  readonly asOf: string;
  readonly hash: string;
  readonly type: ItemType;
}

/** Which changes a deployment carried or a push brought, and what type they were last judged to be: a function of the set of entries, whatever their order. */
export class ChangeIndex {
  readonly #links = new Map<Subject, Map<Subject, Link>>();
  readonly #merged = new Map<string, Set<Subject>>();
  readonly #types = new Map<Subject, Judged>();

  /** Takes in what entries of a change's chain say; all others are of no consequence. */
  add(entry: Entry, hash: string): void {
    if (!entry.subject.startsWith("change:")) return;
    if (entry.kind === "linked" || entry.kind === "unlinked") this.#link(entry.subject, entry.facts, entry.kind === "linked");
    else if (entry.kind === "pull-request" && entry.facts.state === "merged") this.#merge(entry.subject, entry.facts.mergeSha);
    else if (entry.kind === "assessed") this.#judge(entry.subject, { asOf: entry.facts.asOf, hash, type: entry.facts.type });
  }

  /** Of one deployment and change the link of the higher version holds; of one version the taking back. */
  #link(change: Subject, { deployment, version }: FactsOf<"linked">, on: boolean): void {
    const links = this.#links.get(deployment) ?? new Map<Subject, Link>();
    this.#links.set(deployment, links);
    const known = links.get(change);
    if (known === undefined || version > known.version || (version === known.version && !on)) links.set(change, { version, on });
  }

  #merge(change: Subject, sha: string | undefined): void {
    const home = pullRequestOf(change)?.home;
    if (home === undefined || sha === undefined) return;
    const key = `${home} ${sha}`;
    const known = this.#merged.get(key);
    if (known === undefined) this.#merged.set(key, new Set([change]));
    else known.add(change);
  }

  #judge(change: Subject, judged: Judged): void {
    const known = this.#types.get(change);
    if (known === undefined || known.asOf < judged.asOf || (known.asOf === judged.asOf && known.hash < judged.hash))
      this.#types.set(change, judged);
  }

  /** Sorted. */
  carried(deployment: Subject): Subject[] {
    const links = [...(this.#links.get(deployment) ?? [])];
    return links.flatMap(([change, { on }]) => (on ? [change] : [])).sort();
  }

  /** Pull requests merged as one of these commits of the repository, sorted. */
  mergedAs(home: string, commits: Iterable<string>): Subject[] {
    const found = new Set<Subject>();
    for (const sha of commits) for (const change of this.#merged.get(`${home} ${sha}`) ?? []) found.add(change);
    return [...found].sort();
  }

  /** Of several changes the type that stands first in ITEM_TYPES. */
  typeOf(changes: readonly Subject[]): ItemType {
    const types = new Set(changes.map((change) => this.#types.get(change)?.type ?? "unassessed"));
    return ITEM_TYPES.find((type) => types.has(type)) ?? "none";
  }
}
