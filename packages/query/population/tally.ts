import { createHash } from "node:crypto";
import { CompactRange, leafOf } from "@change-ledger/log";
import { DATED_BY, ITEM_ENVIRONMENTS, ITEM_KINDS, ITEM_TYPES, type PopulationItem } from "./item.ts";

type Counts<K extends string> = Readonly<Record<K, number>>;

/** A population in numbers. */
export interface PopulationCounts {
  readonly kinds: Counts<(typeof ITEM_KINDS)[number]>;
  /** Of the deployments. */
  readonly environments: Counts<(typeof ITEM_ENVIRONMENTS)[number]>;
  readonly types: Counts<(typeof ITEM_TYPES)[number]>;
  readonly datedBy: Counts<(typeof DATED_BY)[number]>;
  /** First recorded long after their own time. */
  readonly late: number;
}

/** What stands for a population: whoever has the same items computes the same. */
export interface PopulationHead {
  /** RFC 6962 root hash over the items' canonical bytes in their order, hexadecimal. */
  readonly root: string;
  /** Items. */
  readonly size: number;
  /** Of the file: each item's canonical bytes and a line feed. */
  readonly sha256: string;
  readonly counts: PopulationCounts;
}

const LINE_FEED = Buffer.from("\n");

/** Adds up items, one after the other in their order. */
export class PopulationTally {
  readonly #tree = new CompactRange();
  readonly #file = createHash("sha256");
  readonly #kinds = zero(ITEM_KINDS);
  readonly #environments = zero(ITEM_ENVIRONMENTS);
  readonly #types = zero(ITEM_TYPES);
  readonly #datedBy = zero(DATED_BY);
  #late = 0;

  add(item: PopulationItem, bytes: Uint8Array): void {
    this.#tree.append(leafOf(bytes));
    this.#file.update(bytes).update(LINE_FEED);
    this.#kinds[item.kind]++;
    if (item.kind === "deployment") this.#environments[item.environment]++;
    this.#types[item.type]++;
    this.#datedBy[item.datedBy]++;
    if (item.late === true) this.#late++;
  }

  head(): PopulationHead {
    return {
      root: Buffer.from(this.#tree.root()).toString("hex"),
      size: this.#tree.size,
      sha256: this.#file.copy().digest("hex"),
      counts: {
        kinds: { ...this.#kinds },
        environments: { ...this.#environments },
        types: { ...this.#types },
        datedBy: { ...this.#datedBy },
        late: this.#late,
      },
    };
  }
}

function zero<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
