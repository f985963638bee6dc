import type { InForce } from "@change-ledger/procedure";
import type { ExpectedList } from "./certificate.ts";
import type { IndependentList } from "./independent-list.ts";
import type { PopulationItem } from "./item.ts";

/**
 * What the configuration speaks of and neither an item nor a list does: its silence may be that nothing happened, or that nothing came. Repositories by their name or
 * pattern, production's groups of CodeDeploy as `?/?/<application>/<group>` and services of ECS as `?/?/<cluster>/<service>`, since no configuration names their account
 * and region.
 */
export function expectedLists(
  { configuration }: Pick<InForce, "configuration">,
  items: readonly PopulationItem[],
  lists: readonly IndependentList[],
): ExpectedList[] {
  const scopes = new Map<string, Set<string>>();
  for (const { system, scope } of [...items, ...lists]) scopes.set(system, (scopes.get(system) ?? new Set()).add(scope.toLowerCase()));
  const heardOf = (system: string, is: (scope: string) => boolean) => [...(scopes.get(system) ?? [])].some(is);
  const unlessHeard = (system: string, target: string): ExpectedList[] =>
    heardOf(system, (scope) => scope.endsWith(target.toLowerCase())) ? [] : [{ system, scope: `?/?${target}` }];
  const silent = configuration.repositories.flatMap(({ match, deployments }): ExpectedList[] => {
    const home = `ref:${match.toLowerCase().replace(/\*$/, "")}`;
    const updated = heardOf("github", (scope) => scope.startsWith(match.endsWith("*") ? home : `${home}/`));
    const groups = deployments.flatMap(({ environment, codedeploy, ecs }): ExpectedList[] => {
      if (environment !== "production") return [];
      if (ecs !== undefined) return unlessHeard("ecs", `/${ecs.cluster}/${ecs.service}`);
      return codedeploy === undefined ? [] : unlessHeard("codedeploy", `/${codedeploy.application}/${codedeploy.group}`);
    });
    return updated ? groups : [{ system: "github", scope: match }, ...groups];
  });
  return silent;
}
