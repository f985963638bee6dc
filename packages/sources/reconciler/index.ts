import { factSchema, instantSchema, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { SourceError } from "../fault.ts";
import { parseJson } from "../json.ts";
import { read } from "../read.ts";
import type { Source } from "../source.ts";

const result = z.object({ kind: z.enum(["reconciled", "verified"]), at: instantSchema, facts: z.unknown() });

/**
 * What our own reconcilers found when they compared: `{kind: "reconciled" | "verified", at, facts}`. It is on record in the ledger's own audit chain, and so in the log:
 * nobody can say later that a list was compared, or was equal, that was not.
 */
export const reconciler: Source = {
  system: "reconciler",
  version: 1,
  // The same result of the same instant is the same run's.
  deliveryId: () => undefined,
  normalise(delivery, auth, _settings) {
    const { kind, at, facts } = read(result, parseJson(delivery.body));
    const fact = factSchema.safeParse({ kind, facts });
    if (!fact.success)
      throw new SourceError(fact.error.issues[0]?.path.map(String).join(".") || "facts", "expected what a comparison found");
    const reading = { ...fact.data, subject: subject("audit", "default"), occurredAt: at };
    return assemble(reconciler, delivery, auth, reading, { event: kind });
  },
};
