import { type AuthenticatedBy, type Delivery, factSchema, ModelError, type SourceFact, subject } from "@change-ledger/model";
import { digestId } from "./assemble.ts";
import { SourceError } from "./fault.ts";
import { tooLarge } from "./limits.ts";
import { sourceOf } from "./registry.ts";
import type { Settings } from "./settings.ts";
import { eventId, type Source } from "./source.ts";

/**
 * The delivery as a fact. Total: whatever cannot be read becomes kind `unparsed`, which names the field and the rule and never the text.
 * Pure: the same delivery, authentication and settings give the same fact.
 */
export function normalise(delivery: Delivery, auth: AuthenticatedBy, settings: Settings): SourceFact {
  const source = sourceOf(delivery.system);
  if (source === undefined) return unparsed(delivery, auth, undefined, new SourceError("system", "expected a known source"));
  try {
    const fact = source.normalise(delivery, auth, settings);
    // An entry that breaks the ledger's own schema could never be read back: it must not be written.
    const checked = factSchema.safeParse({ kind: fact.kind, facts: fact.facts });
    if (!checked.success) {
      const field = checked.error.issues[0]?.path.map(String).join(".") || "facts";
      return unparsed(delivery, auth, source, new SourceError(field, "expected a value that a fact can hold"));
    }
    const large = tooLarge(fact);
    return large === undefined ? fact : unparsed(delivery, auth, source, new SourceError(large, "expected facts that fit an entry"));
  } catch (error) {
    return unparsed(delivery, auth, source, error);
  }
}

function unparsed(delivery: Delivery, auth: AuthenticatedBy, source: Source | undefined, error: unknown): SourceFact {
  const { field, rule } = reason(error);
  const system = /^[\w-]{1,64}$/.test(delivery.system) ? delivery.system : "unknown";
  return {
    kind: "unparsed",
    subject: subject("audit", system, "unparsed"),
    occurredAt: delivery.receivedAt,
    source: {
      system,
      event: eventId(delivery.headers["x-github-event"]) ?? "unparsed",
      id: source?.deliveryId(delivery) ?? digestId(delivery),
      auth,
      norm: source?.version ?? 1,
    },
    facts: { field, rule, bytes: delivery.body.length },
  };
}

/** What may be said of an error. Messages of the engine and of libraries can quote the payload: only our own are passed on. */
function reason(error: unknown): { field: string; rule: string } {
  if (error instanceof SourceError) return { field: error.field, rule: error.rule };
  if (error instanceof ModelError) return { field: "subject", rule: error.code };
  return { field: "body", rule: `unexpected ${error instanceof Error ? error.name : typeof error}` };
}
