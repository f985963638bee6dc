import { type Delivery, sha256Hex } from "@change-ledger/model";
import { encodeClaim, encodeDelivery, FOUND } from "./message.ts";
import type { Bus, Inbox } from "./ports.ts";
import { DETAIL_MAX_BYTES } from "./receive.ts";

/** A delivery that a reconciler or a backfill found, and the way it came first where it was no answer to a question of ours. */
export interface Found {
  readonly delivery: Delivery;
  readonly by?: "webhook" | "bus" | undefined;
}

const AT_ONCE = 20;

/**
 * Hands in what was found, by the door that every delivery goes through: onto our bus, into the archive, normalised, appended. Durable once it resolves.
 * @throws when the bus or the inbox did not take one of them; the others may be in
 */
export async function handFound(
  { bus, inbox }: { readonly bus: Bus; readonly inbox: Pick<Inbox, "put"> },
  found: readonly Found[],
): Promise<void> {
  for (let at = 0; at < found.length; at += AT_ONCE)
    await Promise.all(
      found.slice(at, at + AT_ONCE).map(async ({ delivery, by }) => {
        let detail = encodeDelivery(delivery, by);
        if (Buffer.byteLength(detail) > DETAIL_MAX_BYTES) {
          const key = `found/${delivery.receivedAt.slice(0, 10)}/${sha256Hex(delivery.body)}`;
          await inbox.put(key, delivery.body);
          detail = encodeClaim(delivery, key, by);
        }
        await bus.put({ ...FOUND, detail });
      }),
    );
}
