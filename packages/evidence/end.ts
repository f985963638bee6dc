import { type Entry, recordEnd, type Subject, subjectId, subjectType } from "@change-ledger/model";
import type { DossierChain } from "./dossier.ts";

/** How a change came to its end. */
export type ChangeEnd = "deployed" | "rolled-back" | "closed" | "abandoned";

/**
 * How the change ended, or undefined while it has not: the moment its evidence is sealed.
 *
 * - `deployed`: a deployment that carries it succeeded;
 * - `rolled-back`: none did, and one that carries it failed or was stopped and was rolled back;
 * - `closed`: it is a change record, which says that it was carried out, well or not;
 * - `abandoned`: its pull request was closed and never merged, or its record was cancelled.
 *
 * A function of the set of entries: neither their order nor their repetition matters. A failed deployment that nothing rolled back is no end: the
 * next one carries the change too.
 * @param own entries of the change's chain
 * @param deployments entries of the deployments it is or was linked to and, where known, of those that rolled them back
 */
export function endOfChange(own: readonly Entry[], deployments: readonly Entry[]): ChangeEnd | undefined {
  const carriers = carriersOf(own);
  const states = [...carriers].map((carrier) => deploymentEnd(carrier, deployments));
  if (states.includes("succeeded")) return "deployed";
  if (states.includes("rolled-back")) return "rolled-back";
  return isAbandoned(own) ? "abandoned" : endOfRecord(own);
}

/** How the change of a dossier ended, as its chains tell it. */
export function endOfDossier(change: Subject, chains: readonly Pick<DossierChain, "subject" | "entries">[]): ChangeEnd | undefined {
  const told = (wanted: (subject: Subject) => boolean) =>
    chains.flatMap(({ subject, entries }) => (wanted(subject) ? entries.map(({ entry }) => entry) : []));
  return endOfChange(
    told((subject) => subject === change),
    told((subject) => subjectType(subject) === "deployment"),
  );
}

/** The deployments that the change is linked to: of `linked` and `unlinked` the one of the highest version holds. */
export function carriersOf(own: readonly Entry[]): Set<Subject> {
  const newest = new Map<Subject, { readonly version: number; readonly linked: boolean }>();
  for (const entry of own) {
    if (entry.kind !== "linked" && entry.kind !== "unlinked") continue;
    const { deployment, version } = entry.facts;
    const linked = entry.kind === "linked";
    const known = newest.get(deployment);
    if (known === undefined || version > known.version || (version === known.version && !linked))
      newest.set(deployment, { version, linked });
  }
  return new Set([...newest].filter(([, { linked }]) => linked).map(([deployment]) => deployment));
}

function deploymentEnd(deployment: Subject, entries: readonly Entry[]): "succeeded" | "rolled-back" | undefined {
  let failed = false;
  let rolledBack = false;
  for (const entry of entries) {
    if (entry.kind !== "deployment-state" && entry.kind !== "deployment-lookup") continue;
    if (entry.subject === deployment) {
      if (entry.facts.state === "Succeeded") return "succeeded";
      failed ||= entry.facts.state === "Failed" || entry.facts.state === "Stopped";
      rolledBack ||= entry.kind === "deployment-lookup" && entry.facts.rolledBackBy !== undefined;
    } else if (entry.kind === "deployment-lookup" && entry.facts.rollsBack !== undefined) {
      rolledBack ||= siblingOf(entry.subject, entry.facts.rollsBack) === deployment;
    }
  }
  return failed && rolledBack ? "rolled-back" : undefined;
}

/** CodeDeploy names the other deployment by its bare id: it lies in the same account and region. */
function siblingOf(deployment: Subject, id: string): string {
  return `deployment:${[...subjectId(deployment).split("/").slice(0, -1), id].join("/")}`;
}

/** Merged is for good; else what the latest event by the sender's clock says, and of several at that time all must say closed. */
function isAbandoned(own: readonly Entry[]): boolean {
  const events = own.filter((entry) => entry.kind === "pull-request");
  const last = events.reduce((latest, { occurredAt }) => (occurredAt > latest ? occurredAt : latest), "");
  if (events.length === 0 || events.some(({ facts }) => facts.state === "merged")) return false;
  return events.every(({ occurredAt, facts }) => occurredAt !== last || facts.state === "closed");
}

/** What the latest word on its state says, by the sender's clock; of several at that time all must say that it ended, and one that it was closed outweighs a cancelling. */
function endOfRecord(own: readonly Entry[]): "closed" | "abandoned" | undefined {
  const events = own.filter((entry) => entry.kind === "record" && (entry.facts.state !== undefined || entry.facts.closedAt !== undefined));
  const last = events.reduce((latest, { occurredAt }) => (occurredAt > latest ? occurredAt : latest), "");
  const ends = events
    .filter(({ occurredAt }) => occurredAt === last)
    .map((entry) => (entry.kind === "record" ? recordEnd(entry.facts) : undefined));
  if (ends.length === 0 || ends.includes(undefined)) return undefined;
  return ends.includes("closed") ? "closed" : "abandoned";
}
