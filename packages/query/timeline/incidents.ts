import type { Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { earliest, lastOf, told } from "../order.ts";

/** An incident beside a deployment: never counted as the deployment's failure. */
export interface IncidentView {
  readonly incident: Subject;
  /** It names a change that the deployment carries, or was merely open between the deployment's start and the recovery. */
  readonly tie: "named" | "meanwhile";
  readonly openedAt?: string;
  readonly resolvedAt?: string;
  readonly severity?: string;
  readonly service?: string;
}

interface Span {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** @param chains in order of time @param during the deployment's time, the recovery's end included */
export function incidentsOf(
  chains: ReadonlyMap<Subject, readonly Recorded[]>,
  carried: ReadonlySet<Subject>,
  during: Span,
): readonly IncidentView[] {
  const found: IncidentView[] = [];
  for (const [incident, chain] of chains) {
    if (!incident.startsWith("incident:")) continue;
    const { view, names } = viewIncident(incident, chain);
    const named = names.some((change) => carried.has(change));
    if (named || isMeanwhile(view, during)) found.push({ ...view, tie: named ? "named" : "meanwhile" });
  }
  return found.sort((a, b) => ((a.openedAt ?? "~") + a.incident < (b.openedAt ?? "~") + b.incident ? -1 : 1));
}

function viewIncident(incident: Subject, chain: readonly Recorded[]) {
  let openedAt: string | undefined;
  let resolvedAt: string | undefined;
  let severity: string | undefined;
  let service: string | undefined;
  const names: Subject[] = [];
  for (const { entry } of chain) {
    if (entry.kind !== "incident") continue;
    const { facts } = entry;
    openedAt = earliest(openedAt, facts.openedAt ?? entry.occurredAt);
    if (facts.resolvedAt !== undefined) resolvedAt = lastOf(resolvedAt, facts.resolvedAt);
    severity = facts.severity ?? severity;
    service = facts.service ?? service;
    names.push(...(facts.changes ?? []));
  }
  return { view: told({ incident, openedAt, resolvedAt, severity, service }), names };
}

function isMeanwhile({ openedAt, resolvedAt }: Omit<IncidentView, "tie">, { from, to }: Span): boolean {
  if (openedAt === undefined || from === undefined) return false;
  return (to === undefined || openedAt <= to) && (resolvedAt === undefined || resolvedAt >= from);
}
