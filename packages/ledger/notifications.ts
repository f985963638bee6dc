import type { FactsOf, SealedEntry } from "@change-ledger/model";
import type { Bus } from "./ports.ts";

/** Under which the ledger itself speaks on our bus, to whoever subscribes. Nothing of it is taken in again. */
const TOLD = {
  source: "change-ledger",
  opened: "Finding opened",
  resolved: "Finding resolved",
  reviewDue: "Retrospective review due",
  failed: "Deployment failed",
} as const;

/** The obligation of an emergency: somebody reviews it afterwards. */
const REVIEW_DUE = "retrospective-due";

type BusEvent = Parameters<Bus["put"]>[0];

/**
 * What an entry makes known to others: findings that it opens and resolves, reviews that are due, deployments that failed (docs/notifications.md has the schemas).
 * At-least-once: `entry` and what it names tell repetitions apart. A refused configuration is a finding that the next one in force resolves.
 */
export function notificationsOf({ entry, hash }: SealedEntry): BusEvent[] {
  const about = { version: 1, entry: { subject: entry.subject, seq: entry.seq, hash }, at: entry.occurredAt };
  const put = (detailType: string, told: object): BusEvent => ({
    source: TOLD.source,
    detailType,
    detail: JSON.stringify({ ...about, subject: entry.subject, ...told }),
  });
  // What a long entry goes on with in its continuations is told by the first of them alone, but for the findings that each lists.
  const first = (entry.part?.index ?? 0) === 0;
  switch (entry.kind) {
    case "assessed":
      return [
        ...entry.facts.opened.map((finding) =>
          put(TOLD.opened, { finding: { id: `${entry.subject}#${finding.test}/${finding.code}`, ...finding } }),
        ),
        ...(first ? entry.facts.resolved.map((name) => put(TOLD.resolved, { finding: { id: `${entry.subject}#${name}` } })) : []),
        ...(first ? (entry.facts.due ?? []) : [])
          .filter(({ code }) => code === REVIEW_DUE)
          .map(({ test, code, at }) => put(TOLD.reviewDue, { obligation: { id: `${entry.subject}#${test}/${code}`, dueAt: at } })),
      ];
    case "deployment-state": {
      const { state, application, group } = entry.facts;
      return state === "Failed" ? [put(TOLD.failed, { deployment: { state, application, group } })] : [];
    }
    case "configuration": {
      if (entry.facts.status === "offered") return [];
      const id = `${entry.subject}#configuration/refused`;
      if (entry.facts.status === "in-force") return [put(TOLD.resolved, { finding: { id } })];
      return [put(TOLD.opened, { finding: { id, test: "configuration", code: "refused", because: refusal(entry.facts) } })];
    }
    default:
      return [];
  }
}

function refusal({ version, faults = [] }: FactsOf<"configuration">): string {
  const [first] = faults;
  const place = first === undefined ? "" : `, the first at line ${first.line}: ${first.code} in ${first.field}`;
  return `Configuration: the offered version ${version.slice(0, 12)} has ${faults.length} faults${place}. The last good one stays in force.`;
}
