import { type Actor, type AuthenticatedBy, type Delivery, type SourceFact, sha256Hex } from "@change-ledger/model";
import { foundEvent } from "./finder.ts";
import type { Reading, Source } from "./source.ts";

/** A reading with where it came from: the fact that the ledger appends. `told.id` saves reading a body again for the id in it. */
export function assemble(
  source: Source,
  delivery: Delivery,
  auth: AuthenticatedBy,
  reading: Reading,
  told: { readonly event: string; readonly actor?: Actor | undefined; readonly id?: string | undefined },
): SourceFact {
  const id = told.id ?? source.deliveryId(delivery) ?? digestId(delivery);
  const fact: SourceFact = {
    ...reading,
    source: { system: source.system, event: foundEvent(told.event, delivery, auth), id, auth, norm: source.version },
  };
  return told.actor === undefined ? fact : { ...fact, actor: told.actor };
}

/** Names an event whose sender gives it no id: the same bytes are the same event. */
export function digestId(delivery: Delivery): string {
  return `sha256:${sha256Hex(delivery.body)}`;
}
