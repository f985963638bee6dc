import { type Subject, subject } from "@change-ledger/model";
import { compareText } from "../order.ts";
import type { Scope } from "./compare-scope.ts";
import { compareDeployments, deploymentsTold, type Told } from "./deployments.ts";
import type { DeploymentLists, Place, ReconcilePorts } from "./ports.ts";

/** Systems whose deployments AWS lists by account and region. */
const LISTED: ReadonlySet<string | undefined> = new Set(["codedeploy", "ecs"]);

/** Regions to ask about: ours, and those of which the ledger knows deployments. With our credentials we see our own account alone. */
export async function placesToAsk({ models, place }: Pick<ReconcilePorts, "models" | "place">): Promise<readonly Place[]> {
  const known = (await models.scopes("deployment")).flatMap((scope): Place[] => {
    const [system, account, region] = scope.split("/");
    if (!LISTED.has(system) || account === undefined || region === undefined) return [];
    return place === undefined || place.account === account ? [{ account, region }] : [];
  });
  const all = place === undefined ? known : [place, ...known];
  return [...new Map(all.map((one) => [`${one.account}/${one.region}`, one])).values()];
}

/** CodeDeploy's list of a place: each group of each application is a scope of its own. */
export async function deploymentScopes(ports: ReconcilePorts, lists: DeploymentLists, at: Place): Promise<Scope[]> {
  let told: Promise<readonly Told[]> | undefined;
  /** Of the whole place: read once for all its groups. */
  const known = () => {
    told ??= deploymentsTold(ports, `codedeploy/${at.account}/${at.region}`);
    return told;
  };
  const subjectOf = (id: string): Subject => subject("deployment", "codedeploy", at.account, at.region, id);
  const groups = await lists.groups(at);
  return groups.map(({ application, group }): Scope => {
    const here = async () => (await known()).filter((one) => one.application === application && one.group === group);
    return {
      system: "codedeploy",
      scope: `${at.account}/${at.region}/${application}/${group}`,
      async first() {
        const times = (await here()).map((one) => one.at).sort(compareText);
        return times[0] ?? "";
      },
      async open(from, to) {
        const listed = await lists.deployments(at, application, group, { from, to });
        const all = listed.map(({ id, ...one }) => ({ ...one, subject: subjectOf(id) }));
        const mine = await here();
        const of = {
          all,
          here: mine,
          told: await known(),
          known: async (some: readonly Subject[]) =>
            new Set(
              [
                ...(await lists.known(
                  at,
                  some.map((one) => one.slice(one.lastIndexOf("/") + 1)),
                )),
              ].map(subjectOf),
            ),
        };
        const items = [...listed.map(({ createdAt }) => ({ at: createdAt })), ...mine.filter((one) => one.at >= from)];
        return { items, compare: (window) => compareDeployments(ports, of, window) };
      },
    };
  });
}
