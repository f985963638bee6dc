import type { FactsOf } from "@change-ledger/model";
import type { Caller } from "./caller.ts";
import type { ApiPorts } from "./ports.ts";
import { onRecord } from "./put-on-record.ts";

type Read = Omit<FactsOf<"evidence-read">, "by" | "scopes">;

/**
 * Puts on record that `caller` reads evidence. To be awaited before any of it is given out: what could not be put on record is not read.
 * @throws ApiError `not-recorded`
 */
export async function recordRead(ports: ApiPorts, caller: Caller, read: Read): Promise<void> {
  await onRecord(ports, caller, (by) => ({ kind: "evidence-read", facts: { ...read, by, scopes: [...caller.scopes] } }));
}
