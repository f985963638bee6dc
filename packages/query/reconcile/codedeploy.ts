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
  let reading: Promise<readonly Told[]> | undefined;
  /** What the ledger tells of the whole place: read once for all its groups. */
  const toldOfPlace = () => {
    reading ??= deploymentsTold(ports, `codedeploy/${at.account}/${at.region}`);
    return reading;
  };
  const subjectOf = (id: string): Subject => subject("deployment", "codedeploy", at.account, at.region, id);
  /** Those that CodeDeploy knows after all, whatever group they belong to. */
  const known = async (some: readonly Subject[]): Promise<ReadonlySet<Subject>> => {
    const ids = await lists.known(at, some.map(idOf));
    return new Set([...ids].map(subjectOf));
  };
  const groups = await lists.groups(at);
  return groups.map(({ application, group }): Scope => {
    const ofGroup = async () => (await toldOfPlace()).filter((one) => one.application === application && one.group === group);
    return {
      system: "codedeploy",
      scope: `${at.account}/${at.region}/${application}/${group}`,
      async first() {
        const times = (await ofGroup()).map((one) => one.at).sort(compareText);
        return times[0] ?? "";
      },
      async open(from, to) {
        const listed = await lists.deployments(at, application, group, { from, to });
        const all = listed.map(({ id, ...one }) => ({ ...one, subject: subjectOf(id) }));
        const here = await ofGroup();
        const of = { all, here, told: await toldOfPlace(), known };
        const items = [...listed.map(({ createdAt }) => ({ at: createdAt })), ...here.filter((one) => one.at >= from)];
        return { items, compare: (window) => compareDeployments(ports, of, window) };
      },
    };
  });
}

/** `deployment:codedeploy/<account>/<region>/<id>` → its id. */
const idOf = (deployment: Subject): string => deployment.slice(deployment.lastIndexOf("/") + 1);
