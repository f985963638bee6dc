import { canonicalBytes, type Delivery, type FactsOf } from "@change-ledger/model";

/** What a comparison found, as the delivery by which it enters the ledger. @param at when it was made: RFC 3339, UTC, ms */
export function resultDelivery(
  result:
    | { readonly kind: "reconciled"; readonly facts: FactsOf<"reconciled"> }
    | { readonly kind: "verified"; readonly facts: FactsOf<"verified"> },
  at: string,
): Delivery {
  return { system: "reconciler", receivedAt: at, headers: {}, body: canonicalBytes({ ...result, at }) };
}
