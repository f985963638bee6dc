import { randomUUID } from "node:crypto";
import type { ApiPorts } from "@change-ledger/api";
import type { Bus } from "@change-ledger/ledger";

/** The source under which the API alone puts events: the bus's policy holds everybody else off it. */
const SOURCE = "change-ledger.api";

/** Puts what the API does on record, by the way that every event takes: the kind is the detail type. */
export function auditBus(bus: Bus, now: () => string): ApiPorts["audit"] {
  return {
    async put(events) {
      await Promise.all(
        events.map(({ kind, facts }) =>
          bus.put({ source: SOURCE, detailType: kind, detail: JSON.stringify({ version: 1, id: randomUUID(), at: now(), facts }) }),
        ),
      );
    },
  };
}
