/**
 * - `bag-format`: not the bag that we write: a tag file, a manifest or a number that says otherwise
 * - `file-missing`, `file-extra`, `file-differs`: a file that a manifest names and that is not there, one that none names, one with another digest
 * - `bundle-chains`: chains.json is none, or its chains are not those of the entries
 * - `canonical`, `entry`: a line that is not canonical JSON, or no entry of version 1
 * - `chain-gap`, `chain-doubled`, `chain-prev`: a chain's entries do not follow upon each other: a `seq` too high, too low, or another hash before it
 * - `payload-missing`, `payload-differs`: raw records that an entry was made from
 * - `assessment`: it cannot be read, is of another change, or rests on entries that are not in the bag
 * - `checkpoint`, `proof`: the log's checkpoint in the bag is none; an entry is not proved by it
 * - `attestation`: the statement says something else than the bag
 */
export type BagCheck =
  | "bag-format"
  | "file-missing"
  | "file-extra"
  | "file-differs"
  | "bundle-chains"
  | "canonical"
  | "entry"
  | "chain-gap"
  | "chain-doubled"
  | "chain-prev"
  | "payload-missing"
  | "payload-differs"
  | "assessment"
  | "checkpoint"
  | "proof"
  | "attestation";

/** One thing that is wrong with a bag: where, what was expected, what was found. */
export interface BagFault {
  readonly check: BagCheck;
  readonly subject?: string;
  readonly seq?: number;
  /** Path in the bag. */
  readonly file?: string;
  readonly field?: string;
  readonly expected: string;
  readonly found: string;
}

export type Report = (fault: BagFault) => void;

/** A bag's files by their paths in it. */
export type BagFiles = ReadonlyMap<string, Uint8Array>;

/** Reports a value that is not the expected one. */
export function reportUnlessSame(report: Report, where: Omit<BagFault, "expected" | "found">, expected: string, found: string): void {
  if (expected !== found) report({ ...where, expected, found });
}
