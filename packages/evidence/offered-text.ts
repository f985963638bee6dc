import { canonicalBytes } from "@change-ledger/model";
import { configurationValue, readConfiguration } from "@change-ledger/procedure";
import { offeredConfiguration, offeredValue } from "@change-ledger/sources";
import { NOT_SENT_ALONG, type ReadOffer, refusedOffer } from "./offer.ts";

/** Reads the text itself, and holds what was sent along to it: for the verdict, which all others go by. */
export const readOfferedText: ReadOffer = (payload, { entry }) => {
  const text = Buffer.from(offeredConfiguration(payload)).toString("utf8");
  const result = readConfiguration(text, entry.recordedAt);
  if (!result.ok) return result;
  const value = offeredValue(payload);
  if (value === undefined) return refusedOffer(NOT_SENT_ALONG);
  return Buffer.compare(canonicalBytes(value), canonicalBytes(configurationValue(text))) === 0
    ? result
    : refusedOffer("expected the value that was sent along to be what the text says");
};
