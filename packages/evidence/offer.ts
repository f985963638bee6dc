import type { SealedEntry } from "@change-ledger/model";
import { type ReadResult, readConfigurationValue } from "@change-ledger/procedure";
import { offeredValue } from "@change-ledger/sources";

/**
 * Reads an offered version of the configuration.
 * @param payload the archived body of its entry
 * @throws SourceError when it is no such payload
 */
export type ReadOffer = (payload: Uint8Array, offered: SealedEntry) => ReadResult;

/**
 * Reads no YAML (a reader of it is as large as a tenth of a Lambda): the value that was sent along, or the text as JSON. Whether that is what the text says, the
 * verdict tells; what it refused is not asked for again.
 */
export const readOfferedValue: ReadOffer = (payload, { entry }) => {
  if (entry.kind !== "configuration") return refusedOffer("expected an offered configuration");
  const value = offeredValue(payload);
  if (value === undefined) return refusedOffer(NOT_SENT_ALONG);
  return readConfigurationValue(value, entry.facts.version, entry.recordedAt);
};

export const NOT_SENT_ALONG = "expected JSON, or what the YAML stands for sent along: offer it by `change-ledger config put`";

export function refusedOffer(reason: string): ReadResult {
  return { ok: false, faults: [{ file: "", line: 1, column: 1, field: "", code: "not-the-form", reason }] };
}
