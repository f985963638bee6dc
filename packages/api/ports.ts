import type { ChainStore, LinkStore } from "@change-ledger/ledger";
import type { ModelStore } from "@change-ledger/query";

/** What the API reads; it writes nothing. */
export interface ApiPorts {
  readonly models: Pick<ModelStore, "get" | "places" | "scopes">;
  readonly chains: Pick<ChainStore, "read" | "tail">;
  readonly plans: Pick<LinkStore, "getPlan">;
  /** Hears of a fault that a caller only sees as 500. */
  readonly onFault: (error: unknown) => void;
}
