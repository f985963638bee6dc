import type { InForce } from "@change-ledger/procedure";
import type { ExpectedList } from "./certificate.ts";
import type { IndependentList } from "./independent-list.ts";
import type { PopulationItem } from "./item.ts";

/**
 * What the configuration speaks of and neither an item nor a list does: its silence may be that nothing happened, or that nothing came. Repositories by their name or
 * pattern, CodeDeploy's production groups as `?/?/<application>/<group>`, since no configuration names their account and region.
 */
export function expectedLists(
  { configuration }: Pick<InForce, "configuration">,
  items: readonly PopulationItem[],
  lists: readonly IndependentList[],
): ExpectedList[] {
  const scopes = new Map<string, Set<string>>();
  for (const { system, scope } of [...items, ...lists]) scopes.set(system, (scopes.get(system) ?? new Set()).add(scope.toLowerCase()));
  const heardOf = (system: string, is: (scope: string) => boolean) => [...(scopes.get(system) ?? [])].some(is);
  const silent = configuration.repositories.flatMap(({ match, deployments }): ExpectedList[] => {
    const home = `ref:${match.toLowerCase().replace(/\*$/, "")}`;
    const updated = heardOf("github", (scope) => scope.startsWith(match.endsWith("*") ? home : `${home}/`));
    const groups = deployments.flatMap(({ environment, codedeploy }): ExpectedList[] => {
      if (environment !== "production" || codedeploy === undefined) return [];
      const group = `/${codedeploy.application}/${codedeploy.group}`;
      const heard = heardOf("codedeploy", (scope) => scope.endsWith(group.toLowerCase()));
      return heard ? [] : [{ system: "codedeploy", scope: `?/?${group}` }];
    });
    return updated ? groups : [{ system: "github", scope: match }, ...groups];
  });
  return silent;
}
