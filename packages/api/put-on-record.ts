import type { FactsOf } from "@change-ledger/model";
import type { Caller } from "./caller.ts";
import { ApiError } from "./fault.ts";
import type { ApiPorts, AuditEvent } from "./ports.ts";

/** Puts one thing that a caller did on record. @throws ApiError `not-recorded` */
export async function onRecord(
  ports: Pick<ApiPorts, "audit" | "onFault">,
  caller: Caller,
  event: (by: FactsOf<"evidence-read">["by"]) => AuditEvent,
): Promise<void> {
  try {
    await ports.audit.put([event({ kind: caller.kind, id: caller.id })]);
  } catch (error) {
    ports.onFault(error);
    throw new ApiError("not-recorded", "the bus did not take it; ask again");
  }
}
