import { AUDIT_KINDS, type Fact, factSchema, type Subject, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { idOf, readPutEvent, VERSION } from "../bus-event.ts";
import { SourceError } from "../fault.ts";
import { withoutMail } from "../identity.ts";
import { instantOf } from "../instant.ts";
import { parseJson } from "../json.ts";
import { read } from "../read.ts";
import { eventId, type Source } from "../source.ts";

/** The source that the bus's policy leaves to the query API's role: nobody else can say that somebody read evidence. */
const API_SOURCE = "change-ledger.api";

const sent = z.object({ detail: z.object({ version: VERSION, id: z.string(), at: z.string().max(64), facts: z.looseObject({}) }) });
type AuditFact = Extract<Fact, { readonly kind: (typeof AUDIT_KINDS)[number] }>;

/** What the query API puts on record of its own use: evidence that was read, populations that were certified, samples that were drawn. */
export const ledgerApi: Source = {
  system: "ledger-api",
  version: 1,
  bus: ({ source }) => source === API_SOURCE,
  deliveryId: ({ body }) => idIn(body),
  normalise(delivery, auth, settings) {
    const event = readPutEvent(delivery.body);
    const { at, facts } = read(sent, { detail: event.detail }).detail;
    const fact = withoutAddresses(factOf(event.detailType, facts), settings.identityKey);
    const reading = { ...fact, subject: subjectOf(fact), occurredAt: instantOf(at, "detail.at") };
    return assemble(ledgerApi, delivery, auth, reading, {
      event: event.detailType,
      actor: { system: "ledger-api", id: fact.facts.by.id },
    });
  },
};

function factOf(kind: string, facts: object): AuditFact {
  const known = AUDIT_KINDS.find((one) => one === kind);
  if (known === undefined) throw new SourceError("detail-type", `expected one of ${AUDIT_KINDS.join(", ")}`);
  const parsed = factSchema.safeParse({ kind: known, facts });
  if (!parsed.success)
    throw new SourceError(`detail.${parsed.error.issues[0]?.path.map(String).join(".") ?? "facts"}`, "expected what its kind holds");
  return parsed.data as AuditFact;
}

/** A certificate has a chain of its own, in which the samples that were drawn from it stand behind it. */
function subjectOf(fact: AuditFact): Subject {
  return fact.kind === "evidence-read" ? "audit:default" : subject("audit", "population", fact.facts.certificate);
}

/** Who signs in by an e-mail address has that as their subject, or as their session's name: its keyed hash stands for it. */
function withoutAddresses(fact: AuditFact, key: string): AuditFact {
  const { by } = fact.facts;
  return { ...fact, facts: { ...fact.facts, by: { ...by, id: withoutMail(by.id, key) } } } as AuditFact;
}

/** What names itself is named so: recorded twice, it adds nothing. */
const namesItself = z.union([
  z.object({ "detail-type": z.literal("population-certified"), detail: z.object({ facts: z.object({ certificate: z.string() }) }) }),
  z.object({ "detail-type": z.literal("sample-drawn"), detail: z.object({ facts: z.object({ sample: z.string() }) }) }),
]);
const named = z.object({ detail: z.object({ id: z.string() }) });

function idIn(body: Uint8Array): string | undefined {
  let event: unknown;
  try {
    event = parseJson(body);
  } catch {
    return undefined;
  }
  const own = namesItself.safeParse(event).data;
  if (own !== undefined)
    return eventId(`${own["detail-type"]}/${"certificate" in own.detail.facts ? own.detail.facts.certificate : own.detail.facts.sample}`);
  return eventId(named.safeParse(event).data?.detail.id) ?? idOf(event);
}
