/** What a verifier can find wrong, by name. docs/verify.md says of each what it means and what may have been done. */
export type Check =
  | "canonical"
  | "entry"
  | "chain-gap"
  | "chain-doubled"
  | "chain-prev"
  | "late"
  | "tile"
  | "tile-missing"
  | "bundle-entry"
  | "root"
  | "checkpoint"
  | "signature"
  | "not-signed"
  | "retired-key"
  | "wrong-origin"
  | "fork"
  | "truncated"
  | "hour-missing"
  | "hour-differs"
  | "ledger-order"
  | "ledger-missing"
  | "ledger-extra"
  | "ledger-differs"
  | "bag-format"
  | "file-missing"
  | "file-extra"
  | "file-differs"
  | "bundle-chains"
  | "payload-missing"
  | "payload-differs"
  | "assessment"
  | "proof"
  | "attestation"
  | "dossier-lacks"
  | "predecessor"
  | "sealed-missing"
  | "sealed-differs"
  | "certificate"
  | "population"
  | "sample"
  | "result";

/** One thing that is wrong, and where. Texts may hold whatever an attacker wrote: escape them before a terminal shows them. */
export interface Fault {
  readonly check: Check;
  readonly subject?: string | undefined;
  readonly seq?: number | undefined;
  /** Leaf index in the log. */
  readonly leaf?: number | undefined;
  /** Path below the log's prefix or within the bag; of a ledger export its name and line; of several bundles, the bundle's name first. */
  readonly file?: string | undefined;
  /** The member of an entry, or the part of a file. */
  readonly field?: string | undefined;
  readonly expected: string;
  readonly found: string;
}
