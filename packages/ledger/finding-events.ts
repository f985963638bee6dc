import type { SealedEntry } from "@change-ledger/model";
import type { Bus } from "./ports.ts";

/** Under which the ledger itself speaks on our bus, to whoever subscribes. Nothing of it is taken in again. */
const FINDING_EVENTS = { source: "change-ledger", opened: "Finding opened", resolved: "Finding resolved" } as const;

type BusEvent = Parameters<Bus["put"]>[0];

/**
 * What an entry makes known to others: findings that it opens and resolves (docs/formats.md has the schema). At-least-once: `entry` and the finding's id tell
 * repetitions apart. A refused configuration is a finding that the next one in force resolves.
 */
export function findingEvents({ entry, hash }: SealedEntry): BusEvent[] {
  const about = { version: 1, entry: { subject: entry.subject, seq: entry.seq, hash }, at: entry.occurredAt };
  const put = (detailType: string, finding: object): BusEvent => ({
    source: FINDING_EVENTS.source,
    detailType,
    detail: JSON.stringify({ ...about, subject: entry.subject, finding }),
  });
  if (entry.kind === "assessed")
    return [
      ...entry.facts.opened.map((finding) =>
        put(FINDING_EVENTS.opened, { id: `${entry.subject}#${finding.test}/${finding.code}`, ...finding }),
      ),
      ...((entry.part?.index ?? 0) === 0
        ? entry.facts.resolved.map((name) => put(FINDING_EVENTS.resolved, { id: `${entry.subject}#${name}` }))
        : []),
    ];
  if (entry.kind !== "configuration" || entry.facts.status === "offered") return [];
  const id = `${entry.subject}#configuration/refused`;
  if (entry.facts.status === "in-force") return [put(FINDING_EVENTS.resolved, { id })];
  const [first] = entry.facts.faults ?? [];
  const place = first === undefined ? "" : `, the first at line ${first.line}: ${first.code} in ${first.field}`;
  const because = `Configuration: the offered version ${entry.facts.version.slice(0, 12)} has ${entry.facts.faults?.length ?? 0} faults${place}. The last good one stays in force.`;
  return [put(FINDING_EVENTS.opened, { id, test: "configuration", code: "refused", because })];
}
