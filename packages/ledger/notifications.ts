import type { FactsOf, SealedEntry, Subject } from "@change-ledger/model";
import type { Bus } from "./ports.ts";

/** Under which the ledger itself speaks on our bus, to whoever subscribes. Nothing of it is taken in again. */
const TOLD = {
  source: "change-ledger",
  opened: "Finding opened",
  resolved: "Finding resolved",
  reviewDue: "Retrospective review due",
  failed: "Deployment failed",
  late: "Checkpoint late",
  caughtUp: "Checkpoint caught up",
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

/** A log that is behind the ledger: what waits too long for a signed checkpoint. */
export interface LateCheckpoint {
  /** From when on what waits has waited, or should have been there. */
  readonly since: string;
  readonly because: string;
  /** Of what was looked at the entry that has waited longest; absent where it is an hour that was not sealed. */
  readonly entry?: { readonly subject: Subject; readonly seq: number; readonly hash: string };
}

/** What is told when the log falls behind, and when it has caught up (`late` undefined). @param origin the log's name */
export function checkpointTold(origin: string, late: LateCheckpoint | undefined, at: string): BusEvent {
  const about = { version: 1, subject: `log:${origin}`, at };
  if (late === undefined) return { source: TOLD.source, detailType: TOLD.caughtUp, detail: JSON.stringify(about) };
  const { entry, ...checkpoint } = late;
  return { source: TOLD.source, detailType: TOLD.late, detail: JSON.stringify({ ...about, ...(entry && { entry }), checkpoint }) };
}

function refusal({ version, faults = [] }: FactsOf<"configuration">): string {
  const [first] = faults;
  const place = first === undefined ? "" : `, the first at line ${first.line}: ${first.code} in ${first.field}`;
  return `Configuration: the offered version ${version.slice(0, 12)} has ${faults.length} faults${place}. The last good one stays in force.`;
}
