import { type Entry, type Subject, subject, subjectId } from "@change-ledger/model";
import { rolledBackKey } from "./link-keys.ts";
import type { LinkStore } from "./ports.ts";

/** The deployment that this one says triggered it. CodeDeploy names it by its bare id: it lies in the same account and region. */
export function triggeredBy(entry: Entry): Subject | undefined {
  if (entry.kind !== "deployment-lookup" || entry.facts.rollsBack === undefined) return undefined;
  return subject("deployment", subjectId(entry.subject).split("/").slice(0, -1).join("/"), entry.facts.rollsBack);
}

/**
 * Deployments that say that they rolled this one back. Its own look-up may name none: it was answered before there was one, or never. Eventually consistent.
 */
export async function rollbacksOn(links: Pick<LinkStore, "getMany">, deployment: Subject): Promise<readonly Subject[]> {
  const key = rolledBackKey(deployment);
  const items = await links.getMany([key]);
  return [...(items.get(key)?.["by"] ?? [])].slice(0, MOST) as Subject[];
}

/** CodeDeploy rolls a deployment back once. */
const MOST = 20;
