import type { Subject } from "@change-ledger/model";
import type { ChangeType } from "../procedures/block.ts";
import type { Case } from "./case.ts";
import { type Catalogued, catalogued } from "./catalogue.ts";
import { type Emergency, emergencyOf } from "./emergency.ts";
import { compareRecorded, EVER, type Recorded } from "./recorded.ts";
import { latestWord } from "./tickets.ts";

/** What type a change is, and what makes it so. */
export interface TypeOfChange {
  readonly type: ChangeType;
  /** The type's own conditions are met (T13, T15): only then do its exemptions hold. A normal change is always founded. */
  readonly founded: boolean;
  readonly because: string;
  readonly told: readonly Recorded[];
  readonly emergency?: Emergency | undefined;
  readonly catalogued?: Catalogued | undefined;
}

interface Claim {
  readonly type: "standard" | "emergency";
  readonly words: string;
  readonly told: Recorded;
  readonly source: Subject;
}

/**
 * The type that tickets, records and labels claim, if they did so before the change went to production: afterwards anybody could call it an emergency. Claims that
 * contradict each other make a normal change, which has to meet every test.
 */
export function typeOfChange(of: Case): TypeOfChange {
  const claims = claimsOf(of);
  const { releasedAt } = of;
  const inTime = claims.filter(({ told }) => told.entry.occurredAt <= (releasedAt ?? EVER));
  const types = new Set(inTime.map(({ type }) => type));
  const told = inTime.map((claim) => claim.told);
  if (types.size > 1) {
    const words = inTime.map((claim) => claim.words).sort();
    return {
      type: "normal",
      founded: true,
      because: `It is called two things (${words.join("; ")}), so it is judged as a normal change.`,
      told,
    };
  }
  const [claim] = inTime;
  if (claim === undefined) {
    const late = claims[0];
    const because =
      late === undefined
        ? "Nothing on record calls it standard or an emergency, so it is a normal change."
        : `${late.words}, but only after it went to production at ${releasedAt}: it is judged as a normal change.`;
    return { type: "normal", founded: true, because, told: late === undefined ? [] : [late.told] };
  }
  const sources = new Set(inTime.map(({ source }) => source));
  if (claim.type === "emergency") {
    const emergency = emergencyOf(of, sources);
    return { type: "emergency", founded: emergency.founded, because: `${claim.words}.`, told, emergency };
  }
  const found = catalogued(of, sources);
  return { type: "standard", founded: found.founded, because: `${claim.words}.`, told, catalogued: found };
}

function claimsOf(of: Case): Claim[] {
  const { emergency, standard } = of.inForce.configuration;
  const claims: Claim[] = [];
  for (const [subject, history] of of.records) {
    if (!of.named.has(subject)) continue;
    const first = history.first(
      (facts) => isType(facts.type, "emergency") || isType(facts.type, "standard") || facts.catalogue !== undefined,
    );
    if (first === undefined) continue;
    const type = isType(first.entry.facts.type, "emergency") ? ("emergency" as const) : ("standard" as const);
    claims.push({
      type,
      words: `The record ${subject} calls it ${type === "standard" ? "a standard change" : "an emergency"}`,
      told: first,
      source: subject,
    });
  }
  for (const [subject, history] of of.tickets) {
    if (!of.named.has(subject)) continue;
    const type = latestWord(history, (facts) => facts.type);
    if (type === undefined) continue;
    const first = history.find(({ entry }) => entry.facts.type === type.value) ?? type.told;
    if (emergency.ticketTypes.includes(type.value))
      claims.push({ type: "emergency", words: `${subject} is of type ${type.value}`, told: first, source: subject });
    else if (standard.ticketTypes.includes(type.value))
      claims.push({ type: "standard", words: `${subject} is of type ${type.value}`, told: first, source: subject });
  }
  const { pull } = of;
  const labelled = pull?.events.find(({ entry }) => entry.facts.labels?.some((label) => emergency.labels.includes(label)));
  if (labelled !== undefined)
    claims.push({ type: "emergency", words: "A label of the pull request calls it an emergency", told: labelled, source: of.change });
  return claims.sort((a, b) => compareRecorded(a.told, b.told));
}

function isType(said: string | undefined, type: string): boolean {
  return said?.toLowerCase() === type;
}
