import type { FactsOf } from "@change-ledger/model";
import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { present, told } from "../present.ts";
import { maybeText, read } from "../read.ts";

const own = z.object({
  issue: z.object({
    fields: z.object({ created: maybeText, resolutiondate: maybeText, priority: z.object({ name: maybeText }).nullish() }),
  }),
});

/**
 * What makes an issue an incident on record: when it was opened and resolved, whichever of its events came here first, and how grave it is.
 * @throws SourceError
 */
export function incidentFacts(fields: Readonly<Record<string, unknown>>): NonNullable<FactsOf<"ticket">["incident"]> {
  const { created, resolutiondate, priority } = read(own, { issue: { fields } }).issue.fields;
  return present({
    openedAt: firstInstant("issue.fields.created", created),
    resolvedAt: firstInstant("issue.fields.resolutiondate", resolutiondate),
    severity: told(priority?.name),
  });
}
