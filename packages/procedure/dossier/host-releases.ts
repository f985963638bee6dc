import type { DeploymentState } from "@change-ledger/model";
import { hostDeploymentState } from "@change-ledger/model";
import type { InForce } from "../configuration/in-force.ts";
import type { Buckets } from "./buckets.ts";
import type { Deployment } from "./deployments.ts";

/**
 * Deployments to production that the code host keeps itself, of one of these commits. Only an environment that the configuration names production is one: hosts call
 * many things environments.
 */
export function hostReleases(
  { hostDeployments }: Pick<Buckets, "hostDeployments">,
  commits: readonly string[],
  home: string,
  inForce: InForce,
): Deployment[] {
  const own = hostDeployments.filter(
    ({ entry: { facts } }) => commits.includes(facts.commit) && inForce.hostEnvironment(home, facts.environment) === "production",
  );
  return [...Map.groupBy(own, ({ entry }) => entry.facts.id)].map(([id, told]): Deployment => {
    let started: (typeof told)[number] | undefined;
    let ended: (typeof told)[number] | undefined;
    let state: DeploymentState | undefined;
    for (const one of told) {
      const said = one.entry.kind === "host-deployment-status" ? hostDeploymentState(one.entry.facts.state) : "Created";
      if (said === undefined) continue;
      if (said === "InProgress") started ??= one;
      if (said === "Succeeded" || said === "Failed") ended ??= one;
      if (ended === undefined || ended === one) state = said;
    }
    const first = started ?? (told[0] as (typeof told)[number]);
    const { commit } = first.entry.facts;
    return {
      subject: `deployment:${home}/${id}`,
      application: undefined,
      group: undefined,
      environment: "production",
      named: true,
      state,
      startedAt: first.entry.occurredAt,
      endedAt: ended?.entry.occurredAt,
      rollback: false,
      rollsBack: undefined,
      rolledBackBy: undefined,
      revision: { type: "GitHub", commit, by: "revision" },
      gaveUp: undefined,
      unanswered: [],
      restores: undefined,
      created: [],
      told: first,
      endTold: ended,
      lookup: undefined,
    };
  });
}
