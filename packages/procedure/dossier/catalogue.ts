import type { Subject } from "@change-ledger/model";
import type { Case } from "./case.ts";
import type { Recorded } from "./recorded.ts";
import { latestWord } from "./tickets.ts";

/** The catalogue's item that a standard change names, held to the configuration. */
export interface Catalogued {
  readonly founded: boolean;
  readonly code: "satisfied" | "no-item" | "unknown-item" | "expired" | "not-yet-approved";
  readonly words: string;
  readonly told: readonly Recorded[];
}

/** @param sources tickets and records that call the change standard, the first to say so first: its item is the one */
export function catalogued(of: Case, sources: ReadonlySet<Subject>): Catalogued {
  const named = itemOf(of, sources);
  if (named === undefined)
    return { founded: false, code: "no-item", words: "No item of the catalogue is named with its version", told: [] };
  const { item, version, told } = named;
  const found = of.inForce.configuration.catalogue.find((one) => one.item === item && one.version === version);
  const name = `${item}, version ${version}`;
  if (found === undefined) return { founded: false, code: "unknown-item", words: `${name} is not in the catalogue`, told: [told] };
  const start = of.releasedAt ?? told.entry.occurredAt;
  const startMs = Date.parse(start);
  if (startMs < Date.parse(found.from))
    return {
      founded: false,
      code: "not-yet-approved",
      words: `${name} was approved only from ${found.from}, after ${start}`,
      told: [told],
    };
  if (startMs >= Date.parse(found.until))
    return { founded: false, code: "expired", words: `The approval of ${name} ended at ${found.until}, before ${start}`, told: [told] };
  return { founded: true, code: "satisfied", words: `${name} was pre-approved by ${found.approvedBy} until ${found.until}`, told: [told] };
}

function itemOf(
  of: Case,
  sources: ReadonlySet<Subject>,
): { readonly item: string; readonly version: string; readonly told: Recorded } | undefined {
  const { itemField, versionField } = of.inForce.configuration.standard;
  for (const subject of sources) {
    const said = of.records.get(subject)?.latest((facts) => facts.catalogue, of.releasedAt);
    if (said?.value.version !== undefined) return { item: said.value.item, version: said.value.version, told: said.told };
    const history = of.tickets.get(subject) ?? [];
    const item = latestWord(history, (facts) => facts.fields?.[itemField], of.releasedAt);
    const version = latestWord(history, (facts) => facts.fields?.[versionField], of.releasedAt);
    if (item !== undefined && version !== undefined) return { item: item.value, version: version.value, told: item.told };
  }
  return undefined;
}
