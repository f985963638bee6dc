import { type Entry, type Subject, subject, subjectId } from "@change-ledger/model";
import { rolledBackKey } from "./link-keys.ts";
import type { LinkStore } from "./ports.ts";

/** The deployment that this one says triggered it. CodeDeploy names it by its bare id: it lies in the same account and region. */
export function triggeredBy(entry: Entry): Subject | undefined {
  if (entry.kind !== "deployment-lookup" || entry.facts.rollsBack === undefined) return undefined;
  return subject("deployment", subjectId(entry.subject).split("/").slice(0, -1).join("/"), entry.facts.rollsBack);
}

/**
 * Deployments that say that they rolled one of these back. Its own look-up may name none: it was answered before there was one, or never. Eventually consistent; one read
 * for all that were not asked for before.
 * @param known what was asked for before, which is added to
 */
export async function rollbacksOn(
  links: Pick<LinkStore, "getMany">,
  deployments: readonly Subject[],
  known: Map<Subject, Promise<readonly Subject[]>>,
): Promise<readonly Subject[]> {
  const asked = [...new Set(deployments)].filter((deployment) => !known.has(deployment));
  if (asked.length > 0) {
    const reading = links.getMany(asked.map(rolledBackKey));
    for (const deployment of asked)
      known.set(
        deployment,
        reading.then((items) => [...(items.get(rolledBackKey(deployment))?.["by"] ?? [])].slice(0, MOST) as Subject[]),
      );
  }
  return (await Promise.all(deployments.map((deployment) => known.get(deployment) ?? []))).flat();
}

/** CodeDeploy rolls a deployment back once. */
const MOST = 20;
