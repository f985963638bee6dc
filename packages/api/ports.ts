import type { Configurations, GatherPorts, RawStore } from "@change-ledger/evidence";
import type { ChainStore, LinkStore } from "@change-ledger/ledger";
import type { LogPlaces, LogStore, Tile } from "@change-ledger/log";
import type { AuditKind, FactsOf, SealedEntry } from "@change-ledger/model";
import type { HealthStore, ModelStore } from "@change-ledger/query";
import type { Principal } from "./principals.ts";

/** What the API puts on record: an entry of `audit:default`, by way of the bus and the ingest. */
export type AuditEvent = { [K in AuditKind]: { readonly kind: K; readonly facts: FactsOf<K> } }[AuditKind];

/** What the API reads, and puts on record. */
export interface ApiPorts {
  readonly audit: {
    /** Durable once it resolves: they become entries, in any order. At most 10. @throws when the bus did not take them all */
    put(events: readonly AuditEvent[]): Promise<void>;
  };
  /** Machines that sign their requests; the first that matches says what they may read. */
  readonly principals: readonly Principal[];
  readonly models: Pick<ModelStore, "get" | "places" | "scopes">;
  readonly chains: Pick<ChainStore, "read" | "tail">;
  readonly plans: Pick<LinkStore, "getPlan" | "getPlans">;
  readonly log: Pick<LogStore, "published" | "read" | "hours" | "hour"> & {
    /** The trust file's bytes; undefined before it was first published. */
    trust(): Promise<Uint8Array | undefined>;
  };
  readonly places: Pick<LogPlaces, "runs">;
  /** What the function that looks after the ledger itself found last. */
  readonly health: Pick<HealthStore, "get">;
  readonly ledger: LedgerExport;
  readonly links: ObjectLinks;
  /** What senders sent. */
  readonly raw: Pick<RawStore, "members">;
  /** What changes are judged again with. */
  readonly judging: GatherPorts & { readonly configurations: Configurations; readonly now: () => string };
  /** Hears of a fault that a caller only sees as 500. */
  readonly onFault: (error: unknown) => void;
}

/** What populations are made from and put on record with. */
export type PopulationPorts = Pick<ApiPorts, "audit" | "principals" | "chains" | "log" | "places" | "onFault"> & {
  readonly judging: Pick<ApiPorts["judging"], "configurations" | "now">;
};

/** A part of the ledger, in the order in which its store keeps it. */
export interface ExportPage {
  readonly entries: readonly SealedEntry[];
  /** Where the rest begins; absent at the end. */
  readonly next?: string;
}

/** The whole ledger, entry by entry: deduplication markers are no entries. */
export interface LedgerExport {
  /**
   * Entries from `cursor` on (from the beginning without one), about `limit` of them and a few megabytes; perhaps none, although there are more. Chains come
   * one after the other, in any order, each in order of seq. What was there before the first page was asked for is among them. Undefined for a
   * `cursor` that was not given out.
   */
  page(limit: number, cursor?: string): Promise<ExportPage | undefined>;
}

/** Seconds that a link holds. */
export const LINK_SECONDS = 300;

/** URLs with which who holds one reads an object for `LINK_SECONDS`, without a token. */
export interface ObjectLinks {
  bundle(key: string, versionId: string): Promise<string>;
  tile(tile: Tile): Promise<string>;
}
